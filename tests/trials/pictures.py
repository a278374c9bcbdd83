"""Photos as telephones and mischief send them."""

from io import BytesIO
from typing import Any

from PIL import ExifTags, Image


def photo(size: tuple[int, int] = (40, 30), form: str = "JPEG", **saved: Any) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    file = BytesIO()
    image.save(file, form, **saved)
    return file.getvalue()


def telling_photo() -> bytes:
    """A photo that says where it was taken, by what, and in words."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Telefonmakaren"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (59.0, 20.0, 6.5)
    return photo(exif=exif, comment=b"hemma hos Siv", icc_profile=b"farger")


def turned_photo() -> bytes:
    """One that a telephone held upright took: the pixels lie on their side, and the EXIF says so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    return photo((40, 30), exif=exif)


def unfolded(jpeg: bytes) -> Image.Image:
    """The stored photo as whoever looks at it sees it."""
    image = Image.open(BytesIO(jpeg))
    image.load()
    return image
