"""Confidence: how far each claim's finding can be trusted, by the components of GRADE-CERQual."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from metrobook.render.charts.grid import CONFIDENCE, MARGIN, Grid, rating
from metrobook.render.charts.legend import place_legend
from metrobook.render.theme import DIVERGING, INK, PAPER, POINTS, new_figure, themed

CONCERNS = {
    "none": (4.0, PAPER),
    "minor": (6.0, DIVERGING[2]),
    "moderate": (9.0, DIVERGING[1]),
    "serious": (12.5, DIVERGING[0]),
}
"""Size and colour of each concern: the graver, the larger and darker."""
COMPONENTS = ("methodological", "coherence", "adequacy", "relevance")


@themed
def confidence_grid(
    frame: pd.DataFrame,
    *,
    width: float,
    components: Mapping[str, str],
    concerns: Mapping[str, str],
    titles: Mapping[str, str],
) -> Figure:
    """Draw the concerns about each finding and the confidence that they leave.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per claim, in drawing order: ``claim_id``, ``claim`` (text; phones show the id
        only), a column per component with its concern (``none``, ``minor``, ``moderate``,
        ``serious``; missing where it was not judged), ``confidence`` (``very low``, ``low``,
        ``moderate``, ``high``; missing where there is none) and ``confidence_text`` (its word).
    width : float
        Inches.
    components : mapping
        Names of ``methodological``, ``coherence``, ``adequacy`` and ``relevance``.
    concerns : mapping
        Legend texts of the concerns.
    titles : mapping
        Heads ``claim`` and ``confidence``.
    """
    if frame.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    grid = Grid(
        list(frame["claim_id"]), list(frame["claim"]), [components[key] for key in COMPONENTS],
        [rating(titles["confidence"], list(frame["confidence_text"].fillna("")))],
        width, [concerns[key] for key in CONCERNS], titles["claim"],
    )  # fmt: skip
    for row, claim in enumerate(frame.to_dict("records")):
        for column, component in enumerate(COMPONENTS):
            if claim[component] in CONCERNS:
                left, _, wide, _ = grid.cell(row, column)
                grid.axes.plot(left + wide / 2, grid.middle(row), **_mark(claim[component]))
        if claim["confidence"] in CONFIDENCE:
            grid.rate(row, 0, claim["confidence"])
    handles = [Line2D([], [], **_mark(key)) for key in CONCERNS]
    place_legend(grid.figure, handles, [concerns[key] for key in CONCERNS])
    return grid.figure


def _mark(concern: str) -> dict[str, Any]:
    size, fill = CONCERNS[concern]
    return {
        "marker": "o", "linestyle": "none", "markersize": size, "markerfacecolor": fill,
        "markeredgecolor": INK, "markeredgewidth": 0.9,
    }  # fmt: skip
