"""Full addresses of our own pages, for mail and for QR codes, where no request is under way."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app


def public_address(endpoint: str, **values: Any) -> str:
    """The address that a stranger opens from anywhere, under the setting `PUBLIC_URL`."""
    base = urlsplit(current_app.config["PUBLIC_URL"])
    adapter = current_app.url_map.bind(base.netloc, script_name=base.path or None, url_scheme=base.scheme)
    return adapter.build(endpoint, values, force_external=True)
