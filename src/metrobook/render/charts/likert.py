"""Likert scales: answers on both sides of a middle, each side with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from metrobook.render.charts.legend import place_legend
from metrobook.render.charts.rows import BAR, RowPage
from metrobook.render.text import text_width
from metrobook.render.theme import INK, MUTED, NOT_COLLECTED, SMALL_SIZE, diverging, themed

Format = Callable[[float], str]
GAP = 6.0
MOST_ROOM = 0.7


@themed
def likert(
    steps: pd.DataFrame,
    sides: pd.DataFrame,
    *,
    width: float,
    fmt: Format = str,
    missing: str = "–",
    value_title: str = "",
) -> Figure:
    """Draw how answers are spread: low to the left, high to the right, the middle apart.

    Each side starts at the same line, so that its length can be compared; its 95 % interval ends
    it. The shares of the middle are drawn beside them.

    Parameters
    ----------
    steps : pandas.DataFrame
        ``label`` (of the question), ``choice`` (as readers see it), ``side`` and ``share``; the
        choices of a question from low to high, and alike for all questions.
    sides : pandas.DataFrame
        ``label`` and, for ``low``, ``neutral`` and ``high``, the share with its interval, as
        ``low_share``, ``low_low``, ``low_high`` and so on; missing where it is hidden.
    width : float
        Inches.
    fmt : callable
        Writes a share.
    missing : str
        Written where a share is missing.
    value_title : str
        What is drawn.
    """
    choices = steps.drop_duplicates("choice")
    colours = _colours(choices)
    page = RowPage(list(sides["label"]), [1] * len(sides), width, value_title, above=True)
    has_middle = "neutral" in set(choices["side"])
    axes = page.axes([*colours])
    room = max(text_width(text, SMALL_SIZE) for text in (fmt(1.0), missing)) + GAP
    reach = {
        side: _reach(sides, f"{side}_high", f"{side}_share") for side in ("low", "neutral", "high")
    }
    texts_room = min((4 if has_middle else 2) * (room + GAP) / page.plot_width, MOST_ROOM)
    shown = reach["low"] + reach["high"] + (reach["neutral"] if has_middle else 0)
    unit = shown / (1 - texts_room) / page.plot_width
    left, right = reach["low"] + room * unit, reach["high"] + (room + GAP) * unit
    far = right + reach["neutral"] + (room + GAP) * unit if has_middle else right
    axes.set_xlim(-left, far)
    places = [("low", -1, 0.0), ("high", 1, 0.0), *([("neutral", 1, right)] if has_middle else [])]
    for row, values in enumerate(sides.to_dict("records")):
        own = steps[steps["label"] == values["label"]]
        y = page.y(row, 0)
        for line in dict.fromkeys(start for _, _, start in places):
            axes.plot((line, line), (y - BAR / 2 - 2, y + BAR / 2 + 2), color=MUTED, linewidth=0.8)
        for side, sign, start in places:
            steps_of_side = own[own["side"] == side][::sign]
            end = _pieces(axes, y, steps_of_side, values[f"{side}_share"], sign, start, colours)
            interval = values[f"{side}_low"], values[f"{side}_high"]
            end = _interval(axes, y, interval, sign, start, end)
            text = missing if pd.isna(values[f"{side}_share"]) else fmt(values[f"{side}_share"])
            _write(axes, y, end, text, sign)
    handles = [Patch(color=colour) for colour in colours.values()]
    place_legend(axes.figure, handles, list(colours))
    return axes.figure


def _colours(choices: pd.DataFrame) -> dict[str, str]:
    scale = iter(diverging(len(choices)))
    return {
        row.choice: NOT_COLLECTED if row.side == "neutral" else colour
        for row, colour in zip(choices.itertuples(), scale, strict=True)
    }


def _reach(sides: pd.DataFrame, high: str, share: str) -> float:
    return max(0.05, float(sides[[high, share]].max(axis=None, skipna=True) or 0.0))


def _pieces(
    axes: Any,
    y: float,
    steps: pd.DataFrame,
    share: float,
    sign: int,
    start: float,
    colours: Mapping[str, str],
) -> float:
    """Draw the steps of one side from its line outwards and return where they end."""
    for step in [] if pd.isna(share) else steps.itertuples():
        axes.barh(y, sign * step.share, left=start, height=BAR, color=colours[step.choice],
                  edgecolor="white", linewidth=0.8)  # fmt: skip
        start += sign * step.share
    return start


def _interval(
    axes: Any, y: float, interval: tuple[float, float], sign: int, start: float, end: float
) -> float:
    if any(map(pd.isna, interval)):
        return end
    ends = tuple(start + sign * value for value in interval)
    axes.plot(ends, (y, y), color=INK, linewidth=1.2, marker="|", markersize=6)
    return ends[1]


def _write(axes: Any, y: float, x: float, text: str, sign: int) -> None:
    axes.annotate(
        text, (x, y), (4 * sign, 0), textcoords="offset points",
        ha="left" if sign > 0 else "right", va="center", fontsize=SMALL_SIZE, color=INK,
    )  # fmt: skip
