"""The limit beside which the product is measured: the least that Flask can do on the same server and the same storage.

One form with WTForms that stores one row for good, and one page that shows thirty rows of a table. No sign-in, no
matching, no encryption, no mail. Run as `python -m tests.bench.bare PORT DATABASE_URL`.
"""

import sys
import threading
from contextlib import nullcontext

import sqlalchemy as sa
from flask import Flask, redirect, render_template_string, request, url_for
from flask.typing import ResponseReturnValue
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from wtforms import BooleanField, Form, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.serving import listen, run_web

FORM = "<!doctype html><title>Contact</title><form method=post>{{ form.name }}{{ form.email }}{{ form.message }}</form>"
LIST = """<!doctype html><title>Letters</title><h1>Letters</h1><table>
{% for letter in letters %}<tr><td>{{ letter.id }}<td>{{ letter.name }}<td>{{ letter.email }}</tr>{% endfor %}
</table>"""


ONE_WRITER = threading.Lock()
"""SQLite takes one writer at a time, and its own way of waiting costs more than this one; PostgreSQL needs none."""


class Base(DeclarativeBase):
    """The one table."""


db = SQLAlchemy(model_class=Base)


class Letter(db.Model):
    """What the bare form stores."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    message: Mapped[str]


class LetterForm(Form):
    """As many fields as the product's form asks a visitor to fill in."""

    name = StringField(validators=[DataRequired(), Length(max=120)])
    email = StringField(validators=[DataRequired(), Length(max=254)])
    message = TextAreaField(validators=[DataRequired(), Length(max=5000)])
    consent = BooleanField(validators=[DataRequired()])


def create_app(database_url: str) -> Flask:
    """The bare application on an empty database."""
    app = Flask(__name__)
    app.config.update(SQLALCHEMY_DATABASE_URI=database_url, SQLALCHEMY_ENGINE_OPTIONS={"pool_size": 16}, WEB_THREADS=8)
    app.config["TRUSTED_PROXIES"] = 0
    db.init_app(app)
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            sa.event.listen(db.engine, "connect", _set_pragmas)
        db.create_all()
        db.session.add_all(Letter(name=f"Person {n}", email=f"p{n}@example.se", message="Hej") for n in range(1000))
        db.session.commit()
        db.engine.dispose()
    app.add_url_rule("/contact", view_func=contact, methods=["GET", "POST"])
    app.add_url_rule("/thanks/<int:number>", view_func=thanks)
    app.add_url_rule("/letters", view_func=letters)
    return app


def contact() -> ResponseReturnValue:
    """Store a letter, durably, and say thanks."""
    form = LetterForm(request.form)
    if request.method == "POST" and form.validate():
        letter = Letter(name=form.name.data, email=form.email.data, message=form.message.data)
        with ONE_WRITER if db.engine.dialect.name == "sqlite" else nullcontext():
            db.session.add(letter)
            db.session.commit()
        return redirect(url_for("thanks", number=letter.id), 303)
    return render_template_string(
        "<form method=post>{{ form.name }}{{ form.email }}{{ form.message }}</form>", form=form
    )


def thanks(number: int) -> ResponseReturnValue:
    """The page after."""
    return f"Thanks {number}"


def letters() -> ResponseReturnValue:
    """Thirty rows."""
    rows = db.session.scalars(sa.select(Letter).order_by(Letter.id.desc()).limit(30)).all()
    return render_template_string(LIST, letters=rows)


def _set_pragmas(connection: sa.PoolProxiedConnection, _record: object) -> None:
    connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=20000")


if __name__ == "__main__":
    port, url = sys.argv[1:]
    run_web(create_app(url), listen("127.0.0.1", int(port)))
