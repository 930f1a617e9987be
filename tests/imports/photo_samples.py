"""Synthetic JPEGs with the notes of a camera, and the table that describes them."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import ExifTags, Image, ImageCms


def jpeg(
    path: Path,
    *,
    place: tuple[float, float] | None = None,
    taken: str = "2026:11:20 07:31:59",
    size: tuple[int, int] = (64, 32),
    orientation: int = 1,
    mode: str = "RGB",
) -> Path:
    """Write a picture whose left half is red and right half blue, as a phone would."""
    image = Image.new("RGB", size, (0, 0, 220))
    image.paste((220, 0, 0), (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Synthetic camera"
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.IFD.Exif] = {ExifTags.Base.DateTimeOriginal: taken}
    if place:
        exif[ExifTags.IFD.GPSInfo] = gps(*place)
    profile = io.BytesIO(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    image.convert(mode).save(
        path, "JPEG", quality=95, exif=exif, comment=b"Synthetic comment",
        icc_profile=profile.getvalue() if mode == "RGB" else None,
        xmp=b"<x:xmpmeta>Synthetic device 107.5421357</x:xmpmeta>",
    )  # fmt: skip
    return path


def gps(longitude: float, latitude: float) -> dict[int, object]:
    """Return a place as EXIF notes it: degrees, minutes and seconds without a sign."""
    return {
        ExifTags.GPS.GPSLatitudeRef: "S" if latitude < 0 else "N",
        ExifTags.GPS.GPSLatitude: _parts(abs(latitude)),
        ExifTags.GPS.GPSLongitudeRef: "W" if longitude < 0 else "E",
        ExifTags.GPS.GPSLongitude: _parts(abs(longitude)),
    }


def _parts(degrees: float) -> tuple[float, float, float]:
    minutes = degrees % 1 * 60
    return float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 4)


def describe(folder: Path, *rows: str, header: str = "file,caption,consent,faces") -> Path:
    """Write photos.csv into a folder."""
    path = folder / "photos.csv"
    path.write_text("\n".join([header, *rows, ""]), encoding="utf-8")
    return path
