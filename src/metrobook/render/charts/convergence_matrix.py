"""Convergence matrix: what each technique says on each claim, and what follows from all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from metrobook.render.charts.grid import CONFIDENCE, MARGIN, PHONE, Grid, Side, rating
from metrobook.render.charts.legend import place_legend
from metrobook.render.theme import (
    NOT_COLLECTED,
    PAPER,
    POINTS,
    STANCE_COLOURS,
    ink_on,
    new_figure,
    themed,
)

STATES = {
    "agreement": ("+", STANCE_COLOURS["supports"]),
    "partial agreement": ("$±$", STANCE_COLOURS["qualifies"]),
    "dissonance": ("_", STANCE_COLOURS["contradicts"]),
    "silence": ("", PAPER),
    "examined paper only": (".", PAPER),
    "not collected": ("", NOT_COLLECTED),
}
"""Marker and colour of each state."""
HATCH = "////"
HATCHED = "#9AA5B1"
PAD = 2.0
MARK = 8.0


@themed
def convergence_matrix(
    frame: pd.DataFrame,
    findings: pd.DataFrame,
    *,
    width: float,
    techniques: Mapping[str, str],
    states: Mapping[str, str],
    titles: Mapping[str, str],
) -> Figure:
    """Draw claims by techniques, with the finding and its confidence at the right.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``claim_id``, ``technique``, ``state`` (a key of ``STATES``; a pair without a row
        leaves its cell blank).
    findings : pandas.DataFrame
        One row per claim, in drawing order: ``claim_id``, ``claim`` (text; phones show the id
        only), ``finding`` (text), ``confidence`` (``very low``, ``low``, ``moderate`` or ``high``;
        missing where there is none) and ``confidence_text`` (its word, beside the dots on pages).
    width : float
        Inches.
    techniques : mapping
        Technique to its name, in drawing order.
    states : mapping
        State to its legend text; of those, the legend names the ones that occur.
    titles : mapping
        Heads ``claim``, ``finding`` and ``confidence``.
    """
    if findings.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    found = frame.set_index(["claim_id", "technique"])["state"]
    legend = [state for state in states if state in set(frame["state"])]
    words = [""] * len(findings) if width < PHONE else list(findings["confidence_text"].fillna(""))
    grid = Grid(
        list(findings["claim_id"]), list(findings["claim"]), list(techniques.values()),
        [
            Side(titles["finding"], list(findings["finding"].fillna(""))),
            rating(titles["confidence"], words),
        ],
        width, [states[state] for state in legend], titles["claim"],
    )  # fmt: skip
    for row, (claim, confidence) in enumerate(
        zip(findings["claim_id"], findings["confidence"], strict=True)
    ):
        for column, technique in enumerate(techniques):
            if (claim, technique) in found.index:
                _cell(grid.axes, found[claim, technique], *grid.cell(row, column))
        if confidence in CONFIDENCE:
            grid.rate(row, 1, confidence)
    place_legend(grid.figure, [_key(state) for state in legend], [states[key] for key in legend])
    return grid.figure


def _cell(axes: Any, state: str, x: float, y: float, width: float, height: float) -> None:
    axes.add_patch(Rectangle((x + PAD / 2, y), width - PAD, height, **_fill(state)))
    if STATES[state][0]:
        axes.plot(x + width / 2, y + height / 2, **_mark(state))


def _fill(state: str) -> dict[str, Any]:
    hatched = state == "not collected"
    return {
        "facecolor": STATES[state][1], "edgecolor": HATCHED, "linewidth": 0.6,
        "hatch": HATCH if hatched else None,
    }  # fmt: skip


def _mark(state: str) -> dict[str, Any]:
    mark, fill = STATES[state]
    colour = ink_on(fill)
    outlined = mark in "+_"
    return {
        "linestyle": "none", "marker": mark or "None", "color": colour, "markersize": MARK,
        "markeredgewidth": 1.8 if outlined else 0.4, "markeredgecolor": colour,
    }  # fmt: skip


def _key(state: str) -> Any:
    return Patch(**_fill(state)), Line2D([], [], **_mark(state))
