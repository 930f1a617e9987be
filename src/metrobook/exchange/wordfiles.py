"""Text of word-processor files (DOCX), and what of them is no text."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from xml.etree.ElementTree import Element

from metrobook.exchange.archives import Archive
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.exchange.xml import local, parse_xml

LEFT_OUT = {
    "footnoteReference": ("footnotes", "are no part of what was said"),
    "endnoteReference": ("endnotes", "are no part of what was said"),
    "commentReference": ("comments", "are no part of what was said"),
    "txbxContent": ("text boxes", "stand outside the running text"),
    "drawing": ("drawings and images", "are no text"),
    "pict": ("drawings and images", "are no text"),
    "object": ("embedded objects", "are no text"),
    "numPr": ("numbers and bullets of lists", "are made by the program, not written"),
}
DELETED = ("del", "moveFrom")
INSERTED = ("ins", "moveTo")
NEVER_READ = (*DELETED, "txbxContent", "Fallback", "drawing", "pict", "object", "pPr", "rPr")


def read_docx(path: Path, report: Report) -> str:
    """Return the running text of a DOCX file: one line per paragraph, tabs between cells.

    Insertions that are still tracked are taken as made, deletions as deleted.

    Raises
    ------
    ForeignFileError
        If the file is no DOCX file or must not be trusted.
    """
    archive = Archive(path)
    part = _main_part(archive)
    if part is None:
        raise ForeignFileError(
            f"{path.name} is no DOCX file: save it as DOCX or plain text. Nothing was imported."
        )
    root = parse_xml(archive.read(part), f"{path.name} ({part})")
    body = next((element for element in root if local(element.tag) == "body"), None)
    if body is None:
        raise ForeignFileError(f"{path.name} holds no text. Nothing was imported.")
    _report(root, archive, report)
    return "\n".join(_lines(body))


def _main_part(archive: Archive) -> str | None:
    relations = archive.find("_rels/.rels")
    if relations:
        for relation in parse_xml(archive.read(relations), f"{archive.path.name} (.rels)"):
            if relation.get("Type", "").endswith("/officeDocument"):
                found = archive.find(relation.get("Target", "").lstrip("/"))
                return found if found and found.endswith(".xml") else None
    return archive.find("word/document.xml")


def _lines(element: Element) -> list[str]:
    lines = []
    for child in element:
        name = local(child.tag)
        if name in NEVER_READ:
            continue
        if name == "p":
            lines += "".join(_words(child)).split("\n")
        elif name == "tr":
            cells = [" ".join(_lines(cell)).strip() for cell in child if local(cell.tag) != "trPr"]
            lines.append("\t".join(cells))
        else:
            lines += _lines(child)
    return lines


def _words(element: Element) -> list[str]:
    words = []
    for child in element:
        name = local(child.tag)
        if name == "t":
            words.append(child.text or "")
        elif name in ("br", "cr"):
            words.append("\n")
        elif name == "tab":
            words.append("\t")
        elif name == "noBreakHyphen":
            words.append("\u2011")
        elif name not in NEVER_READ:
            words += _words(child)
    return words


def _report(root: Element, archive: Archive, report: Report) -> None:
    found = Counter(local(element.tag) for element in root.iter())
    tracked = Counter(
        local(element.tag) for element in root.iter()
        if local(element.tag) in (*DELETED, *INSERTED) and len(element)
    )  # fmt: skip
    report.changed("tables", found["tbl"], "each row became a line, with tabs between cells")
    report.changed("tracked insertions", sum(tracked[name] for name in INSERTED), "taken as made")
    report.lost("tracked deletions", sum(tracked[name] for name in DELETED), "taken as deleted")
    lost = Counter()
    for name, (what, why) in LEFT_OUT.items():
        lost[what, why] += found[name]
    for (what, why), count in lost.items():
        report.lost(what, count, why)
    around = sum(
        name.startswith(("word/header", "word/footer")) for name in map(str.lower, archive.names)
    )
    report.lost("headers and footers", around, "stand outside the running text")
