"""What is ciphertext wherever it is kept: columns that are text or bytes in Python, and bytes as such."""

import os
from typing import Any

from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from app.core.keys import current_keys

NONCE_BYTES = 12
FORMAT = b"\x01"


def seal(plain: bytes, label: str) -> bytes:
    """The bytes encrypted, and bound to a label: nothing else opens them."""
    nonce = os.urandom(NONCE_BYTES)
    return FORMAT + nonce + current_keys().cipher.encrypt(nonce, plain, label.encode())


def unseal(stored: bytes, label: str) -> bytes:
    """What was sealed under the label. Raises cryptography's InvalidTag for anything else."""
    nonce, sealed = stored[1 : 1 + NONCE_BYTES], stored[1 + NONCE_BYTES :]
    return current_keys().cipher.decrypt(nonce, sealed, label.encode())


class EncryptedText(TypeDecorator[str]):
    """Text stored as AES-256-GCM (NIST SP 800-38D) with a fresh 96-bit nonce: format byte, nonce, ciphertext and tag.

    `label` ("enquiry.message") is bound in as associated data, so that a value copied to another column does not open.
    Raises cryptography's InvalidTag when the stored bytes were altered or belong to other keys.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value.encode(), self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else unseal(bytes(value), self.label).decode()


class EncryptedBytes(TypeDecorator[bytes]):
    """Bytes, stored and bound to their column as `EncryptedText` is."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, label: str) -> None:
        super().__init__()
        self.label = label

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else seal(value, self.label)

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else unseal(bytes(value), self.label)
