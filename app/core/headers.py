"""The security headers of every response, error pages included."""

from flask import Flask, Response, after_this_request, request

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


def init_app(app: Flask) -> None:
    """Put the headers on each response; a view's own stricter header stands."""

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store" if not is_public(request.endpoint) else "no-cache")
        return response
