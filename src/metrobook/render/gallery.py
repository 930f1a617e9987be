"""Photos of observations: a gallery with caption, area and month, and what is not in it and why."""

from __future__ import annotations

import base64
import os
from pathlib import Path

import pandas as pd
from babel.dates import format_skeleton
from markupsafe import Markup
from PIL import Image

from metrobook.compendium import StudyError
from metrobook.consent import showable
from metrobook.language import locale
from metrobook.render.chapter import Chapter

ITEM = Markup(
    '<li><figure id="photo-{key}"><img src="{address}" alt="{caption}" width="{width}" '
    'height="{height}" loading="lazy"><figcaption>{caption}{where}</figcaption></figure></li>'
)
WHERE = Markup('<br> <span class="mb-meta">{}</span>')


def show_gallery(chapter: Chapter) -> None:
    """Show the photos of a study that may be published, and say why others are not shown.

    Where there are no photos nothing is shown.
    """
    _ = chapter.gettext
    whole, photos = chapter.study.whole_table("photos"), pictures(chapter)
    if whole.empty:
        return
    chapter.heading(_("What was seen in the field"))
    if len(photos):
        chapter.say(
            _(
                "Each picture names the area and the month in which it was taken; the exact place "
                "and time are not kept. Pictures on which somebody could be recognised are not "
                "shown."
            )
        )
        table = photos.drop(columns=["file", "source_id"])
        chapter.block(
            "photos", gallery_html(chapter, photos), data=table,
            sources=sorted(set(photos["source_id"])),
        )  # fmt: skip
    for sentence in not_shown(chapter, whole):
        chapter.say(sentence)


def pictures(chapter: Chapter) -> pd.DataFrame:
    """Return the photos whose pictures may be shown, by area and day.

    Returns
    -------
    pandas.DataFrame
        ``photo_id, caption, area, month, file, source_id``; ``area`` and ``month`` are empty where
        they are not known.
    """
    photos = chapter.study.table("photos").dropna(subset="file")
    photos = photos.sort_values(["area_code", "taken", "photo_id"])
    names = {code: chapter.study.name(code, chapter.language) for code in set(photos["area_code"])}
    return pd.DataFrame(
        {
            "photo_id": photos["photo_id"],
            "caption": chapter.local(photos, "caption"),
            "area": photos["area_code"].map(names, na_action="ignore").fillna(""),
            "month": [_month(day, chapter.language) for day in photos["taken"]],
            "file": photos["file"],
            "source_id": photos["source_id"],
        }
    ).reset_index(drop=True)


def gallery_html(chapter: Chapter, photos: pd.DataFrame) -> Markup:
    """Return a list of pictures with their captions, which are their alternative texts too.

    Raises
    ------
    StudyError
        If a picture is not in the study.
    """
    items = []
    for row in photos.to_dict("records"):
        path = chapter.study.folder / row["file"]
        width, height = _size(path, f"data/{chapter.study.id}/{row['file']}")
        where = " · ".join(filter(None, (row["area"], row["month"])))
        items.append(
            ITEM.format(
                key=row["photo_id"], address=_address(path, row["file"]), caption=row["caption"],
                width=width, height=height, where=WHERE.format(where) if where else "",
            )
        )  # fmt: skip
    return Markup('<ul class="mb-gallery">{}</ul>').format(Markup("").join(items))


def not_shown(chapter: Chapter, whole: pd.DataFrame) -> list[str]:
    """Return how many pictures are not shown, one sentence for each reason."""
    hidden = whole[~showable(whole)]
    private = hidden["consent"] != "public"
    unwilling, recognisable = int(private.sum()), int((~private).sum())
    sentences = [
        chapter.ngettext(
            "{count} picture is not shown, because those concerned have not agreed to it.",
            "{count} pictures are not shown, because those concerned have not agreed to it.",
            unwilling,
        ).format(count=chapter.number("photos_without_consent", unwilling)),
        chapter.ngettext(
            "{count} picture is not shown, because somebody may be recognised on it.",
            "{count} pictures are not shown, because somebody may be recognised on them.",
            recognisable,
        ).format(count=chapter.number("photos_with_faces", recognisable)),
    ]
    counts = (unwilling, recognisable)
    return [sentence for sentence, count in zip(sentences, counts, strict=True) if count]


def _month(day: object, language: str) -> str:
    if not isinstance(day, str):
        return ""
    return format_skeleton("yMMMM", pd.Timestamp(day).date(), locale=locale(language))


def _size(path: Path, named: str) -> tuple[int, int]:
    try:
        with Image.open(path) as image:
            return image.size
    except OSError:
        raise StudyError(
            f"{named} is no picture that can be shown: import the photos again, or take its row "
            "out of collection/photos.csv."
        ) from None


def _address(path: Path, file: str) -> str:
    """Return where the site has the picture, or the picture itself in a notebook run by hand."""
    if "METROBOOK_SITE" in os.environ:
        return f"data/{file}"
    return "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode()
