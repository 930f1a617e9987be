"""Sources of a REFI-QDA project: their texts, and what was selected in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from metrobook.exchange.archives import Archive
from metrobook.exchange.project import ForeignFileError
from metrobook.exchange.refi_codes import Noted
from metrobook.exchange.refi_identifiers import (
    clean_guid,
    clean_name,
    clean_text,
    distinct,
    guid_of,
    key_of,
)
from metrobook.exchange.refi_positions import Positions, Selection
from metrobook.exchange.text import BYTE_ORDER_MARK, decode
from metrobook.exchange.xml import children, local

LARGEST_TEXT = 32 * 1024**2
TOO_LARGE = f"its text is larger than {LARGEST_TEXT >> 20} MiB"

MEDIA = {
    "PDFSource": "Representation",
    "PictureSource": "TextDescription",
    "AudioSource": "Transcript",
    "VideoSource": "Transcript",
}
IN_WORDS = {
    "PDFSource": "a PDF",
    "PictureSource": "a picture",
    "AudioSource": "a recording",
    "VideoSource": "a film",
}
MEDIA_SELECTIONS = ("PDFSelection", "PictureSelection", "AudioSelection", "VideoSelection")


@dataclass
class Marked:
    """A selection of a text together with the element that holds its codings."""

    element: Element
    place: Selection


@dataclass
class Source:
    """A source with its text, and the elements that say something about all of it.

    Attributes
    ----------
    document_id, name : str
    note : str or None
    positions : Positions or None
        Its text as stored; None where the file lacks it.
    about : list of xml.etree.ElementTree.Element
        The source, and its representation or transcript: with ``Coding``, ``VariableValue`` and
        ``NoteRef`` below.
    marked : list of Marked
    keys : set of str
        Identifiers by which other parts refer to it.
    """

    document_id: str
    name: str
    note: str | None
    positions: Positions | None
    about: list[Element]
    marked: list[Marked]
    keys: set[str] = field(default_factory=set)


class Texts:
    """The texts of a project: within its XML, or in the archive it came in, and nowhere else.

    Parameters
    ----------
    archive : Archive or None
        None where the XML stands alone.
    folder : str
        Where in the archive the project is.
    """

    def __init__(self, archive: Archive | None, folder: str):
        self._archive = archive
        self._folder = PurePosixPath(folder)
        names = archive.names if archive else []
        self._by_name = {PurePosixPath(name).name.casefold(): name for name in reversed(names)}

    def of(self, element: Element, what: str, noted: Noted) -> str | None:
        """Return the text of an element as stored, None where there is none.

        Parameters
        ----------
        element : xml.etree.ElementTree.Element
            With ``PlainTextContent`` below or ``plainTextPath``.
        what : str
            What lacks a text, for the report.
        noted : collections.Counter
        """
        inline = "".join(content.text or "" for content in children(element, "PlainTextContent"))
        path = (element.get("plainTextPath") or "").strip()
        if inline or not path:
            if not inline and element.get("richTextPath"):
                noted["lost", what, "its text is only there as a formatted document"] += 1
            if len(inline) > LARGEST_TEXT:
                noted["lost", what, TOO_LARGE] += 1
                return None
            return inline or None
        member = self._member(path)
        if member is None:
            noted["lost", what, "its text is not in the archive"] += 1
            return None
        if self._archive.size(member) > LARGEST_TEXT:
            noted["lost", what, TOO_LARGE] += 1
            return None
        content = self._archive.read(member)
        try:
            text, encoding = decode(content, member)
        except ForeignFileError:
            noted["lost", what, "its text is not readable as text"] += 1
            return None
        if not encoding.startswith("utf"):
            noted["changed", what, f"its text is not UTF-8; read as {encoding}, the likeliest"] += 1
        return BYTE_ORDER_MARK + text if encoding in ("utf-8-sig", "utf-16", "utf-32") else text

    def _member(self, path: str) -> str | None:
        if self._archive is None:
            return None
        bare = path.partition("://")[2] or path
        for name in (bare.replace("\\", "/").strip("/"), unquote(bare).strip("/")):
            within = self._archive.find(str(self._folder / "sources" / name))
            found = within or self._by_name.get(PurePosixPath(name).name.casefold())
            if found:
                return found
        return None


def read_sources(elements: list[Element], texts: Texts, noted: Noted) -> list[Source]:
    """Return the sources of a project, one for each text they have.

    Parameters
    ----------
    elements : list of xml.etree.ElementTree.Element
        The elements below ``<Sources>``.
    texts : Texts
    noted : collections.Counter
        What was changed or lost is counted here.
    """
    found: list[Source] = []
    named: set[str] = set()
    taken: set[str] = set()
    names: dict[str, int] = {}
    for element in elements:
        kind = local(element.tag)
        within = children(element, MEDIA[kind]) if kind in MEDIA else []
        if kind not in MEDIA and kind != "TextSource":
            noted["lost", "sources", f"are of a kind that is not known: {kind[:40]}"] += 1
            continue
        if kind in MEDIA:
            _note_media(element, within, noted)
        for number, holder in enumerate(within or [element]):
            about = [holder] if holder is element or number else [element, holder]
            source = _source(about, texts, taken, names, noted)
            source.keys = {key_of(part.get("guid")) for part in about} - named - {None}
            named |= source.keys
            found.append(source)
    return found


def _source(
    about: list[Element], texts: Texts, taken: set[str], names: dict[str, int], noted: Noted
) -> Source:
    outer, holder = about[0], about[-1]
    named = [clean_name(part.get("name")) for part in about]
    written = next(filter(None, [*named, _file_name(holder)]), None)
    name = distinct(written or "unnamed", names)
    if name != written:
        noted["changed", "documents", "had no name, or that of another; numbered"] += 1
    document_id = key_of(outer.get("guid"))
    if document_id is None or document_id in taken:
        noted["changed", "documents", "had no identifier, or that of another; given their own"] += 1
        document_id = guid_of("document", "named", name)
    taken.add(document_id)
    descriptions = [part.text for element in about for part in children(element, "Description")]
    note = clean_text("\n\n".join(filter(None, descriptions)))
    media_only = local(holder.tag) in MEDIA
    text = None if media_only else texts.of(holder, name, noted)
    positions = Positions(text) if text else None
    if positions is not None and positions.text != text:
        noted["changed", "texts", "brought into one form (NFC, line feeds); positions follow"] += 1
    return Source(document_id, name, note, positions, about, _marked(holder, noted))


def _marked(holder: Element, noted: Noted) -> list[Marked]:
    points = {
        key_of(point.get("guid")): point.get("position") for point in children(holder, "SyncPoint")
    }
    placed = [
        (element, element.get("startPosition"), element.get("endPosition"))
        for element in children(holder, "PlainTextSelection")
    ] + [
        (element, *(points.get(key_of(element.get(to))) for to in ("fromSyncPoint", "toSyncPoint")))
        for element in children(holder, "TranscriptSelection")
    ]
    marked = []
    for element, start, end in placed:
        try:
            place = Selection(_whole(start), _whole(end), element.get("name") or "")
        except (TypeError, ValueError):
            noted["lost", "codings", "their selection has no position in the text"] += _codings(
                element
            )
            continue
        marked.append(Marked(element, place))
    return marked


def _file_name(holder: Element) -> str | None:
    """Return the name of a file of a text, unless it is only an identifier."""
    stem = PurePosixPath((holder.get("plainTextPath") or "").replace("\\", "/")).stem
    return None if clean_guid(stem) else clean_name(stem)


def _whole(position: str | None) -> int:
    number = int(position.strip()) if position is not None else None
    if number is None or abs(number) >= 2**31:
        raise ValueError(position)
    return number


def _note_media(element: Element, within: list[Element], noted: Noted) -> None:
    kind = IN_WORDS[local(element.tag)]
    if within:
        noted["changed", "documents", f"are each {kind}, of which only the text is read"] += 1
    else:
        noted["lost", "texts of documents", f"were {kind} without a text; the name is kept"] += 1
    for name in MEDIA_SELECTIONS:
        selections = children(element, name)
        why = f"mark a part of {kind}, not of a text"
        noted["lost", "codings", why] += sum(_codings(selection) for selection in selections)


def _codings(selection: Element) -> int:
    return len(children(selection, "Coding"))
