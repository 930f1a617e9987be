"""Text in one normal form, and positions counted in one way, so that neither can drift."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from charset_normalizer import from_bytes

from metrobook.exchange.project import ForeignFileError

BYTE_ORDER_MARK = "\ufeff"
CONTROLS = set(range(32)) - {9, 10, 11, 12, 13, 27}
LATIN_SHARE, FEW = 0.2, 50
MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}


def normalise(text: str) -> str:
    """Return text with composed characters (NFC), line feeds only and no byte-order mark.

    Examples
    --------
    >>> normalise("\\ufeffa\\r\\nb\\rc")
    'a\\nb\\nc'
    """
    plain = text.lstrip(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain)


def checksum(text: str) -> str:
    """Return the SHA-256 of a normalised text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def moved(text: str, positions: Sequence[int]) -> list[int]:
    """Return where positions of a text lie once it is normalised.

    A position inside a sequence that becomes one character (a letter and its accent, a carriage
    return and a line feed) moves behind it; one before or behind the text moves to its edge.

    Parameters
    ----------
    text : str
        As it was written.
    positions : sequence of int
        Code points of ``text``.

    Examples
    --------
    >>> moved("Si\\r\\nne\\u0301 x", [4, 6, 8])
    [3, 5, 6]
    """
    within = [min(max(position, 0), len(text)) for position in positions]
    if normalise(text) == text:
        return within
    places = np.zeros(len(text) + 1, dtype=np.int64)
    behind, marks = 0, len(text) - len(text.lstrip(BYTE_ORDER_MARK))
    for start, end in _sequences(text):
        behind += _length(text[start:end], start < marks)
        places[start + 1 : end + 1] = behind
    return [int(places[position]) for position in within]


def widths(text: str, unit: str = "utf-8") -> np.ndarray:
    """Return how many bytes (``utf-8``) or 16-bit units (``utf-16``) each code point takes.

    Examples
    --------
    >>> widths("aé😀").tolist(), widths("aé😀", "utf-16").tolist()
    ([1, 2, 4], [1, 1, 2])
    """
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    if unit == "utf-16":
        return 1 + (codes > 0xFFFF).astype(np.int64)
    return 1 + sum((codes > last).astype(np.int64) for last in (0x7F, 0x7FF, 0xFFFF))


def code_points(text: str, offsets: Sequence[int], unit: str = "utf-8") -> list[int]:
    """Return offsets in bytes or 16-bit units as positions in code points.

    An offset inside a code point moves behind it; one beyond the text moves to its end.

    Examples
    --------
    >>> code_points("é😀a", [2, 6, 7]), code_points("é😀a", [1, 3, 4], "utf-16")
    ([1, 2, 3], [1, 2, 3])
    """
    ends = np.concatenate([[0], np.cumsum(widths(text, unit))])
    found = np.searchsorted(ends, np.asarray(offsets, dtype=np.int64), side="left")
    return np.minimum(found, len(text)).tolist()


def decode(content: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file and the encoding in which it was written.

    A byte-order mark tells; otherwise UTF-8 if the bytes are valid, UTF-16 if every other byte
    is empty, windows-1252 if few bytes are not ASCII (a Latin script), else the likeliest. The
    last three are guesses: the report of the reader says which was made.

    Raises
    ------
    ForeignFileError
        If the bytes are no text.
    """
    for mark, encoding in MARKS.items():
        if content.startswith(mark):
            return _decoded(content, encoding, name), encoding
    encoding = _encoding(content)
    if encoding is None:
        raise _no_text(name)
    return _decoded(content, encoding, name), encoding


def _sequences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches that normal form may change, each on its own."""
    start = 0
    for place in range(1, len(text)):
        if not _continues(text[place - 1], text[place]):
            yield start, place
            start = place
    if text:
        yield start, len(text)


def _continues(before: str, char: str) -> bool:
    if char < "\x7f":
        return before == "\r" and char == "\n"
    return unicodedata.category(char).startswith("M") or "\u1160" <= char <= "\u11ff"


def _length(sequence: str, marked: bool) -> int:
    if marked or sequence == "\r\n":
        return len(normalise(sequence))
    return len(unicodedata.normalize("NFC", sequence))


def _encoding(content: bytes) -> str | None:
    sample = content[: 1 << 20]
    if b"\0" in sample:
        even, odd = sample[0::2].count(0), sample[1::2].count(0)
        if max(even, odd) < len(sample) // 4 or min(even, odd) > len(sample) // 100:
            return None
        return "utf-16-le" if odd > even else "utf-16-be"
    if _decodes(content, "utf-8"):
        return "utf-8"
    if not CONTROLS.isdisjoint(sample):
        return None
    foreign = sum(byte > 127 for byte in sample)
    if foreign < max(LATIN_SHARE * len(sample), FEW) and _decodes(content, "cp1252"):
        return "cp1252"
    guess = from_bytes(sample).best()
    return guess.encoding if guess else None


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        raise _no_text(name) from None
    if "\0" in text:
        raise _no_text(name)
    return text


def _no_text(name: str) -> ForeignFileError:
    return ForeignFileError(
        f"{name} is not readable text: save it as plain text in UTF-8. Nothing was imported."
    )
