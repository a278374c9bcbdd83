"""The security headers of every response, error pages included."""

from collections.abc import Iterator

from flask import Flask, Request, Response, after_this_request, request

from app.core.access import is_public

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
HSTS = "max-age=31536000"
PRIVATE_PAGE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}
"""For pages that a signed link opens: kept by no cache, told to nobody, found by no search engine."""


def keep_private() -> None:
    """Make the page under way one that only the holder of its link has seen. Call it first, so that errors are too."""

    @after_this_request
    def add_headers(response: Response) -> Response:
        response.headers.update(PRIVATE_PAGE)
        return response


def _headers_for(request: Request) -> Iterator[tuple[str, str]]:
    yield from SECURITY_HEADERS.items()
    if request.is_secure:
        yield "Strict-Transport-Security", HSTS
    if request.endpoint != "static":
        yield "Cache-Control", "no-cache" if is_public(request.endpoint) else "no-store"


def init_app(app: Flask) -> None:
    """Put the headers on each response; a view's own stricter header stands."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        said = {name.lower() for name, _value in response.headers}
        response.headers.extend(header for header in _headers_for(request) if header[0].lower() not in said)
        return response
