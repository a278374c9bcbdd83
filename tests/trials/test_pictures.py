import random
import struct
import zlib
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from app.core.errors import RuleBroken
from app.trials.pictures import LARGEST_FILE, develop
from tests.trials.pictures import photo, telling_photo, turned_photo, unfolded


def _claims(width: int, height: int) -> bytes:
    """A small PNG that says of itself that it is that large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    parts = [
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_nothing_but_pixels_is_kept() -> None:
    file = telling_photo()
    assert b"Telefonmakaren" in file
    assert b"hemma hos Siv" in file

    kept = develop(file)

    assert b"Telefonmakaren" not in kept.jpeg
    assert b"hemma hos Siv" not in kept.jpeg
    assert b"farger" not in kept.jpeg
    assert dict(unfolded(kept.jpeg).getexif()) == {}


def test_a_photo_taken_upright_stands_upright() -> None:
    kept = develop(turned_photo())

    assert (kept.width, kept.height) == (30, 40)
    red, _, blue = unfolded(kept.jpeg).getpixel((15, 2))  # type: ignore[misc]  # an RGB pixel is three numbers
    assert red > 200 > blue  # what was to the left is on top


def test_the_longest_side_is_1600_pixels() -> None:
    kept = develop(photo((4000, 1000)))

    assert (kept.width, kept.height) == (1600, 400)
    assert unfolded(kept.jpeg).size == (1600, 400)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_each_format_becomes_a_jpeg(form: str) -> None:
    kept = develop(photo(form=form))

    assert unfolded(kept.jpeg).format == "JPEG"
    assert (kept.width, kept.height) == (40, 30)


def test_what_was_transparent_is_white() -> None:
    file = BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")

    assert unfolded(develop(file.getvalue()).jpeg).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "Filen är tom. Välj bilden igen."),
        (b"Ingen bild, bara text.", "Filen är ingen bild. Välj en JPEG, PNG eller WebP."),
        (photo(form="GIF"), "Filen är ingen bild. Välj en JPEG, PNG eller WebP."),
        (b"\0" * (LARGEST_FILE + 1), "Bilden är för stor. En bild får vara högst 12 MB."),
        (
            b"\0\0\0\x18ftypheic\0\0\0\0",
            "Bilden är en HEIC, som inte går att läsa här. Spara den som JPEG, eller ta en skärmbild av den.",
        ),
        (_claims(30_000, 30_000), "Bilden har för många bildpunkter. Gör den mindre och försök igen."),
        (_claims(5000, 4100), "Bilden har för många bildpunkter. Gör den mindre och försök igen."),
        (photo((200, 200))[:700], "Bilden går inte att läsa, så filen är nog skadad. Välj en annan."),
    ],
    ids=["empty", "text", "gif", "heavy", "heic", "bomb", "large", "cut"],
)
def test_what_is_no_photo_is_refused_in_words(app: Flask, file: bytes, sentence: str) -> None:
    with pytest.raises(RuleBroken) as refusal, app.test_request_context():
        develop(file)

    with app.test_request_context():
        assert str(refusal.value) == sentence


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_broken_bytes_are_read_or_refused_and_nothing_else(form: str) -> None:
    chance = random.Random(form)
    file = photo((64, 48), form)
    refused = 0

    for _ in range(150):
        broken = bytearray(file)
        for _ in range(chance.randint(1, 8)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            read = develop(bytes(broken))
        except RuleBroken:
            refused += 1
        else:
            assert read.jpeg.startswith(b"\xff\xd8")

    assert refused > 0
