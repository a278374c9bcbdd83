"""Visitors without a browser: what the general form sends when somebody has filled it in."""

from datetime import datetime, timedelta

from flask import Flask

from app.core import form_tokens
from app.core.clock import now

FORM = "enquiry"
READING = timedelta(seconds=20)


def filled_form(app: Flask, number: int, **changes: str) -> dict[str, str]:
    """The fields of a form that was opened a little while ago, from a visitor of its own."""
    with app.app_context():
        token = form_tokens.issue(FORM, None, now() - READING)
    return {
        "wish": "ask",
        "message": f"Hej, jag undrar hur länge man brukar låna. Det är brev {number} från oss.",
        "subject_kind": "self",
        "subject_name": "",
        "name": f"Siv Lund {number}",
        "email": f"siv{number}@example.se",
        "phone": "",
        "reach_by": "any",
        "consent": "y",
        "website": "",
        "token": token,
        "page": "",
        **changes,
    }


def nonce_of(app: Flask, form: dict[str, str]) -> str:
    """The number of that very form, which its enquiry keeps."""
    with app.app_context():
        return form_tokens.read(FORM, None, form["token"], _a_moment_later()).nonce


def _a_moment_later() -> datetime:
    return now() + timedelta(seconds=1)
