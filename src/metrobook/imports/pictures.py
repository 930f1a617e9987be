"""Pictures: what the camera noted in a JPEG, and a copy without anything noted in it."""

from __future__ import annotations

import io
import math
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PIL import ExifTags, Image, ImageCms, ImageOps, UnidentifiedImageError

from metrobook.exchange.project import ForeignFileError

ENDINGS = (".jpg", ".jpeg", ".jpe", ".jfif")
HEIC_ENDINGS = (".heic", ".heif")
HEIC = re.compile(rb"....ftyp(heic|heix|hevc|mif1|msf1|heim|heis)", re.DOTALL)
HOW_HEIC = (
    "is HEIC, which is not read: export it as JPEG with date and place, in the program that shows "
    "it; a phone takes JPEG at once when its camera is set to the most compatible format"
)
DAMAGED = (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, ZeroDivisionError)
DAY = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)")
LONGEST_SIDE = 1600
QUALITY = 85


@dataclass(frozen=True)
class Picture:
    """What a JPEG says of itself.

    Attributes
    ----------
    taken : str
        The day, as YYYY-MM-DD; empty where it is not told.
    place : tuple of float, or None
        Longitude and latitude, exact.
    """

    taken: str
    place: tuple[float, float] | None


def read_picture(path: Path) -> Picture:
    """Return day and place that the camera noted; what cannot be read is as if not told.

    Raises
    ------
    ForeignFileError
        If it is no JPEG.
    """
    with _opened(path) as image:
        try:
            exif = image.getexif()
            details = exif.get_ifd(ExifTags.IFD.Exif)
            noted = details.get(ExifTags.Base.DateTimeOriginal) or exif.get(ExifTags.Base.DateTime)
        except DAMAGED:
            return Picture("", None)
        try:
            place = _place(exif.get_ifd(ExifTags.IFD.GPSInfo))
        except DAMAGED:
            place = None
        return Picture(_day(noted), place)


def bare_jpeg(path: Path) -> bytes:
    """Return a picture as JPEG without anything that the camera or a program noted in it.

    It is turned upright, in the usual colours, and no side is longer than
    :data:`LONGEST_SIDE` pixels.

    Raises
    ------
    ForeignFileError
        If it is no JPEG, or a damaged one.
    """
    with _opened(path) as image:
        try:
            image.draft(None, (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
            upright = ImageOps.exif_transpose(image)
            upright = _usual_colours(upright)
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        except DAMAGED as error:
            raise ForeignFileError(f"{path.name} is damaged ({error}): copy it again.") from None
    bare = Image.new("RGB", upright.size)
    bare.paste(upright)
    content = io.BytesIO()
    bare.save(content, "JPEG", quality=QUALITY, optimize=True)
    return content.getvalue()


@contextmanager
def _opened(path: Path):
    """Open a JPEG, also one of several pictures, of which the first counts."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(path, formats=("JPEG",))
    except UnidentifiedImageError:
        with path.open("rb") as file:
            heic = HEIC.match(file.read(32))
        why = HOW_HEIC if heic else "is no JPEG: export it as JPEG"
        raise ForeignFileError(f"{path.name} {why}.") from None
    except Image.DecompressionBombError:
        raise ForeignFileError(f"{path.name} is too large: save it smaller.") from None
    except DAMAGED as error:
        raise ForeignFileError(f"{path.name} cannot be read ({error}): copy it again.") from None
    with image:
        yield image


def _day(noted: object) -> str:
    found = DAY.match(str(noted or "").strip())
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""


def _place(noted: dict) -> tuple[float, float] | None:
    """Return longitude and latitude; None where they are not told, impossible, or both zero."""
    tags = ExifTags.GPS
    latitude = _degrees(noted[tags.GPSLatitude], noted.get(tags.GPSLatitudeRef), "S")
    longitude = _degrees(noted[tags.GPSLongitude], noted.get(tags.GPSLongitudeRef), "W")
    if not (abs(latitude) <= 90 and abs(longitude) <= 180) or latitude == longitude == 0:
        return None
    return longitude, latitude


def _degrees(parts: object, side: object, negative: str) -> float:
    """Return degrees from degrees, minutes and seconds."""
    degrees = sum(float(part) / 60**n for n, part in enumerate(parts))
    if not math.isfinite(degrees):
        raise ValueError(degrees)
    side = side.decode() if isinstance(side, bytes) else str(side or "")
    return -degrees if side.strip("\0 ").upper() == negative else degrees


def _usual_colours(image: Image.Image) -> Image.Image:
    """Return a picture in sRGB, from the colours that it says it is in."""
    profile = image.info.get("icc_profile")
    if profile:
        try:
            return ImageCms.profileToProfile(
                image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            pass
    return image.convert("RGB")
