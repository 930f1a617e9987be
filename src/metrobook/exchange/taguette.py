"""Projects of Taguette: its SQLite file, and its exports of highlights as CSV and XLSX."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from metrobook.exchange.databases import MAGIC, Database, as_integer, as_text, read_database
from metrobook.exchange.mapping import Mapping
from metrobook.exchange.plain import read_plain
from metrobook.exchange.project import ForeignFileError, Project, Report, frame
from metrobook.exchange.tables import read_table
from metrobook.exchange.text import moved, normalise, widths

EXPORT = ("id", "document", "tag", "content")
SEPARATORS = "./"
# Names in the history as they are, and as they were up to 2021.
OLDER_NAMES = {"highlight_id": "id", "src_tag_id": "src", "dest_tag_id": "dest"}
TAG = re.compile(r"""<(/?)([a-zA-Z][a-zA-Z0-9]*)(?:[^<>"']|"[^"<]*"|'[^'<]*')*+>""")
BLOCKS = set(
    re.findall(
        r"\w+",
        """
    p div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table caption thead tbody tfoot tr td th
    blockquote pre section article header footer hr br
""",
    )
)


def read_taguette(path: Path, project: str | None = None) -> Project:
    """Read a project of Taguette.

    Its database counts positions in UTF-8 bytes of the text of a document without tags; here
    they become code points, and paragraphs, which have nothing between them there, are set on
    lines of their own. A tag ``a.b`` or ``a/b`` becomes a code below ``a`` where a tag ``a``
    exists; else it keeps its whole name. The coder of a highlight is who first gave it the tag,
    as far as the history in the file tells; a project exported from a server names one user.

    Exports of highlights hold no documents: see :func:`metrobook.exchange.plain.read_plain`.

    Parameters
    ----------
    path : pathlib.Path
        ``.sqlite3`` or ``.db``, or highlights as ``.csv`` or ``.xlsx``.
    project : str, optional
        Name of the project, needed where the file holds several.

    Raises
    ------
    ForeignFileError
        If it is no file of Taguette, is damaged, or the project is not in it.
    """
    with path.open("rb") as stream:
        is_database = stream.read(len(MAGIC)) == MAGIC
    return _from_database(read_database(path), project) if is_database else _from_export(path)


def _from_export(path: Path) -> Project:
    table = read_table(path)
    if tuple(table.columns[:4]) != EXPORT:
        raise ForeignFileError(
            f"{path.name} is no export of highlights of Taguette: columns {', '.join(EXPORT)} were "
            "expected. Import it as a plain table instead. Nothing was imported."
        )
    mapping = Mapping(
        columns=table.columns,
        roles={"unit": "id", "document": "document", "code": "tag", "segment": "content"},
    )
    read = read_plain(path, mapping)
    read.origin = f"Taguette (highlights, {path.suffix.lstrip('.').upper()})"
    return read


def _from_database(database: Database, wanted: str | None) -> Project:
    project_id, name, description = _chosen(database, wanted)
    project, report = Project(name, "Taguette (SQLite)"), Report()
    documents = {}
    for row in database.rows(
        "documents", ["id", "project_id", "name", "contents"], ["description", "filename"]
    ):
        if row[1] == project_id:
            documents[row[0]] = row
    texts = {document: _Text(as_text(row[3])) for document, row in documents.items()}
    project.documents = frame(
        "documents",
        [
            (f"T{document}", as_text(row[2]) or as_text(row[5]), texts[document].normal,
             as_text(row[4]) or None)
            for document, row in documents.items()
        ],
    )  # fmt: skip
    report.read("documents", len(documents))
    tags = {
        row[0]: (as_text(row[2]), as_text(row[3]) or None)
        for row in database.rows("tags", ["id", "project_id", "path"], ["description"])
        if row[1] == project_id
    }
    project.codes = frame("codes", _codes(tags, report))
    project.codings = frame(
        "codings", _codings(database, texts, tags, _coders(database, project_id), report)
    )
    if description:
        project.memos = frame("memos", [(name, normalise(description), None)])
        report.read("memos (the description of the project)", 1)
    report.changed(
        "values", database.damaged, "held bytes that are no UTF-8, replaced by the sign �"
    )
    project.report = report
    return project


def _chosen(database: Database, wanted: str | None) -> tuple[int, str, str]:
    projects = [
        (row[0], as_text(row[1]), as_text(row[2]))
        for row in database.rows("projects", ["id", "name"], ["description"])
    ]
    found = [project for project in projects if wanted in (None, project[1])]
    if len(found) == 1:
        return found[0]
    if not projects:
        raise ForeignFileError(f"{database.name} holds no project. Nothing was imported.")
    listed = ", ".join(f"“{name}”" for _, name, _ in projects)
    if wanted is None:
        raise ForeignFileError(
            f"{database.name} holds {len(projects)} projects ({listed}): name the one to read."
        )
    raise ForeignFileError(
        f"{database.name} holds {len(found) or 'no'} projects named “{wanted}”; it has: {listed}. "
        "Nothing was imported."
    )


def _codes(tags: dict, report: Report) -> list[tuple]:
    """Return the codes, parents before their children."""
    ids = {path: tag for tag, (path, _) in tags.items()}
    nested, rows = 0, []
    for tag, (path, description) in sorted(tags.items(), key=lambda item: (len(item[1][0]), item)):
        parent = _parent(path, ids)
        nested += parent is not None
        rows.append(
            (
                f"T{tag}",
                None if parent is None else f"T{ids[parent]}",
                path if parent is None else path[len(parent) + 1 :],
                description,
                None,
            )
        )
    report.read("codes", len(rows))
    report.changed("codes", nested, "set below the tag whose name theirs begins with")
    return rows


def _parent(path: str, ids: dict) -> str | None:
    """Return the longest tag that a path begins with, before a separator."""
    ends = [place for place, char in enumerate(path) if char in SEPARATORS]
    return next(
        (path[:end] for end in reversed(ends) if path[:end] in ids and path[end + 1 :]), None
    )


def _coders(database: Database, project_id: int) -> dict[int, dict[int, str]]:
    """Return who gave each highlight each of its tags, as the history tells."""
    coders: dict[int, dict[int, str]] = {}
    if not database.has("commands"):
        return coders
    history = database.rows("commands", ["id", "user_login", "project_id", "payload"])
    rows = [row for row in history if row[2] == project_id]
    for _, user, _, payload in sorted(rows, key=lambda row: as_integer(row[0]) or 0):
        try:
            command = json.loads(as_text(payload))
            command = {OLDER_NAMES.get(name, name): value for name, value in command.items()}
            kind = command.get("type")
            if kind == "highlight_add":
                known = coders.get(command["id"], {})
                coders[command["id"]] = {
                    tag: known.get(tag, as_text(user)) for tag in command["tags"]
                }
            elif kind == "tag_merge":
                for given in coders.values():
                    if (coder := given.pop(command["src"], None)) is not None:
                        given.setdefault(command["dest"], coder)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue
    return coders


def _codings(database: Database, texts: dict, tags: dict, coders: dict, report: Report) -> list:
    given: dict[int, list[int]] = {}
    for highlight, tag in database.rows("highlight_tags", ["highlight_id", "tag_id"]):
        given.setdefault(highlight, []).append(tag)
    rows, lost = [], Counter()
    differing = unattributed = highlights = 0
    for highlight, document, start, end, snippet in database.rows(
        "highlights", ["id", "document_id", "start_offset", "end_offset"], ["snippet"]
    ):
        if document not in texts:
            continue
        highlights += 1
        place = texts[document].place(as_integer(start), as_integer(end))
        known = [tag for tag in sorted(given.get(highlight, [])) if tag in tags]
        if place is None:
            lost["their positions lie outside the text of the document"] += 1
            continue
        if not known:
            lost["they carry no tag"] += 1
        if snippet and not texts[document].agrees(start, end, as_text(snippet)):
            differing += 1
        for tag in known:
            coder = coders.get(highlight, {}).get(tag)
            unattributed += coder is None
            rows.append((f"T{document}", *place, f"T{tag}", coder, None))
    report.read("highlights", highlights)
    report.read("codings", len(rows))
    report.changed("positions", 2 * len(rows), "from bytes to characters of the normalised text")
    report.changed(
        "highlights", differing, "their stored extract differs from the text at their positions, "
        "which were kept"
    )  # fmt: skip
    report.changed("codings", unattributed, "without a coder: the history does not tell who")
    for why, count in lost.items():
        report.lost("highlights", count, why)
    return rows


class _Text:
    """The text of a document in HTML, and where byte offsets lie in it."""

    def __init__(self, contents: str):
        pieces = list(_pieces(contents))
        self._raw = "".join(piece for piece, _ in pieces)
        self._own = np.repeat(
            np.array([own for _, own in pieces], dtype=bool), [len(piece) for piece, _ in pieces]
        )
        self._ends = np.concatenate([[0], np.cumsum(np.where(self._own, widths(self._raw), 0))])
        self._places = moved(self._raw, range(len(self._raw) + 1))
        self.normal = normalise(self._raw)

    def place(self, start: int | None, end: int | None) -> tuple[int, int] | None:
        """Return two byte offsets as positions in the normalised text, if they make sense."""
        if start is None or end is None or not 0 <= start < end <= self._ends[-1]:
            return None
        first, last = (self._places[place] for place in self._raw_place(start, end))
        return (first, last) if first < last else None

    def agrees(self, start: int, end: int, snippet: str) -> bool:
        """Return whether the stored extract is the text between two byte offsets."""
        between = slice(*self._raw_place(start, end))
        here = "".join(itertools.compress(self._raw[between], self._own[between]))
        return here.strip() == "".join(piece for piece, own in _pieces(snippet) if own).strip()

    def _raw_place(self, start: int, end: int) -> tuple[int, int]:
        first = int(np.searchsorted(self._ends, start, side="right")) - 1
        return first, int(np.searchsorted(self._ends, end, side="left"))


def _pieces(contents: str) -> Iterator[tuple[str, bool]]:
    """Yield stretches of text, and the line ends that blocks need (not the document's own)."""
    contents = contents.replace("\r\n", "\n").replace("\r", "\n")
    line_end, pending, in_pre, done = True, False, False, 0
    for tag in itertools.chain(TAG.finditer(contents), [None]):
        text = _unescaped(contents[done : tag.start() if tag else None])
        text = text.removeprefix("\n") if in_pre else text
        if text:
            if pending and not line_end and text[0] != "\n":
                yield "\n", False
            yield text, True
            line_end, pending = text[-1] == "\n", False
        if tag:
            done, name = tag.end(), tag[2].lower()
            pending = pending or name in BLOCKS
            in_pre = name == "pre" and not tag[1]


def _unescaped(text: str) -> str:
    try:
        return html.unescape(text)
    except ValueError:  # a number of thousands of digits
        return text
