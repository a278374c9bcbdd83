"""`ledtrad articles ...`"""

import sys
from collections import Counter
from pathlib import Path

import click
from flask.cli import AppGroup
from flask_babel import force_locale

from app.articles.reading import ParsedArticle, Unreadable, read_article
from app.articles.services import Outcome, import_article
from app.core.clock import now
from app.core.db import writing

articles = AppGroup("articles", help="The pages that enquiries come from.")

MANY = 5
"""From so many files on, a bar shows how far it has come."""


@articles.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
def import_files(files: tuple[Path, ...]) -> None:
    """Read articles from text, Markdown or HTML; one that is here already (same address) is updated.

    A file that cannot be read gets a line saying why; the others go on, and the exit status is 1.
    """
    outcomes: Counter[Outcome] = Counter()
    refusals: list[str] = []
    is_shown = len(files) >= MANY and sys.stderr.isatty()
    with click.progressbar(files, label="Importing", file=sys.stderr, hidden=not is_shown) as bar:
        for path in bar:
            try:
                parsed = _read(path)
            except Unreadable as refusal:
                refusals.append(f"{path}: {_reason(refusal)}")
            except OSError as error:
                refusals.append(f"{path}: {error.strerror}")
            else:
                with writing():
                    outcomes[import_article(parsed, now()).outcome] += 1
    for line in refusals:
        click.echo(line, err=True)
    click.echo(", ".join([f"{outcomes[outcome]} {outcome}" for outcome in Outcome] + [f"{len(refusals)} refused"]))
    if refusals:
        sys.exit(1)


def _read(path: Path) -> ParsedArticle:
    return read_article(path.read_bytes(), path.name)


def _reason(refusal: Unreadable) -> str:
    """The sentence in English, as everything that the command line says."""
    with force_locale("en"):
        return str(refusal)
