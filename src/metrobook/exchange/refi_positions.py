"""Positions in a text: as other programs count them, and as they are in the normalised text.

The standard counts Unicode code points of the text as it is stored, without a byte-order mark.
Programs also count UTF-16 units, one or two for the end of a line, or the mark; a file does not
say which. What tells is that people select words: the right way of counting puts the ends of
selections between words, and the others put them anywhere.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np

from metrobook.exchange.refi_identifiers import PROGRAM
from metrobook.exchange.text import BYTE_ORDER_MARK, normalise

LINE_ENDS = ("as stored", "one", "two")
ALLOWANCE = 2
ENOUGH = 10_000
NAME_WEIGHT = 4
OUTSIDE_WEIGHT = -4
SHORTEST_NAME = 3
LONGEST_NAME = 100
HANGUL_SECOND = frozenset({*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)})


@dataclass(frozen=True)
class Counting:
    """A way of counting positions.

    Attributes
    ----------
    utf16 : bool
        A character beyond the basic plane counts as two.
    line_end : str
        ``"as stored"``, or ``"one"`` or ``"two"`` however it is stored.
    mark : bool
        A byte-order mark counts.
    """

    utf16: bool = False
    line_end: str = "as stored"
    mark: bool = False

    def __str__(self) -> str:
        unit = "UTF-16 units" if self.utf16 else "code points"
        line_end = "" if self.line_end == "as stored" else f", the end of a line as {self.line_end}"
        return unit + line_end + (", the byte-order mark too" if self.mark else "")

    @property
    def oddity(self) -> int:
        """In how much it differs from the standard: so many points it must be better by."""
        return self.utf16 + (0, 1, 2)[LINE_ENDS.index(self.line_end)] + self.mark


STANDARD = Counting()


@dataclass(frozen=True)
class Selection:
    """A selection as a file writes it: two positions, and a name that may quote its text."""

    start: int
    end: int
    name: str = ""


@dataclass(frozen=True)
class Decision:
    """Which way of counting a project uses, and what speaks for it.

    Attributes
    ----------
    counting : Counting
    boundaries : int
        Ends of selections in texts where ways of counting differ; 0 where they all agree.
    on_words, on_words_standard : int
        How many of them fall between words, counted this way and the standard's.
    quoted : int
        Selections whose name quotes their text, counted this way.
    known : bool
        Nothing had to be decided, since the file is one of Metrobook.
    """

    counting: Counting = STANDARD
    boundaries: int = 0
    on_words: int = 0
    on_words_standard: int = 0
    quoted: int = 0
    known: bool = False

    def __str__(self) -> str:
        if self.known:
            return f"counted in {self.counting}, as {PROGRAM} writes them"
        if not self.boundaries:
            return f"counted in {self.counting}; every way of counting gives the same"
        share, standard = (
            f"{round(100 * hits / self.boundaries)} %"
            for hits in (self.on_words, self.on_words_standard)
        )
        found = f"{share} of {self.boundaries:,} ends of selections fall between words"
        if self.counting != STANDARD:
            found += f", {standard} if counted as in the standard"
        if self.quoted:
            found += f"; {self.quoted:,} selections quote their text"
        elif self.on_words < 0.7 * self.boundaries:
            found += "; this is unsure: compare some codings with the original"
        return f"counted in {self.counting}: {found}"


class Positions:
    """Positions of one text.

    Parameters
    ----------
    raw : str
        The text as stored, with its line ends and its byte-order mark if it has one.
    """

    def __init__(self, raw: str):
        self.raw = raw
        self.text = normalise(raw)
        points = np.frombuffer(raw.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self._astral = points > 0xFFFF
        line_feed, carriage = points == 10, points == 13
        pairs = np.zeros(len(points), dtype=bool)
        pairs[:-1] = carriage[:-1] & line_feed[1:]
        self._paired_return = pairs
        lone = line_feed.copy()
        lone[1:] &= ~pairs[:-1]
        self._lone_end = lone | (carriage & ~pairs)
        self._mark = raw.startswith(BYTE_ORDER_MARK)

    @property
    def differing(self) -> set[str]:
        """On what ways of counting differ in this text: ``utf16``, ``one``, ``two``, ``mark``."""
        found = {
            "utf16": self._astral.any(),
            "one": self._paired_return.any(),
            "two": self._lone_end.any(),
            "mark": self._mark,
        }
        return {name for name, there in found.items() if there}

    def counts(self, counting: Counting) -> np.ndarray:
        """Return at which position each stored character begins, and the last one ends."""
        width = np.ones(len(self.raw), dtype=np.int32)
        if counting.utf16:
            width[self._astral] = 2
        if counting.line_end == "one":
            width[self._paired_return] = 0
        elif counting.line_end == "two":
            width[self._lone_end] = 2
        if self._mark and not counting.mark:
            width[0] = 0
        return np.concatenate(([0], np.cumsum(width, dtype=np.int32)))

    def locate(self, start: np.ndarray, end: np.ndarray, counting: Counting) -> np.ndarray:
        """Return positions in the normalised text, one row of start and end per selection.

        A position within a character moves outwards, so that the character stays whole. An end
        up to two beyond the text, where a program counts a last line end that the text lacks,
        moves to the end of the text. Rows of -1 lie outside the text, or end before they begin.
        """
        counts = self.counts(counting)
        before, after = _composed(self.raw)
        first = np.searchsorted(counts, start, side="right") - 1
        last = np.searchsorted(counts, np.minimum(end, counts[-1]), side="left")
        beyond = (start < 0) | (start > counts[-1]) | (end > counts[-1] + ALLOWANCE) | (end < start)
        first, last = (np.clip(index, 0, len(self.raw)) for index in (first, last))
        found = np.column_stack((before[first], after[last]))
        found[start == end, 1] = found[start == end, 0]
        found[beyond] = -1
        return found

    def evidence(self, selections: list[Selection], counting: Counting) -> tuple[int, int, int]:
        """Return how many ends lie between words, how many names quote their text, and a score."""
        starts = np.array([selection.start for selection in selections])
        ends = np.array([selection.end for selection in selections])
        counts = self.counts(counting)
        first = np.searchsorted(counts, starts, side="right") - 1
        last = np.searchsorted(counts, ends, side="left")
        words = quoted = outside = 0
        for selection, begin, stop in zip(selections, first, last, strict=True):
            if not 0 <= selection.start <= selection.end <= counts[-1] + ALLOWANCE:
                outside += 1
                continue
            whole = counts[begin] == selection.start
            words += bool(whole and _word_begins(self.raw, int(begin)))
            whole = stop < len(counts) and counts[stop] == selection.end
            words += bool(whole and _word_ends(self.raw, int(stop)))
            quoted += _quotes(selection.name, self.raw, int(begin), int(stop))
        return words, quoted, words + NAME_WEIGHT * quoted + OUTSIDE_WEIGHT * outside


def decide(texts: list[tuple[Positions, list[Selection]]]) -> Decision:
    """Decide how a project counts positions.

    Parameters
    ----------
    texts : list
        Each text with its selections.

    Returns
    -------
    Decision
        The standard's way unless another one is better by more points than it is odd: a point
        for each end of a selection between words, four for a name that quotes its text, four
        less for a selection outside its text.
    """
    telling = [(text, chosen) for text, chosen in texts if chosen and text.differing]
    every = 1 + sum(len(chosen) for _, chosen in telling) // ENOUGH
    telling = [(text, chosen[::every]) for text, chosen in telling]
    differing = set().union(*(text.differing for text, _ in telling))
    best, found = -np.inf, Decision()
    standard_words = None
    for counting in _ways(differing):
        evidence = [text.evidence(chosen, counting) for text, chosen in telling]
        words, quoted, points = (sum(part) for part in zip(*evidence, strict=True))
        standard_words = words if standard_words is None else standard_words
        if points - counting.oddity > best:
            best = points - counting.oddity
            ends = 2 * sum(len(chosen) for _, chosen in telling)
            found = Decision(counting, ends, words, standard_words, quoted)
    return found


def _ways(differing: set[str]) -> list[Counting]:
    if not differing:
        return []
    ways = [
        Counting(utf16, line_end, mark)
        for utf16 in (False, True)[: 1 + ("utf16" in differing)]
        for line_end in ("as stored", *(differing & {"one", "two"}))
        for mark in (False, True)[: 1 + ("mark" in differing)]
    ]
    return sorted(ways, key=lambda way: (way.oddity, str(way)))


def _word_begins(text: str, at: int) -> bool:
    return at < len(text) and not text[at].isspace() and _between(text, at)


def _word_ends(text: str, at: int) -> bool:
    """Whether a selection of words or of whole lines may end here."""
    return at > 0 and (not text[at - 1].isspace() or text[at - 1] in "\r\n") and _between(text, at)


def _between(text: str, at: int) -> bool:
    return not 0 < at < len(text) or not (text[at - 1].isalnum() and text[at].isalnum())


def _quotes(name: str, text: str, start: int, end: int) -> bool:
    quoted = " ".join(re.sub(r"(\.\.\.|…)$", "", name[: 2 * LONGEST_NAME].strip()).split())
    quoted = quoted[:LONGEST_NAME]
    selected = " ".join(text[start : min(end, start + 4 * LONGEST_NAME)].split())
    return len(quoted) >= SHORTEST_NAME and selected.startswith(quoted)


def _composed(raw: str) -> tuple[np.ndarray, np.ndarray]:
    """Return for each position in a stored text where it is in the normalised one.

    Twice: rounded down and rounded up, where characters that become one stand around it.
    """
    kept = np.ones(len(raw), dtype=np.int64)
    kept[: len(raw) - len(raw.lstrip(BYTE_ORDER_MARK))] = 0
    for pair in re.finditer("\r\n", raw):
        kept[pair.start()] = 0
    plain = np.concatenate(([0], np.cumsum(kept)))
    lines = raw.lstrip(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    if unicodedata.is_normalized("NFC", lines):
        return plain, plain
    before, after, written = [], [], 0
    for start, stop in pairwise([0, *_seams(lines), len(lines)]):
        piece = lines[start:stop]
        composed = unicodedata.normalize("NFC", piece)
        for inside in range(len(piece)):
            exact = inside == 0 or composed == piece
            before.append(written + inside if exact else written)
            after.append(written + inside if exact else written + len(composed))
        written += len(composed)
    before, after = (np.array([*moved, written]) for moved in (before, after))
    return before[plain], after[plain]


def _seams(text: str) -> list[int]:
    """Return the positions at which a text may be cut and each part normalised on its own."""
    return [at for at in range(1, len(text)) if _begins_afresh(text[at])]


@cache
def _begins_afresh(character: str) -> bool:
    first = unicodedata.normalize("NFD", character)[0]
    return not unicodedata.combining(first) and ord(first) not in _second_parts()


@cache
def _second_parts() -> frozenset[int]:
    """Return the code points that may become one with the character before them."""
    pairs = (unicodedata.decomposition(chr(point)).split() for point in range(sys.maxunicode + 1))
    seconds = {int(pair[1], 16) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}
    return frozenset(seconds) | HANGUL_SECOND
