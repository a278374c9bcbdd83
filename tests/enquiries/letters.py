"""Letters from visitors, as the services and the forms get them."""

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.articles.models import Article, ArticleFormat
from app.contacts.services import person
from app.core import form_tokens
from app.core.clock import now
from app.core.db import db, writing
from app.enquiries.models import Enquiry, Wish
from app.enquiries.services import Limits, SentEnquiry, record_enquiry
from tests.conftest import NOW

NO_LIMITS = Limits(0, 0)
READING = timedelta(seconds=20)


def add_article(slug: str = "sova-battre", title: str = "Att sova bättre") -> Article:
    """A published article without much in it."""
    with writing():
        article = Article(slug=slug, title=title, format=ArticleFormat.TEXT, created_at=NOW, updated_at=NOW)
        db.session.add(article)
    return article


def sent(
    message: str = "Hur länge får man låna?",
    name: str = "Siv Lund",
    email: str | None = "siv@example.se",
    phone: str | None = None,
    **changes: Any,
) -> SentEnquiry:
    """A letter from Siv, or whoever it says."""
    changes = {"consent_version": "answer-1", "nonce": secrets.token_hex(16), "wish": Wish.ASK, **changes}
    return SentEnquiry(who=person(name, email, phone), message=message, **changes)


def recorded(letter: SentEnquiry | None = None, at: datetime = NOW, limits: Limits = NO_LIMITS) -> Enquiry:
    """A letter, stored with all that follows."""
    with writing():
        return record_enquiry(letter or sent(), limits, at)


def filled(app: Flask, slug: str | None = None, age: timedelta = READING, **changes: str | None) -> dict[str, str]:
    """What the form sends when Siv has filled it in; a change to None leaves the field out."""
    fields = {
        "token": form_tokens.issue("enquiry", slug, now() - age),
        "wish": "ask",
        "message": "Hur länge får man låna?",
        "subject_kind": "self",
        "name": "Siv Lund",
        "email": "siv@example.se",
        "phone": "",
        "reach_by": "any",
        "consent": "y",
        **changes,
    }
    return {name: value for name, value in fields.items() if value is not None}


def enquiries() -> list[Enquiry]:
    """All that is stored, in the order of arrival, freshly read."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Enquiry).order_by(Enquiry.id).all()


def words(response: TestResponse) -> str:
    """What a person sees of a page, on one line."""
    page = re.sub(r"<(head|svg).*?</\1>", " ", response.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("&amp;", "&").split()).replace(" .", ".")


def field_values(response: TestResponse) -> dict[str, str]:
    """The form as it came back: hidden and typed fields, and the choices made."""
    html = response.text
    values: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        marks = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        is_choice = marks.get("type") in ("radio", "checkbox")
        if "name" in marks and (not is_choice or " checked" in tag):
            values[marks["name"]] = marks.get("value", "")
    values.update(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\r?\n?(.*?)</textarea>', html, flags=re.DOTALL))
    return values


def errors(response: TestResponse) -> list[str]:
    """The sentences beside the fields, in order."""
    return re.findall(r'<p class="error".*?<span>(.*?)</span>', response.text, flags=re.DOTALL)


def post_form(client: FlaskClient, fields: dict[str, str], address: str = "/contact") -> TestResponse:
    """Send the form as a browser on our own page does."""
    return client.post(address, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
