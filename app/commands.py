"""The `ledtrad` command: Flask's own command line with ours on it.

What a server does without (Alembic, 15 MiB of it, and the demo) is imported inside the functions that use it, and
`serve` runs those in a process of their own.
"""

import os
import socket
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from flask import Flask
from flask.cli import FlaskGroup, NoAppException
from sqlalchemy.exc import OperationalError

from app import create_app
from app.accounts.commands import users
from app.accounts.models import LinkPurpose
from app.accounts.queries import first_owner, has_users
from app.accounts.services import create_link, create_owner_link
from app.articles.commands import articles
from app.config import SettingRefused, instance_folder
from app.consultations.first_kinds import ensure_kinds
from app.core.clock import now
from app.core.db import db, writing
from app.core.errors import StorageUnavailable
from app.core.keys import KeysMissing, make_keys
from app.core.logs import set_up_logging
from app.core.supervisor import supervise
from app.leads.own_stages import ensure_stages
from app.leads.services import ensure_lost_reasons
from app.mail.commands import jobs
from app.mail.templates import ensure_templates
from app.mail.worker import WorkerRunning
from app.plans.editing import ensure_plans
from app.scheduler import run_worker
from app.serving import PortTaken, listen, run_web, warm_up
from app.settings.services import ensure_business
from app.trials.first_agreement import ensure_agreement
from app.trials.first_models import ensure_models
from app.trials.first_questions import ensure_questions
from app.trials.first_scales import ensure_scales

DEMO_LINK_LASTS = timedelta(hours=12)


def _create_app(folder: Path | None = None) -> Flask:
    try:
        return create_app(folder)
    except (KeysMissing, SettingRefused) as refusal:
        raise NoAppException(str(refusal)) from None


def _create_app_for_command() -> Flask:
    """With `ledtrad db ...`, for commands that end soon."""
    from app.core import migrations

    app = _create_app()
    migrations.init_app(app)
    return app


class Refused(click.ClickException):
    """One clear sentence on standard error and exit status 1."""


@click.group(
    cls=FlaskGroup,
    create_app=_create_app_for_command,
    add_default_commands=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
def ledtrad() -> None:
    """Ledtråd: enquiries, leads and promises kept."""


ledtrad.add_command(articles)
ledtrad.add_command(users)
ledtrad.add_command(jobs)


def prepare_instance(folder: Path) -> None:
    """Make the instance folder, its keys and its database, or bring them up to date. Raises Refused with what to do."""
    from app.core import migrations

    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        make_keys(folder)
    except OSError as error:
        raise Refused(
            f"Cannot write to {folder} ({error.strerror}). Make it writable, or name another with LEDTRAD_INSTANCE."
        ) from None
    app = _create_app(folder)
    migrations.init_app(app)
    with app.app_context():
        try:
            migrations.upgrade_database()
            with writing():
                ensure_business()
                ensure_lost_reasons()
                ensure_stages()
                ensure_templates(now())
                ensure_plans(now())
                ensure_kinds()
                ensure_scales()
                ensure_questions()
                ensure_agreement(now())
                ensure_models()
        except (OperationalError, StorageUnavailable):
            where = db.engine.url.render_as_string(hide_password=True)
            raise Refused(f"Cannot open the database {where}. Check that it runs and may be written.") from None
        finally:
            db.session.remove()
            db.engine.dispose()


@ledtrad.command(with_appcontext=False)
def init() -> None:
    """Make the instance folder: keys, database, migrations. Running it again only brings it up to date."""
    folder = instance_folder()
    prepare_instance(folder)
    click.echo(f"Ready: {folder}")


_host = click.option("--host", help="The network address to listen on (default: LEDTRAD_HOST, else 127.0.0.1).")
_port = click.option("--port", type=click.IntRange(1, 65535), help="The port (default: LEDTRAD_PORT, else 8000).")


@ledtrad.command(with_appcontext=False)
@_host
@_port
def serve(host: str | None, port: int | None) -> None:
    """Web and scheduler together, on this machine, until Ctrl-C."""
    _apart(_prepare)
    _serve(host, port, _owner_link)


@ledtrad.command(with_appcontext=False)
@_host
@_port
def web(host: str | None, port: int | None) -> None:
    """Web alone. Over PostgreSQL there may be any number of these, on any number of machines."""
    _use_address(host, port)
    app = _create_app()
    run_web(app, _listen(app))


@ledtrad.command(with_appcontext=False)
@_host
@_port
def demo(host: str | None, port: int | None) -> None:
    """The same with an invented business and eight months behind it. Meant for an instance of its own.

    Its mail goes to files, whatever the settings say: the people in it are invented.
    """
    os.environ["LEDTRAD_MAIL"] = "file"
    _apart(_prepare_demo)
    _serve(host, port, _demo_link)


@ledtrad.command(with_appcontext=False)
def scheduler() -> None:
    """The scheduler alone: sends what is due. Over PostgreSQL any number of these, over SQLite one."""
    try:
        run_worker(_create_app())
    except WorkerRunning as refusal:
        raise Refused(str(refusal)) from None


@ledtrad.command()
def doctor() -> None:
    """Look for what is wrong with this installation; exit status 1 when something is."""
    from app.checkup import everything_wrong

    found = everything_wrong(now())
    click.echo("\n".join(found) or "All is well.")
    sys.exit(1 if found else 0)


def _apart(run: Callable[[], None]) -> None:
    """Run it in a process of its own, so that what it loads leaves with it. When it goes wrong, this one ends too."""
    child = os.fork()
    if child == 0:
        run()
        sys.exit()
    _, status = os.waitpid(child, 0)
    if status:
        sys.exit(1)  # the other has said why


def _prepare() -> None:
    prepare_instance(instance_folder())


def _prepare_demo() -> None:
    from app.demo.story import fill, is_filled

    _prepare()
    with _create_app().app_context():
        if not is_filled():
            click.echo("Filling the demo with articles, people and eight months of threads ...")
            fill(now())
        db.session.remove()
        db.engine.dispose()


def _serve(host: str | None, port: int | None, first_link: Callable[[], str | None]) -> None:
    _use_address(host, port)
    app = _create_app()
    listener = _listen(app)
    address = app.config["PUBLIC_URL"]
    with app.app_context():
        token = first_link()
        db.session.remove()
        db.engine.dispose()
    warm_up(app)
    click.echo(f"Public pages  {address}/articles/\nDashboard     {address}/today/")
    if token:
        click.echo(f"Start here    {address}/link/{token}")
    click.echo("Ctrl-C stops everything.")
    supervise({"web": lambda: run_web(app, listener), "scheduler": lambda: run_worker(app)})


def _owner_link() -> str | None:
    if has_users():
        return None
    with writing():
        return create_owner_link(now())


def _demo_link() -> str | None:
    with writing():
        return create_link(LinkPurpose.SIGN_IN, first_owner(), now(), DEMO_LINK_LASTS)


def _use_address(host: str | None, port: int | None) -> None:
    if host:
        os.environ["LEDTRAD_HOST"] = host
    if port:
        os.environ["LEDTRAD_PORT"] = str(port)


def _listen(app: Flask) -> socket.socket:
    try:
        return listen(app.config["HOST"], app.config["PORT"])
    except PortTaken as refusal:
        raise Refused(str(refusal)) from None


def main() -> None:
    """What the `ledtrad` command runs. Whatever it writes is for this user alone: people's names, mails and links."""
    os.umask(0o077)
    set_up_logging(os.environ.get("LEDTRAD_LOG_LEVEL", "INFO"))
    ledtrad(prog_name="ledtrad")
