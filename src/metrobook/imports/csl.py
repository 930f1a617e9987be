"""CSL JSON: bibliographies as Zotero and its like export them."""

from __future__ import annotations

import json
from typing import Any

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.bibliography import DAY, Work, plain, within, written_notes

PEOPLE = ("author", "editor", "container-author", "director", "contributor")


def read_csl(text: str, report: Report, name: str) -> list[Work]:
    """Return the works of a CSL JSON file: a list, or an object with the list as ``items``.

    Raises
    ------
    ForeignFileError
        If it is no JSON, or no list of works.
    """
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise ForeignFileError(
            f"{name} is no JSON{line}: export the collection again as CSL JSON. Nothing was "
            "imported."
        ) from None
    items = content.get("items") if isinstance(content, dict) else content
    if not isinstance(items, list):
        raise ForeignFileError(
            f"{name} holds no list of works: export the collection as CSL JSON. Nothing was "
            "imported."
        )
    works = []
    for number, item in enumerate(items, start=1):
        if isinstance(item, dict) and "itemType" in item:
            raise ForeignFileError(
                f"{name} is written in Zotero's own JSON: export the collection as CSL JSON or "
                "as Better CSL JSON. Nothing was imported."
            )
        if isinstance(item, dict):
            works.append(_work(item, f"entry {number}"))
        else:
            report.lost(f"entry {number}", 1, "is no work but a mere value")
    return works


def _work(item: dict[str, Any], place: str) -> Work:
    def text(*names: str) -> str:
        return next((plain(item[name]) for name in names if item.get(name)), "")

    people = next((item[role] for role in PEOPLE if isinstance(item.get(role), list)), [])
    retrieved = _date(item.get("accessed"))
    return Work(
        key=text("citation-key", "id"),
        place=place,
        authors=tuple(filter(None, map(_name, people))) or tuple(filter(None, [text("publisher")])),
        title=text("title"),
        year=_date(item.get("issued")),
        within=within(
            text("container-title", "event-title", "collection-title"), text("volume"),
            text("issue"), text("page").replace("-", "–"), text("publisher", "archive"),
        ),
        doi=text("DOI"),
        url=text("URL"),
        retrieved=retrieved if DAY.fullmatch(retrieved) else "",
        notes=written_notes([item.get("note"), item.get("annote")]),
        abstract="abstract" in item,
        attached=any(name in item for name in ("file", "attachments")),
    )  # fmt: skip


def _name(person: Any) -> str:
    if not isinstance(person, dict):
        return plain(person)
    particle = person.get("non-dropping-particle") or person.get("dropping-particle") or ""
    parts = (particle, person.get("family"), person.get("suffix"))
    family = " ".join(filter(None, map(plain, parts)))
    return plain(person.get("literal")) or ", ".join(
        filter(None, (family, plain(person.get("given"))))
    )


def _date(date: Any) -> str:
    """Return a date of CSL as far as it is told.

    Examples
    --------
    >>> _date({"date-parts": [["2012", 3]]}), _date({"raw": "2016-08-30"})
    ('2012-03', '2016-08-30')
    """
    if not isinstance(date, dict):
        return plain(date)
    parts = date.get("date-parts")
    if isinstance(parts, list) and parts and isinstance(parts[0], list) and any(parts[0]):
        return "-".join(str(part).zfill(2) for part in parts[0] if part)
    return plain(date.get("raw") or date.get("literal") or date.get("year"))
