"""Codebooks in REFI-QDA: the elements of codes read into a table, and a table written as them."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from xml.etree.ElementTree import Element, SubElement

import pandas as pd

from metrobook.exchange.project import frame
from metrobook.exchange.refi_identifiers import (
    carried,
    clean_name,
    clean_text,
    distinct,
    guid_of,
    key_of,
)
from metrobook.exchange.xml import children

COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
UNNAMED = "unnamed"

Noted = Counter  # how often each (kind, what, why) of a report was met


def read_codes(elements: list[Element], noted: Noted) -> pd.DataFrame:
    """Return the codes below ``<Codes>``, parents before their children.

    Parameters
    ----------
    elements : list of xml.etree.ElementTree.Element
        The ``<Code>`` elements at the top.
    noted : collections.Counter
        What was changed is counted here.

    Returns
    -------
    pandas.DataFrame
        The table ``codes`` of :class:`~metrobook.exchange.project.Project`; ``code_id`` is the
        identifier in the file.
    """
    rows: list[tuple] = []
    taken: set[str] = set()

    def descend(beside: list[Element], parent: str | None, above: tuple[str, ...]) -> None:
        names: dict[str, int] = {}
        for element in beside:
            name = clean_name(element.get("name")) or UNNAMED
            free = distinct(name, names)
            if free != name:
                noted["changed", "codes", "had the name of another beside them; numbered"] += 1
            code_id = key_of(element.get("guid"))
            if code_id is None or code_id in taken:
                fault = "had no identifier" if code_id is None else "had the identifier of another"
                noted["changed", "codes", f"{fault}; given one of their own"] += 1
                code_id = guid_of("code", *above, free)
            taken.add(code_id)
            if (element.get("isCodable") or "").strip().lower() in ("false", "0"):
                noted[
                    "changed", "codes", "only group others there; every code can be given here"
                ] += 1
            rows.append((code_id, parent, free, _description(element), _colour(element, noted)))
            descend(children(element, "Code"), code_id, (*above, free))

    descend(elements, None, ())
    return frame("codes", rows)


def code_elements(codes: pd.DataFrame, noted: Noted) -> list[Element]:
    """Return the elements of a table of codes, siblings in the order of the table."""
    by_id = {code["code_id"]: code for code in codes.to_dict("records")}
    if len(by_id) < len(codes):
        noted["lost", "codes", "have the identifier of another code"] += len(codes) - len(by_id)
    below = defaultdict(list)
    for code_id, code in by_id.items():
        parent = code["parent_id"] if _has_root(code_id, by_id) else None
        if pd.notna(code["parent_id"]) and parent is None:
            noted["changed", "codes", "have no parent in the codebook; put at the top"] += 1
        below[parent if pd.notna(parent) else None].append(code_id)
    return [_element(code_id, by_id, below, noted) for code_id in below[None]]


def _description(element: Element) -> str | None:
    written = [text.text for text in children(element, "Description")]
    return clean_text("\n\n".join(filter(None, [*written, element.get("description")])))


def _colour(element: Element, noted: Noted) -> str | None:
    written = (element.get("color") or "").strip().lower()
    if COLOUR.fullmatch(written):
        return written if len(written) == 7 else "#" + "".join(2 * digit for digit in written[1:])
    if written:
        noted["lost", "colours of codes", "are not written as #rrggbb"] += 1
    return None


def _has_root(code_id: str, by_id: dict[str, dict]) -> bool:
    """Whether the parents of a code lead to the top without a gap and without a circle."""
    passed = set()
    while code_id in by_id and code_id not in passed:
        passed.add(code_id)
        code_id = by_id[code_id]["parent_id"]
    return pd.isna(code_id)


def _element(code_id: str, by_id: dict, below: dict, noted: Noted) -> Element:
    code = by_id[code_id]
    name = carried(code["name"], "names of codes", noted, clean_name) or UNNAMED
    element = Element("Code", guid=guid_of("code", code_id), name=name, isCodable="true")
    colour = str(code["colour"]).strip().lower()
    if COLOUR.fullmatch(colour):
        element.set("color", colour)
    if description := carried(code["description"], "descriptions", noted):
        SubElement(element, "Description").text = description
    element.extend(_element(child, by_id, below, noted) for child in below[code_id])
    return element
