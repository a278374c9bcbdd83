"""Pages that take files: how large what is sent to them may be. Everywhere else `MAX_CONTENT_LENGTH` says it."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, request

View = TypeVar("View", bound=Callable[..., Any])

MEBIBYTE = 1024 * 1024
LARGEST_UPLOAD = 98 * MEBIBYTE
"""What one form with files may weigh in all. The web server itself must let a little more through."""


def takes_files(view: View) -> View:
    """Let forms with files be sent to this view. Put it below the route decorator."""
    view.takes_files = True  # type: ignore[attr-defined]  # a mark on the function, read before each request
    return view


def init_app(app: Flask) -> None:
    """Raise the limit where files are taken. Call it once strangers are turned away, before anything reads the form."""

    @app.before_request
    def let_files_in() -> None:
        view = current_app.view_functions.get(request.endpoint or "")
        if getattr(view, "takes_files", False):
            request.max_content_length = LARGEST_UPLOAD
