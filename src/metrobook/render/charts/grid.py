"""Grids: rows of small cells, each with its label at the left and words or marks at the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from metrobook.render.charts.legend import legend_height
from metrobook.render.text import LEADING, text_height, text_width, wrap
from metrobook.render.theme import (
    INK,
    MUTED,
    PAPER,
    POINTS,
    RULE,
    SMALL_SIZE,
    new_figure,
    page_axes,
)

PHONE = 5.0
MARGIN = 6.0
GAP = 8.0
MARK_GAP = 4.0
CELL = 24.0
PHONE_CELL = 17.0
NARROWEST_CELL = 13.0
TALLEST_CELL = 20.0
LOWEST_ROW = 22.0
UPRIGHT_HEAD = 96.0
WIDEST_SIDE = 96.0
STEP = 7.5
"""Distance of the dots of a rating."""
CONFIDENCE = {"very low": 1, "low": 2, "moderate": 3, "high": 4}
"""Full dots, of four, of each confidence."""


@dataclass(frozen=True)
class Side:
    """A column at the right: its head, its words, and the room of a mark before the words."""

    head: str
    texts: Sequence[str]
    mark: float = 0.0

    def width(self, whole: bool) -> float:
        """Return the width for whole texts, as far as these are short, or for the longest word."""
        words = [word for text in self.texts for word in text.split()]
        longest = max((text_width(word, SMALL_SIZE) for word in words), default=0.0)
        widest = max((text_width(text, SMALL_SIZE) for text in self.texts if text), default=0.0)
        wide = max(longest, min(widest, WIDEST_SIDE)) if whole else longest
        return self.start + wide

    @property
    def start(self) -> float:
        """Where the words begin."""
        return self.mark + (MARK_GAP if self.mark and any(self.texts) else 0.0)


def rating(head: str, texts: Sequence[str]) -> Side:
    """Return a column for the dots of a rating and, beside them, its words."""
    return Side(head, texts, STEP * len(CONFIDENCE))


class Grid:
    """Rows of cells; units are points, y runs downwards.

    Parameters
    ----------
    ids : sequence of str
        Short names of the rows: all that phones show of them.
    labels : sequence of str
        What the rows are, beside the short names on pages.
    columns : sequence of str
        Heads of the cells.
    sides : sequence of Side
        Columns at the right of the cells.
    width : float
        Inches.
    legend : list of str
        Texts of the legend, above the grid.
    row_title : str
        What the rows are.
    """

    def __init__(
        self,
        ids: Sequence[str],
        labels: Sequence[str],
        columns: Sequence[str],
        sides: Sequence[Side],
        width: float,
        legend: list[str],
        row_title: str = "",
    ):
        self.page, self.phone = width * POINTS, width < PHONE
        self.sides, self.columns = sides, len(columns)
        self.id_width = max(
            [text_width(text, SMALL_SIZE, "bold") for text in ids]
            + [text_width(word, SMALL_SIZE) for word in row_title.split()]
        )
        free = self._share_width()
        self.left = MARGIN + self.id_width + GAP + free
        self.labels = [wrap(text, free - GAP, SMALL_SIZE) if free else "" for text in labels]
        self.texts = [
            [wrap(text, wide - side.start + 0.1, SMALL_SIZE) for text in side.texts]
            for side, wide in zip(sides, self.side_widths, strict=True)
        ]
        self.heights = [
            max(LOWEST_ROW, *(text_height(text, SMALL_SIZE) + 6 for text in texts))
            for texts in zip(self.labels, *self.texts, strict=True)
        ]
        heads = [(_upright(text, self.cell_width), True) for text in columns]
        heads += [
            _side_head(side.head, wide) for side, wide in zip(sides, self.side_widths, strict=True)
        ]
        head_height = max(
            text_width(text, SMALL_SIZE) if upright else text_height(text, SMALL_SIZE)
            for text, upright in heads
        )
        self.top = legend_height(legend, width) + head_height + 8 + MARGIN / 2
        self.figure = new_figure(width, (self.top + sum(self.heights) + MARGIN) / POINTS)
        self.axes = page_axes(self.figure)
        self._write_heads(heads, row_title)
        self._write_rows(ids)

    def _share_width(self) -> float:
        """Set the widths of cells and columns; return what is left for the labels of pages."""
        self.side_widths = [side.width(not self.phone) for side in self.sides]
        free = self.page - 2 * MARGIN - self.id_width - GAP * (len(self.sides) + 1)
        free -= sum(self.side_widths)
        widest = PHONE_CELL if self.phone else CELL
        self.cell_width = min(widest, max(free / self.columns, NARROWEST_CELL))
        free -= self.columns * self.cell_width
        if not self.phone:
            return free
        for column, side in enumerate(self.sides):
            more = max(0.0, min(free, side.width(True) - self.side_widths[column]))
            self.side_widths[column] += more
            free -= more
        return 0.0

    def cell(self, row: int, column: int) -> tuple[float, float, float, float]:
        """Return left, top, width and height of a cell."""
        left = self.left + column * self.cell_width
        return left, self.middle(row) - TALLEST_CELL / 2, self.cell_width, TALLEST_CELL

    def side(self, column: int) -> float:
        """Return where a column at the right begins."""
        before = sum(self.side_widths[:column]) + GAP * (column + 1)
        return self.left + self.columns * self.cell_width + before

    def middle(self, row: int) -> float:
        """Return the middle of a row."""
        return self.top + sum(self.heights[:row]) + self.heights[row] / 2

    def rate(self, row: int, column: int, confidence: str) -> None:
        """Draw a confidence as dots in a column at the right."""
        for position in range(len(CONFIDENCE)):
            fill = INK if position < CONFIDENCE[confidence] else PAPER
            self.axes.plot(
                self.side(column) + (position + 0.5) * STEP, self.middle(row), "o", markersize=5.5,
                markerfacecolor=fill, markeredgecolor=INK, markeredgewidth=0.9,
            )  # fmt: skip

    def _write_heads(self, heads: list[tuple[str, bool]], row_title: str) -> None:
        floor = self.top - 4
        look: dict[str, Any] = {"va": "bottom", "fontsize": SMALL_SIZE, "linespacing": 1.05}
        middles = [self.left + (column + 0.5) * self.cell_width for column in range(self.columns)]
        middles += [self.side(column) + side.mark / 2 for column, side in enumerate(self.sides)]
        for column, ((text, upright), x) in enumerate(zip(heads, middles, strict=True)):
            if upright:
                self.axes.text(x, floor, text, ha="center", rotation=90, **look)
            else:
                self.axes.text(self.side(column - self.columns), floor, text, **look)
        title = wrap(row_title, self.left - MARGIN - GAP, SMALL_SIZE)
        self.axes.text(MARGIN, floor, title, color=MUTED, **look)

    def _write_rows(self, ids: Sequence[str]) -> None:
        look: dict[str, Any] = {"va": "center", "fontsize": SMALL_SIZE, "linespacing": 1.05}
        for row, (short, label) in enumerate(zip(ids, self.labels, strict=True)):
            y = self.middle(row)
            edge = y - self.heights[row] / 2
            self.axes.plot((MARGIN, self.page - MARGIN), (edge, edge), color=RULE, linewidth=0.6)
            self.axes.text(MARGIN, y, short, weight="bold", **look)
            self.axes.text(MARGIN + self.id_width + GAP, y, label, **look)
            for column, side in enumerate(self.sides):
                self.axes.text(self.side(column) + side.start, y, self.texts[column][row], **look)


def _upright(text: str, room: float) -> str:
    """Return a head to be turned, in as many lines as a column has room for."""
    lines = max(1, int(room // (SMALL_SIZE * LEADING)))
    whole = wrap(text, UPRIGHT_HEAD, SMALL_SIZE)
    return whole if whole.count("\n") < lines else text


def _side_head(head: str, wide: float) -> tuple[str, bool]:
    """Return the head of a column at the right, and whether it has to be turned."""
    fits = all(text_width(word, SMALL_SIZE) <= wide for word in head.split())
    return (wrap(head, wide, SMALL_SIZE), False) if fits else (_upright(head, wide), True)
