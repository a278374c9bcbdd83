"""The instance's secrets: one file, mode 0600, made once. Losing it makes encrypted columns unreadable for good."""

import base64
import hashlib
import hmac
import json
import os
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, current_app

FILE_NAME = "keys.json"


@dataclass(frozen=True)
class Keys:
    """Three independent 256-bit keys: for signing links and cookies, for encrypting columns, for keyed hashes."""

    signing: bytes
    columns: bytes
    hashing: bytes

    @cached_property
    def cipher(self) -> AESGCM:
        return AESGCM(self.columns)

    def keyed_hash(self, purpose: str, value: str) -> str:
        """32 hex digits that say "the same value again" without saying which value (HMAC-SHA-256, RFC 2104)."""
        return hmac.new(self.hashing, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]


class KeysMissing(Exception):
    """The instance folder has no key file."""


def make_keys(folder: Path) -> None:
    """Write a new key file readable by its owner alone. A second call changes nothing."""
    path = folder / FILE_NAME
    if path.exists():
        return
    names = ("signing", "columns", "hashing")
    content = {name: base64.b64encode(secrets.token_bytes(32)).decode() for name in names}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())


def load_keys(folder: Path) -> Keys:
    """Read the key file; KeysMissing where there is none."""
    try:
        content = json.loads((folder / FILE_NAME).read_text())
    except FileNotFoundError:
        raise KeysMissing(f"No {FILE_NAME} in {folder}. Run `ledtrad init` first.") from None
    return Keys(**{name: base64.b64decode(content[name]) for name in ("signing", "columns", "hashing")})


def current_keys() -> Keys:
    """The keys of the running application."""
    keys: Keys = current_app.extensions["ledtrad.keys"]
    return keys


def init_app(app: Flask) -> None:
    """Open the instance's keys; cookies and forms are signed with the first of them."""
    loaded = load_keys(Path(app.instance_path))
    app.extensions["ledtrad.keys"] = loaded
    app.config["SECRET_KEY"] = loaded.signing
