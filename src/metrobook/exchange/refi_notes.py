"""Notes of a REFI-QDA project: memos of their own, or notes of the codings they are tied to."""

from __future__ import annotations

from collections import defaultdict
from xml.etree.ElementTree import Element

import pandas as pd

from metrobook.exchange.project import ForeignFileError, frame
from metrobook.exchange.refi_codes import Noted
from metrobook.exchange.refi_identifiers import NOBODY, clean_name, clean_text, key_of
from metrobook.exchange.refi_sources import Texts
from metrobook.exchange.text import normalise
from metrobook.exchange.xml import children, local

MOST_JOINED = 64 * 1024**2


def coder_of(element: Element, users: dict[str, str]) -> str:
    """Return who made a part of a project; ``"imported"`` where the file does not say."""
    for attribute in ("creatingUser", "modifyingUser"):
        if (key := key_of(element.get(attribute))) in users:
            return users[key]
    return NOBODY


class Notes:
    """The notes of a project, and what they are tied to.

    Parameters
    ----------
    root : xml.etree.ElementTree.Element
    texts : Texts
    users : dict
        Names of coders by their identifier.
    noted : collections.Counter
        What was changed or lost is counted here.

    Attributes
    ----------
    other_links : int
        Links that tie no note to anything.
    """

    def __init__(self, root: Element, texts: Texts, users: dict[str, str], noted: Noted):
        self._noted = noted
        self._written: dict[str, tuple[str | None, str, str]] = {}
        self._loose: list[tuple[str, str, str]] = []
        self._linked: dict[str | None, list[str]] = defaultdict(list)
        self._tied: set[str] = set()
        self._joined = 0
        self.other_links = 0
        for number, note in enumerate(children(root, "Notes", "Note")):
            name = clean_name(note.get("name"))
            text = texts.of(note, name or "a memo", noted)
            described = [part.text for part in children(note, "Description") if part.text]
            text = normalise(text) if text else clean_text("\n\n".join(described))
            if text:
                key = key_of(note.get("guid")) or str(number)
                self._written[key] = (name, text, coder_of(note, users))
        for link in children(root, "Links", "Link"):
            ends = [key_of(link.get(end)) for end in ("originGUID", "targetGUID")]
            for note, other in (ends, ends[::-1]):
                if note in self._written:
                    self._linked[other].append(note)
            self.other_links += not any(end in self._written for end in ends)

    def at(self, element: Element) -> list[str]:
        """Return the texts of the notes tied to an element, which then are no memos."""
        keys = [key_of(part.get("targetGUID")) for part in children(element, "NoteRef")]
        keys += self._linked.get(key_of(element.get("guid")), [])
        keys = [key for key in dict.fromkeys(keys) if key in self._written]
        self._tied.update(keys)
        return [self._written[key][1] for key in keys]

    def joined(self, texts: list[str]) -> str | None:
        """Return texts as the note of one coding.

        Raises
        ------
        ForeignFileError
            If a project repeats long notes so often that they would fill the memory.
        """
        if len(texts) > 1:
            self._joined += sum(map(len, texts))
        if self._joined > MOST_JOINED:
            raise ForeignFileError(
                "The project repeats its notes at so many codings that they would fill the "
                "memory. It is refused; nothing was imported."
            )
        return "\n\n".join(texts) or None

    def keep(self, name: str, texts: list[str], coder: str) -> None:
        """Keep what was noted at a passage without a code as a memo."""
        self._loose += [(name, text, coder) for text in texts]
        why = "stood at a passage without a code; now memos named after document and position"
        self._noted["changed", "memos", why] += len(texts)

    def memos(self, root: Element) -> pd.DataFrame:
        """Return the memos, without the notes that belong to codings."""
        rows = [written for key, written in self._written.items() if key not in self._tied]
        tied = {key_of(e.get("targetGUID")) for e in root.iter() if local(e.tag) == "NoteRef"}
        why = "are kept without their tie to a document, a code or a case"
        self._noted["changed", "memos", why] += len((tied & self._written.keys()) - self._tied)
        described = [clean_text(part.text) for part in children(root, "Description")]
        rows += [("Project description", text, NOBODY) for text in described if text]
        return frame("memos", rows + self._loose)
