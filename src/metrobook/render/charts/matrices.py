"""Matrices: counts or categories in cells, with *not collected* told from nothing found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.colors import LinearSegmentedColormap, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import LEADING, text_height, text_width, wrap
from metrobook.render.theme import (
    DIVERGING,
    INK,
    MUTED,
    NOT_COLLECTED,
    PAPER,
    POINTS,
    RULE,
    SEQUENTIAL,
    SMALL_SIZE,
    ink_on,
    new_figure,
    page_axes,
    themed,
)

MARGIN = 6.0
GAP = 6.0
CELL_HEIGHT = 20.0
NARROWEST_CELL = 22.0
WIDEST_CELL = 110.0
ROW_LABEL_SHARE = 0.4
UPRIGHT_LABEL = 110.0
HATCH = "////"


@dataclass(frozen=True)
class Cell:
    """What one cell shows."""

    text: str
    fill: str
    hatched: bool = False


@themed
def heatmap(
    matrix: pd.DataFrame,
    *,
    width: float,
    fmt: Callable[[float], str] = str,
    not_collected: pd.DataFrame | None = None,
    labels: Mapping[str, str] | None = None,
    row_title: str = "",
    column_title: str = "",
) -> Figure:
    """Draw a matrix of numbers, each written in its cell.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Numbers of zero or more; the index and columns are what readers see. A missing
        value leaves its cell empty, zero is written.
    width : float
        Inches. Where columns do not fit, they continue in a second block below.
    fmt : callable
        Writes a number.
    not_collected : pandas.DataFrame, optional
        Booleans of the same shape: cells for which nothing was collected, hatched.
    labels : mapping, optional
        Legend texts for ``not_collected`` and ``empty``.
    row_title, column_title : str
        What the rows and the columns are.
    """
    gaps = not_collected if not_collected is not None else matrix.isna() & False
    highest = float(matrix.max().max()) or 1.0
    scale = LinearSegmentedColormap.from_list("cells", SEQUENTIAL[:5])

    def cell(value: float, gap: bool) -> Cell:
        if gap:
            return Cell("", NOT_COLLECTED, hatched=True)
        if pd.isna(value):
            return Cell("", PAPER)
        return Cell(fmt(value), to_hex(scale(float(value) / highest)) if value > 0 else PAPER)

    cells = _cells(matrix, gaps, cell)
    legend = {
        text: Cell("", NOT_COLLECTED, hatched=True) if key == "not_collected" else Cell("", PAPER)
        for key, text in (labels or {}).items()
    }
    return _draw(cells, width, legend, row_title, column_title)


@themed
def category_matrix(
    matrix: pd.DataFrame,
    *,
    width: float,
    colours: Mapping[str, str],
    labels: Mapping[str, str],
    marks: Mapping[str, str] | None = None,
    row_title: str = "",
    column_title: str = "",
) -> Figure:
    """Draw a matrix of categories as coloured cells.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Keys of categories; a missing value leaves its cell empty. The key
        ``not collected`` is hatched.
    width : float
        Inches. Where columns do not fit, they continue in a second block below.
    colours, labels : mapping
        Colour and legend text per key.
    marks : mapping, optional
        Short text per key, written in the cell, so that colour is not needed to read it.
    row_title, column_title : str
        What the rows and the columns are.
    """

    def cell(key: str, _: bool) -> Cell:
        if pd.isna(key) or key == "":
            return Cell("", PAPER)
        return Cell((marks or {}).get(key, ""), colours[key], hatched=key == "not collected")

    cells = _cells(matrix, matrix.isna(), cell)
    legend = {text: cell(key, False) for key, text in labels.items()}
    return _draw(cells, width, legend, row_title, column_title)


@themed
def residual_matrix(
    matrix: pd.DataFrame,
    marks: pd.DataFrame,
    *,
    width: float,
    labels: Mapping[str, str],
    fmt: Callable[[float], str] = str,
    row_title: str = "",
    column_title: str = "",
) -> Figure:
    """Draw a matrix of residuals, coloured only where they are told from chance.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Residuals, above zero where something is more frequent than expected; the index and
        columns are what readers see. A missing value leaves its cell empty.
    marks : pandas.DataFrame
        Of the same shape: 1 or -1 where the residual is told from chance, else 0.
    width : float
        Inches. Where columns do not fit, they continue in a second block below.
    labels : mapping
        Legend texts for ``more``, ``less`` and ``neither``.
    fmt : callable
        Writes a residual with its sign.
    row_title, column_title : str
        What the rows and the columns are.
    """
    fills = {1: DIVERGING[5], -1: DIVERGING[1], 0: PAPER}

    def cell(value: float, mark: int) -> Cell:
        return Cell("", PAPER) if pd.isna(value) else Cell(fmt(value), fills[int(mark)])

    legend = {
        labels[key]: Cell("", fills[mark])
        for key, mark in (("more", 1), ("less", -1), ("neither", 0))
    }
    return _draw(_cells(matrix, marks, cell), width, legend, row_title, column_title)


def draw_cells(
    matrix: pd.DataFrame,
    marks: pd.DataFrame,
    cell: Callable[..., Cell],
    width: float,
    legend: Mapping[str, Cell],
    row_title: str,
    column_title: str,
) -> Figure:
    """Draw what ``cell`` makes of each value and its mark, a frame of the same shape."""
    return _draw(_cells(matrix, marks, cell), width, legend, row_title, column_title)


def _cells(matrix: pd.DataFrame, gaps: pd.DataFrame, cell: Callable[..., Cell]) -> pd.DataFrame:
    rows = [
        [cell(value, gap) for value, gap in zip(values, missing, strict=True)]
        for values, missing in zip(
            matrix.itertuples(index=False, name=None),
            gaps.itertuples(index=False, name=None),
            strict=True,
        )
    ]
    return pd.DataFrame(
        rows, index=map(str, matrix.index), columns=list(map(str, matrix.columns)), dtype=object
    )


def _draw(
    cells: pd.DataFrame,
    width: float,
    legend: Mapping[str, Cell],
    row_title: str,
    column_title: str,
) -> Figure:
    if cells.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    words = [word for text in cells.index for word in text.split()]
    longest = max(text_width(word, SMALL_SIZE) for word in words)
    limit = min(max(ROW_LABEL_SHARE * width * POINTS, longest), 0.5 * width * POINTS)
    row_labels = [wrap(text, limit, SMALL_SIZE) for text in cells.index]
    label_width = max(
        text_width(text, SMALL_SIZE) for text in [*row_labels, wrap(row_title, limit)]
    )
    heights = [max(CELL_HEIGHT, text_height(text, SMALL_SIZE) + 5) for text in row_labels]
    room = width * POINTS - label_width - GAP - 2 * MARGIN
    blocks = _blocks(cells, room)
    cell_width = min(room / max(len(block) for block in blocks), WIDEST_CELL)
    heads = [_heads(block, cell_width) for block in blocks]
    title = wrap(column_title, width * POINTS - 2 * MARGIN, SMALL_SIZE)
    top = MARGIN / 2 + legend_height(list(legend), width)
    title_height = text_height(title, SMALL_SIZE) if title else 0
    block_heights = [title_height + head_height + sum(heights) + 12 for *_, head_height in heads]
    figure = new_figure(width, (top + sum(block_heights) - 12 + MARGIN) / POINTS)
    axes = page_axes(figure)
    left = MARGIN + label_width + GAP
    y = top
    for block, (texts, upright, head_height), block_height in zip(
        blocks, heads, block_heights, strict=True
    ):
        axes.text(left, y, title, va="top", fontsize=SMALL_SIZE, color=MUTED)
        floor = y + title_height + head_height
        _write_heads(axes, texts, upright, left, cell_width, floor)
        axes.text(MARGIN, floor - 4, wrap(row_title, limit), va="bottom", fontsize=SMALL_SIZE,
                  color=MUTED)  # fmt: skip
        for row, height in enumerate(heights):
            axes.text(
                MARGIN + label_width, floor + height / 2, row_labels[row],
                ha="right", va="center", fontsize=SMALL_SIZE, linespacing=LEADING * 0.85,
            )  # fmt: skip
            for column, name in enumerate(block):
                place = (left + column * cell_width, floor, cell_width, height)
                _draw_cell(axes, cells.iloc[row][name], *place)
            floor += height
        y += block_height
    if legend:
        place_legend(figure, [_swatch(cell) for cell in legend.values()], list(legend))
    return figure


def _blocks(cells: pd.DataFrame, room: float) -> list[list[str]]:
    """Split the columns into blocks of about equal size that fit side by side."""
    texts = [cell.text for _, column in cells.items() for cell in column]
    narrowest = max(NARROWEST_CELL, *(text_width(text, SMALL_SIZE) + 6 for text in texts))
    fitting = max(1, int(room // narrowest))
    columns = list(cells.columns)
    count = -(-len(columns) // fitting)
    size = -(-len(columns) // count)
    return [columns[start : start + size] for start in range(0, len(columns), size)]


def _heads(block: list[str], cell_width: float) -> tuple[list[str], bool, float]:
    """Return column labels, whether they stand upright, and the height they need."""
    words = [word for name in block for word in name.split()]
    level = [wrap(name, cell_width - 4, SMALL_SIZE) for name in block]
    fits = all(text_width(word, SMALL_SIZE) <= cell_width - 4 for word in words)
    if fits and max(text.count("\n") for text in level) < 4:
        return level, False, max(text_height(text, SMALL_SIZE) for text in level) + 4
    lines = max(1, int((cell_width - 2) // (SMALL_SIZE * LEADING)))
    upright = [_upright(name, lines) for name in block]
    return upright, True, max(text_width(text, SMALL_SIZE) for text in upright) + 6


def _upright(name: str, lines: int) -> str:
    for room in (UPRIGHT_LABEL, 1.3 * UPRIGHT_LABEL, 1.7 * UPRIGHT_LABEL):
        text = wrap(name, room, SMALL_SIZE)
        if text.count("\n") < lines:
            return text
    return name


def _write_heads(
    axes: Any, texts: list[str], upright: bool, left: float, cell_width: float, floor: float
) -> None:
    for column, text in enumerate(texts):
        axes.text(
            left + (column + 0.5) * cell_width, floor - 3, text,
            ha="center", va="bottom", rotation=90 if upright else 0,
            fontsize=SMALL_SIZE, linespacing=LEADING * 0.85, color=INK,
        )  # fmt: skip


def _draw_cell(axes: Any, cell: Cell, x: float, y: float, width: float, height: float) -> None:
    axes.add_patch(
        Rectangle(
            (x + 0.75, y + 0.75), width - 1.5, height - 1.5, facecolor=cell.fill, linewidth=0.6,
            edgecolor="#9AA5B1" if cell.hatched else RULE, hatch=HATCH if cell.hatched else None,
        )
    )  # fmt: skip
    if cell.text:
        axes.text(
            x + width / 2, y + height / 2, cell.text,
            ha="center", va="center", fontsize=SMALL_SIZE, color=ink_on(cell.fill),
        )  # fmt: skip


def _swatch(cell: Cell) -> Patch:
    return Patch(facecolor=cell.fill, edgecolor="#9AA5B1", hatch=HATCH if cell.hatched else None)
