"""Text in one normal form, so that positions in it cannot drift."""

from __future__ import annotations

import hashlib
import unicodedata

from charset_normalizer import from_bytes

from metrobook.exchange.project import ForeignFileError

BYTE_ORDER_MARK = "\ufeff"


def normalise(text: str) -> str:
    """Return text with composed characters (NFC), line feeds only and no byte-order mark.

    Examples
    --------
    >>> normalise("\\ufeffa\\r\\nb\\rc")
    'a\\nb\\nc'
    """
    plain = text.removeprefix(BYTE_ORDER_MARK).replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain)


def checksum(text: str) -> str:
    """Return the SHA-256 of a normalised text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def decode(content: bytes, name: str) -> tuple[str, str]:
    """Return the text of a file and the encoding in which it was written.

    A byte-order mark tells; otherwise UTF-8 if the bytes are valid, else the likeliest other.

    Raises
    ------
    ForeignFileError
        If the bytes are no text.
    """
    for mark, encoding in (
        (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\x00\x00", "utf-32"),
        (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"),
    ):  # fmt: skip
        if content.startswith(mark):
            return _decoded(content, encoding, name), encoding
    try:
        return _readable(content.decode("utf-8"), name), "utf-8"
    except UnicodeDecodeError:
        guess = from_bytes(content).best()
        if guess is None:
            raise _no_text(name) from None
        return _readable(str(guess), name), guess.encoding


def _decoded(content: bytes, encoding: str, name: str) -> str:
    try:
        return _readable(content.decode(encoding), name)
    except UnicodeDecodeError:
        raise _no_text(name) from None


def _readable(text: str, name: str) -> str:
    if "\0" in text:
        raise _no_text(name)
    return text


def _no_text(name: str) -> ForeignFileError:
    return ForeignFileError(
        f"{name} is not readable text: save it as plain text in UTF-8. Nothing was imported."
    )
