"""Makes sample letters: our own fictional petitions, drawn with free fonts and then degraded as real paper is.

`python -m archive_app.samples OUT_DIR` writes them. No person or place in them exists: see `letters/`.
"""
