"""Makes sample letters: our own fictional petitions, drawn with free fonts and then treated as real paper is.

`python -m archive_app.samples OUT_DIR` writes them. Nobody in them exists, and no place: see `letters/`.
"""
