"""The schema's numbered changes, run by Alembic.

To be imported inside the functions that use it, so that a server does without Alembic.
"""

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask, current_app
from flask_migrate import Migrate, upgrade

from app.core.db import db

migrate = Migrate()


def init_app(app: Flask) -> None:
    """Let `ledtrad db ...` and the functions below work on this application."""
    migrate.init_app(app, db, directory=app.config["MIGRATIONS_FOLDER"], render_as_batch=True)


def upgrade_database() -> None:
    """Bring the database to the newest schema. Does nothing where it has that already."""
    upgrade()


def is_newest() -> bool:
    """Whether the database has the schema that this version of the code expects."""
    wanted = set(ScriptDirectory(current_app.config["MIGRATIONS_FOLDER"]).get_heads())
    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads()) == wanted
