"""`ledtrad users ...`: who may sign in, from the server's own command line."""

import click
from flask.cli import AppGroup, with_appcontext
from flask_babel import force_locale

from app.accounts.models import Role
from app.accounts.queries import all_users
from app.accounts.services import add_user, invite
from app.core.clock import now
from app.core.db import writing
from app.core.errors import RuleBroken
from app.core.public_addresses import public_address

users = AppGroup("users", help="Who may sign in to the dashboard.")


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="What the person is called.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.STAFF.value, show_default=True)
@with_appcontext
def add(email: str, name: str, role: str) -> None:
    """Let EMAIL sign in, and print the link by which they choose a password (7 days, once)."""
    try:
        with force_locale("en"), writing():
            token = invite(add_user(email, name.strip(), Role(role), now()), now())
    except RuleBroken as refusal:
        raise click.ClickException(str(refusal)) from None
    address = public_address("accounts.link", token=token)
    click.echo(f"{name.strip()} can choose a password here, within 7 days, once:\n{address}")


@users.command("list")
@with_appcontext
def list_users() -> None:
    """Everybody who may sign in, or once could."""
    for user in all_users():
        state = "shut out" if not user.is_active else "invited" if not user.password_hash else "active"
        click.echo(f"{user.email}\t{user.name}\t{user.role.value}\t{state}")
