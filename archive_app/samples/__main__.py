"""`python -m archive_app.samples OUT_DIR`: writes the sample letters."""

from __future__ import annotations

from pathlib import Path

import click

from archive_app.samples.maker import make_samples
from archive_app.typography.faces import FontMissing


@click.command()
@click.argument("out", type=click.Path(path_type=Path, file_okay=False))
@click.option("--count", type=click.IntRange(min=1), help="How many letters. Default: one of each.")
@click.option("--seed", default=2026, show_default=True, help="The same seed gives the same letters.")
def main(out: Path, count: int | None, seed: int) -> None:
    """Write sample letters into OUT: fictional petitions as an office receives them, ground truth in OUT/truth."""
    try:
        for sample in make_samples(out, count, seed):
            click.echo(sample.path)
    except FontMissing as missing:
        raise click.ClickException(str(missing)) from missing


if __name__ == "__main__":
    main()
