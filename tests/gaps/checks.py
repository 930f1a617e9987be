"""What a chapter of a study with gaps must not show, looked for in its HTML."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pandas as pd
from bs4 import BeautifulSoup, Tag

from metrobook.compendium import data_resources, read_csv
from tests.gaps.harness import ROOT, Chapter, part_of

LEFTOVERS = re.compile(r"Traceback|Error:|\b(?:NaN|nan|NaT|None)\b|<NA>|\{|\}|\bundefined\b")
EMPTY_JOINS = re.compile(
    r"\(\s*\)|“\s*”|\s[,.;:](?:\s|$)|[,;:]\s*[,;.]|\b(?:of|and|the)\s*[.;,:)]|\b0 of (?:the )?0\b"
)
LONE_DASH = re.compile(r"(?:^|\s)–(?:[\s.,;)]|$)")
WRITTEN = "p, figcaption p, li, summary, .mb-gap, caption"
LONG = 18
STATEMENT = "mb-had"


@cache
def page(chapter: Chapter) -> BeautifulSoup:
    """Return what a chapter showed, as a tree."""
    return BeautifulSoup(chapter.html, "lxml")


def faults(chapter: Chapter) -> list[str]:
    """Return everything that is wrong with a chapter, whatever its study lacks."""
    if chapter.error:
        return [chapter.error]
    tree = page(chapter)
    return [
        *leftovers(tree),
        *_empty_joins(tree),
        *_empty_things(tree, chapter),
        *_lacks_what_all_have(tree, chapter),
    ]


def _texts(tree: BeautifulSoup) -> list[str]:
    attributes = [
        tag[name] for name in ("alt", "title") for tag in tree.find_all(attrs={name: True})
    ]
    return [*tree.stripped_strings, *attributes]


def leftovers(tree: BeautifulSoup) -> list[str]:
    """Return what no page may show: traces of errors, of missing values and of templates."""
    found = [(text, LEFTOVERS.search(text)) for text in _texts(tree)]
    return [f"leftover {match[0]!r}: {text[:200]}" for text, match in found if match]


def sentences(tree: BeautifulSoup) -> list[str]:
    """Return the text of paragraphs, captions and entries of lists that hold no others."""
    return [
        " ".join(tag.get_text().split())
        for tag in tree.select(WRITTEN)
        if tag.find(["p", "li"]) is None and tag.find_parent("td") is None
    ]


def _empty_joins(tree: BeautifulSoup) -> list[str]:
    found = []
    for text in sentences(tree):
        for pattern in (EMPTY_JOINS, LONE_DASH):
            if match := pattern.search(text):
                found.append(f"empty join {match[0]!r}: {text[:300]}")
    return found


def _empty_things(tree: BeautifulSoup, chapter: Chapter) -> list[str]:
    found = [
        f"table without rows: {table.get('id')}"
        for table in tree.find_all("table")
        if not [row for row in table.find_all("tr") if row.find("td")]
    ]
    found += [f"empty {tag.name}" for tag in tree.find_all(["ul", "figcaption"]) if _is_empty(tag)]
    found += [
        f"empty paragraph in {tag.parent}"[:200] for tag in tree.find_all("p") if _is_empty(tag)
    ]
    own = f"files/{chapter.step}/tables/"
    for link in tree.find_all("a", href=re.compile(re.escape(own))):
        file = chapter.folder / "tables" / link["href"].removeprefix(own)
        if pd.read_csv(file).empty:
            found.append(f"shown without data: {file.name}")
    return found


def _is_empty(tag: Tag) -> bool:
    return not tag.get_text(strip=True) and tag.find(["img", "iframe"]) is None


def _lacks_what_all_have(tree: BeautifulSoup, chapter: Chapter) -> list[str]:
    found = [] if tree.find(class_=STATEMENT) else ["no statement of what it had and lacks"]
    found += [] if sentences(tree) else ["not one sentence"]
    unknown = [key for key, item in chapter.result["numbers"].items() if item["value"] is None]
    return found + [f"number without value: {key}" for key in unknown]


def dangling_links(chapters: list[Chapter]) -> list[str]:
    """Return the links between chapters that lead to nothing."""
    anchors = {one.step: {tag["id"] for tag in page(one).find_all(id=True)} for one in chapters}
    found = []
    for one in chapters:
        for href in {tag["href"] for tag in page(one).find_all("a", href=re.compile("#"))}:
            target, _, anchor = href.partition("#")
            step = target.removesuffix(".html") or one.step
            if step in anchors and anchor not in anchors[step]:
                found.append(f"{one.step}: link to nothing: {href}")
    return found


@cache
def _words(study: str) -> dict[str, dict[str, frozenset[str]]]:
    """Return identifiers and long texts of each part of a study."""
    folder = ROOT / "data" / study
    found: dict[str, set[str]] = {}
    for item in data_resources(folder):
        found.setdefault(part_of(item), set()).update(_cells(item.path))
    found["settings"] = {(folder / "study.yml").read_text(encoding="utf-8")}
    return {part: frozenset(words) for part, words in found.items()}


def _cells(path: Path) -> set[str]:
    if path.suffix == ".csv":
        frame = read_csv(path)
        cells = {text for column in frame for text in frame[column]}
        return cells | {word for cell in cells for word in cell.split(";")}
    if path.suffix == ".geojson":
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        return {str(value) for one in features for value in one["properties"].values()}
    return {part.strip(" '\"") for part in path.read_text(encoding="utf-8").splitlines()}


@cache
def traces(study: str, part: str) -> frozenset[str]:
    """Return the long texts and identifiers that only one part of a study holds."""
    words = _words(study)
    others = "\n".join(
        word for name, held in words.items() if name != part for word in held if len(word) > 2
    )
    telling = {
        word for word in words[part]
        if (len(word) >= LONG and " " in word)
        or re.fullmatch(r"(?:K|ST|EV|LI|DO|W|R|C|SP)\d+", word)
    }  # fmt: skip
    return frozenset(word for word in telling if word not in others)


def traces_of_gone(chapters: list[Chapter], study: str, gone: frozenset[str]) -> list[str]:
    """Return the texts that chapters show although no part that is left holds them."""
    found = []
    for part in sorted(gone):
        for word in traces(study, part):
            for one in chapters:
                text = _text(one)
                if word in text and re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text):
                    found.append(f"{one.step}: {word!r} stands in {part}, which is gone")
    return found


@cache
def _text(chapter: Chapter) -> str:
    return " ".join(page(chapter).get_text(" ").split())
