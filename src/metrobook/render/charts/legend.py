"""Legends: keys in as many columns as the width of the figure allows."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import POINTS, SMALL_SIZE

HANDLE = 34.0
MARGIN = 6.0
ROW_PADDING = 3.0


def legend_columns(labels: list[str], width: float) -> int:
    """Return how many keys fit side by side in a figure of ``width`` inches."""
    if not labels:
        return 1
    widest = max(text_width(label, SMALL_SIZE) for label in _wrapped(labels, width)) + HANDLE
    return max(1, min(len(labels), int((width * POINTS - 2 * MARGIN) // widest)))


def legend_height(labels: list[str], width: float) -> float:
    """Return the height of a legend, in points, margins included."""
    if not labels:
        return 0.0
    columns = legend_columns(labels, width)
    rows = -(-len(labels) // columns)
    tallest = max(text_height(label, SMALL_SIZE) for label in _wrapped(labels, width))
    return rows * (tallest - 1 + ROW_PADDING) + 4


def place_legend(figure: Figure, handles: list[Any], labels: list[str], below: float = 0.0) -> None:
    """Put a legend at the top left of a figure, ``below`` points under its edge."""
    width, height = figure.get_size_inches()
    figure.legend(
        handles,
        _wrapped(labels, width),
        loc="upper left",
        bbox_to_anchor=(0, 1 - below / (height * POINTS)),
        ncols=legend_columns(labels, width),
        frameon=False,
        fontsize=SMALL_SIZE,
        handlelength=1.6,
        handletextpad=0.6,
        columnspacing=1.2,
        borderaxespad=0.5,
        borderpad=0.2,
        labelspacing=ROW_PADDING / SMALL_SIZE,
    )


def _wrapped(labels: list[str], width: float) -> list[str]:
    return [wrap(label, width * POINTS - 2 * MARGIN - HANDLE, SMALL_SIZE) for label in labels]
