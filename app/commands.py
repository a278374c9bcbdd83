"""The `ledtrad` command: Flask's own command line with ours on it."""

import os
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup, NoAppException
from flask_migrate import upgrade

from app import create_app
from app.articles.commands import articles
from app.config import SettingRefused, instance_folder
from app.core.db import db, writing
from app.core.keys import KeysMissing, make_keys
from app.core.logs import set_up_logging
from app.leads.services import ensure_lost_reasons
from app.settings.services import ensure_business


def _create_app() -> Flask:
    try:
        return create_app()
    except (KeysMissing, SettingRefused) as refusal:
        raise NoAppException(str(refusal)) from None


class Refused(click.ClickException):
    """One clear sentence on standard error and exit status 1."""


@click.group(
    cls=FlaskGroup,
    create_app=_create_app,
    add_default_commands=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
def ledtrad() -> None:
    """Ledtråd: enquiries, leads and promises kept."""


ledtrad.add_command(articles)


def prepare_instance(folder: Path) -> None:
    """Make the instance folder, its keys and its database, or bring them up to date. Raises Refused with what to do."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_keys(folder)
    except OSError as error:
        raise Refused(
            f"Cannot write to {folder} ({error.strerror}). Make it writable, or name another with LEDTRAD_INSTANCE."
        ) from None
    app = create_app(folder)
    with app.app_context():
        upgrade()
        with writing():
            ensure_business()
            ensure_lost_reasons()
        db.engine.dispose()


@ledtrad.command(with_appcontext=False)
def init() -> None:
    """Make the instance folder: keys, database, migrations. Running it again only brings it up to date."""
    folder = instance_folder()
    prepare_instance(folder)
    click.echo(f"Ready: {folder}")


def main() -> None:
    """What the `ledtrad` command runs."""
    set_up_logging(os.environ.get("LEDTRAD_LOG_LEVEL", "INFO"))
    ledtrad(prog_name="ledtrad")
