"""Text: how wide a text is and how it breaks into lines, measured in the font that is drawn."""

from __future__ import annotations

import re
from functools import cache

from matplotlib.font_manager import FontProperties, findfont
from matplotlib.ft2font import FT2Font, LoadFlags

from metrobook.render.theme import SETTINGS, TEXT_SIZE

LEADING = 1.25


@cache
def _font(weight: str) -> FT2Font:
    return FT2Font(findfont(FontProperties(family=SETTINGS["font.family"], weight=weight)))


@cache
def line_width(line: str, size: float = TEXT_SIZE, weight: str = "normal") -> float:
    """Return the width of one line of text, in points.

    Examples
    --------
    >>> line_width("Bandung") < line_width("Bandung", weight="bold")
    True
    """
    font = _font(weight)
    font.set_size(size, 72)
    font.set_text(line, 0.0, flags=LoadFlags.NO_HINTING)
    return font.get_width_height()[0] / 64


def wrap(text: str, width: float, size: float = TEXT_SIZE, weight: str = "normal") -> str:
    """Break a text into lines no wider than ``width`` points.

    A word that is wider than a line is broken.

    Examples
    --------
    >>> wrap("Bandung City and Cimahi", 75)
    'Bandung City\\nand Cimahi'
    """
    paragraphs = str(text).split("\n")
    return "\n".join(
        line for paragraph in paragraphs for line in _lines(paragraph, width, size, weight)
    )


def _lines(paragraph: str, width: float, size: float, weight: str) -> list[str]:
    lines = [""]
    for word in paragraph.split():
        longer = f"{lines[-1]} {word}".strip()
        if line_width(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        pieces = _broken(word, width, size, weight)
        lines = [*lines, *pieces] if lines[-1] else pieces
    return lines


def _broken(word: str, width: float, size: float, weight: str) -> list[str]:
    """Break a word behind its hyphens and slashes, and between letters where that is too wide."""
    pieces = [""]
    for part in re.split(r"(?<=[-/–_])", word):
        if line_width(pieces[-1] + part, size, weight) <= width:
            pieces[-1] += part
            continue
        pieces = [piece for piece in pieces if piece] + [""]
        for letter in part:
            if pieces[-1] and line_width(pieces[-1] + letter, size, weight) > width:
                pieces.append("")
            pieces[-1] += letter
    return pieces


def text_width(text: str, size: float = TEXT_SIZE, weight: str = "normal") -> float:
    """Return the width of the longest line of a text, in points."""
    return max(line_width(line, size, weight) for line in str(text).split("\n"))


def text_height(text: str, size: float = TEXT_SIZE) -> float:
    """Return the height of a text of one or more lines, in points."""
    return (str(text).count("\n") + 1) * size * LEADING
