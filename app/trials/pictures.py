"""A photo as a telephone sends it, made into one that we keep: upright, of a sensible size, and nothing but pixels."""

import threading
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _l

from app.core.errors import RuleBroken
from app.core.uploads import MEBIBYTE

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

LARGEST_FILE = 12 * MEBIBYTE
MOST_PIXELS = {"JPEG": 64_000_000, "MPO": 64_000_000, "PNG": 20_000_000, "WEBP": 20_000_000}
"""How many pixels a file may unfold to, by its format. A JPEG is read smaller than it is, so it may have more."""
LONGEST_SIDE = 1600
QUALITY = 80
APPLE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
"""ISO/IEC 23008-12: the brands of HEIF files."""

_one_at_a_time = threading.Lock()
"""An unfolded photo takes tens of megabytes, and all threads share one process."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo that can be kept: a JPEG without any metadata."""

    width: int
    height: int
    jpeg: bytes


def develop(file: bytes) -> Picture:
    """The photo in a file: upright as its EXIF says, at most 1600 pixels wide or high, and nothing else of it.

    Where it was taken, when, and by what, is gone. Takes a while: call it before the
    write. Refuses what is no JPEG, PNG or WebP, what is broken, and what would unfold to more pixels than MOST_PIXELS.
    """
    if not file:
        raise RuleBroken(_l("Filen är tom. Välj bilden igen."))
    if len(file) > LARGEST_FILE:
        raise RuleBroken(_l("Bilden är för stor. En bild får vara högst 12 MB."))
    if file[4:8] == b"ftyp" and file[8:12] in APPLE_BRANDS:
        raise RuleBroken(
            _l("Bilden är en HEIC, som inte går att läsa här. Spara den som JPEG, eller ta en skärmbild av den.")
        )
    with _one_at_a_time:
        return _developed(file)


def _developed(file: bytes) -> Picture:
    from PIL import Image  # late: it takes memory that few processes need

    image = _upright(file)
    painted = Image.new("RGB", image.size, "white")  # anew, so that nothing that clung to the file comes along
    painted.paste(image, mask=image if image.mode == "RGBA" else None)
    stored = BytesIO()
    painted.save(stored, "JPEG", quality=QUALITY, optimize=True)
    return Picture(*painted.size, stored.getvalue())


def _upright(file: bytes) -> "PillowImage":
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(BytesIO(file), formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > MOST_PIXELS[image.format or ""]:
                raise Image.DecompressionBombError
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except UnidentifiedImageError:
        raise RuleBroken(_l("Filen är ingen bild. Välj en JPEG, PNG eller WebP.")) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise RuleBroken(_l("Bilden har för många bildpunkter. Gör den mindre och försök igen.")) from None
    except Exception:  # broken bytes lead readers of image formats to raise almost anything
        raise RuleBroken(_l("Bilden går inte att läsa, så filen är nog skadad. Välj en annan.")) from None
