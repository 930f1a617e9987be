"""Flow matrices: homes by destinations, with *no observation* told from zero and from staying."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd
from matplotlib.figure import Figure

from metrobook.render.charts.matrices import Cell, draw_cells
from metrobook.render.classes import ClassSpec
from metrobook.render.theme import NOT_COLLECTED, PAPER, themed

CLASSES = 5


@themed
def flow_matrix(
    matrix: pd.DataFrame,
    *,
    width: float,
    labels: Mapping[str, str],
    fmt: Callable[[float], str] = str,
    row_title: str = "",
    column_title: str = "",
) -> Figure:
    """Draw a matrix of flows, coloured in classes that hold about as many flows each.

    Parameters
    ----------
    matrix : pandas.DataFrame
        Homes by destinations, whose names are what readers see. A missing value is no
        observation, and hatched; zero is written. Where a home is its destination, people stay:
        such cells are grey and in no class.
    width : float
        Inches. Where columns do not fit, they continue in a second block below.
    labels : mapping
        Legend texts for ``diagonal`` and ``missing``.
    fmt : callable
        Writes a value and the edge of a class.
    row_title, column_title : str
        What the rows and the columns are, and in which unit.
    """
    stays = pd.DataFrame(
        [[row == column for column in matrix] for row in matrix.index],
        index=matrix.index, columns=matrix.columns, dtype=bool,
    )  # fmt: skip
    crossing = matrix.where(~stays & (matrix > 0)).stack().dropna()
    spec = ClassSpec.quantiles("value", crossing, CLASSES, fmt, digits=2) if len(crossing) else None

    def cell(value: float, stay: bool) -> Cell:
        if stay:
            return Cell("" if pd.isna(value) else fmt(value), NOT_COLLECTED)
        if pd.isna(value):
            return Cell("", PAPER, hatched=True)
        return Cell(fmt(value), spec.colour_of(value) if value > 0 else PAPER)

    legend = {label: Cell("", colour) for label, colour in (spec.legend() if spec else [])}
    if stays.any(axis=None):
        legend[labels["diagonal"]] = Cell("", NOT_COLLECTED)
    if (matrix.isna() & ~stays).any(axis=None):
        legend[labels["missing"]] = Cell("", PAPER, hatched=True)
    return draw_cells(matrix, stays, cell, width, legend, row_title, column_title)
