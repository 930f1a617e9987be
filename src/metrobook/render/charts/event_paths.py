"""Event paths: an area beside its synthetic control, with the gaps of placebo areas below."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from metrobook.render.charts.legend import legend_height, place_legend
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    INK,
    MUTED,
    NOT_COLLECTED,
    POINTS,
    ROLE_COLOURS,
    SMALL_SIZE,
    new_figure,
    plot_axes,
    themed,
)

MARGIN = 6.0
PANEL = 2.45
"""Least width of a panel, in inches."""
LEVELS = 110.0
GAPS = 62.0
BETWEEN = 18.0
YEARS = 26.0
PLACEBO = "#A9B2BC"
DASH = (0, (4, 2))
START = (0, (1, 1.5))

Format = Callable[[float], str]


@themed
def event_paths(
    paths: pd.DataFrame,
    placebos: pd.DataFrame,
    *,
    width: float,
    starts: Mapping[str, int],
    names: Mapping[str, str],
    fmt: Format | Mapping[str, Format] = str,
    fmt_gap: Format | Mapping[str, Format] = str,
    notes: Mapping[str, str] | None = None,
    shock: int | None = None,
) -> Figure:
    """Draw one panel per event: levels above, gaps to the synthetic control below.

    Parameters
    ----------
    paths : pandas.DataFrame
        Columns ``panel`` (title, for instance indicator and programme), ``year``, ``observed``,
        ``synthetic`` and ``gap`` (of the area in question, in the unit of the placebos' gaps, for
        instance per cent).
    placebos : pandas.DataFrame
        Columns ``panel``, ``area``, ``year``, ``gap``: the gaps of the other areas, treated as if
        the programme had been theirs. May be empty.
    width : float
        Inches; panels stand side by side as far as they fit.
    starts : mapping of panel to int
        First year of the programme: a dotted line stands before it.
    names : mapping
        Legend texts ``observed``, ``synthetic``, ``placebo`` (how the lower strip reads), ``start``
        and, where a shock is marked, ``shock``.
    fmt, fmt_gap : callable or mapping of panel to callable
        Write a level and a gap.
    notes : mapping of panel to str, optional
        What stands below a title, for instance rank and p.
    shock : int, optional
        Year of a shock that struck all areas, shaded.
    """
    if paths.empty:
        return new_figure(width, 2 * MARGIN / POINTS)
    titles = list(dict.fromkeys(paths["panel"]))
    columns = max(1, min(int(width // PANEL), len(titles)))
    room = width * POINTS / columns
    heads = {title: _head(title, (notes or {}).get(title, ""), room) for title in titles}
    rows = [titles[start : start + columns] for start in range(0, len(titles), columns)]
    tops = [max(_head_height(*heads[title]) for title in row) for row in rows]
    legend = _legend(names, placebos, shock)
    y = legend_height([names[key] for key in legend], width)
    panel = LEVELS + BETWEEN + GAPS + YEARS
    figure = new_figure(width, (y + sum(tops) + len(rows) * panel) / POINTS)
    for row, top in zip(rows, tops, strict=True):
        for column, title in enumerate(row):
            _write_head(figure, heads[title], column * room, y)
            _panel(
                figure, paths[paths["panel"] == title],
                placebos[placebos["panel"] == title],
                place=(column * room, y + top, room), start=starts[title], shock=shock,
                fmt=_writer(fmt, title), fmt_gap=_writer(fmt_gap, title),
            )  # fmt: skip
        y += top + panel
    place_legend(figure, list(legend.values()), [names[key] for key in legend])
    return figure


def _writer(fmt: Format | Mapping[str, Format], title: str) -> Format:
    return fmt[title] if isinstance(fmt, Mapping) else fmt


def _head(title: str, note: str, room: float) -> tuple[str, str]:
    across = room - 2 * MARGIN - 4
    return wrap(title, across, SMALL_SIZE, "bold"), wrap(note, across, SMALL_SIZE) if note else ""


def _head_height(title: str, note: str) -> float:
    noted = text_height(note, SMALL_SIZE) if note else 0.0
    return text_height(title, SMALL_SIZE) + noted + 12


def _write_head(figure: Figure, head: tuple[str, str], x: float, y: float) -> None:
    width, height = figure.get_size_inches() * POINTS
    title, note = head
    below = y + 4 + text_height(title, SMALL_SIZE)
    left = (x + MARGIN) / width
    figure.text(left, 1 - (y + 4) / height, title, va="top", fontsize=SMALL_SIZE, weight="bold")
    figure.text(left, 1 - below / height, note, va="top", fontsize=SMALL_SIZE, color=MUTED)


def _panel(
    figure: Figure,
    path: pd.DataFrame,
    placebos: pd.DataFrame,
    *,
    place: tuple[float, float, float],
    start: int,
    shock: int | None,
    fmt: Format,
    fmt_gap: Format,
) -> None:
    x, y, room = place
    page_width, page_height = figure.get_size_inches() * POINTS
    path = _without_bridges(path)
    levels = _ticks([*path["observed"].dropna(), *path["synthetic"].dropna()], 4)
    gaps = _ticks([0.0, *path["gap"].dropna(), *placebos["gap"].dropna()], 3)
    written = [*map(fmt, levels), *map(fmt_gap, gaps)]
    left = x + MARGIN + 6 + max(text_width(text, SMALL_SIZE) for text in written)
    right = page_width - x - room + 2 * MARGIN
    floor = page_height - y - LEVELS
    upper = plot_axes(figure, left, floor, right, y)
    lower = plot_axes(figure, left, floor - BETWEEN - GAPS, right, y + LEVELS + BETWEEN)
    first, last = path.index.min(), path.index.max()
    for axes, ticks, writer in ((upper, levels, fmt), (lower, gaps, fmt_gap)):
        _frame(axes, ticks, writer, (first, last), start, shock)
    for _, own in placebos.groupby("area", sort=False):
        lower.plot(_without_bridges(own)["gap"], **_look("placebo"))
    lower.axhline(0, color=INK, linewidth=0.8)
    lower.plot(path["gap"], **_look("observed"))
    upper.plot(path["synthetic"], **_look("synthetic"))
    upper.plot(path["observed"], **_look("observed"))
    upper.tick_params(axis="x", length=0, labelbottom=False)
    years = _years(first, last, start, lower.get_window_extent().width)
    lower.set_xticks(years, [str(year) for year in years])


def _without_bridges(series: pd.DataFrame) -> pd.DataFrame:
    """Return values by year, with missing ones for years between that have none."""
    years = series["year"].astype(int)
    return series.set_index(years).reindex(range(years.min(), years.max() + 1))


def _ticks(values: list[float], most: int) -> list[float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    pad = (high - low) * 0.04 or abs(high) * 0.1 or 1.0
    return list(MaxNLocator(most).tick_values(low - pad, high + pad))


def _frame(
    axes: Any,
    ticks: list[float],
    fmt: Format,
    years: tuple[int, int],
    start: int,
    shock: int | None,
) -> None:
    axes.set(xlim=(years[0] - 0.5, years[1] + 0.5), ylim=(ticks[0], ticks[-1]))
    axes.set_yticks(ticks, [fmt(tick) for tick in ticks])
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=3, pad=2)
    axes.grid(axis="y")
    axes.spines["left"].set_visible(False)
    axes.axvline(start - 0.5, color=INK, linewidth=1.6, linestyle=START, zorder=1)
    if shock is not None and years[0] <= shock <= years[1]:
        axes.axvspan(shock - 0.5, shock + 0.5, color=NOT_COLLECTED, linewidth=0, zorder=0)


def _years(first: int, last: int, start: int, room: float) -> list[int]:
    """Return the years that are written: the start of the programme, and the ends beside it."""
    if not first <= start <= last:
        return sorted({first, last})
    wide = 1.3 * text_width("0000", SMALL_SIZE)
    step = room / (last - first + 1)
    ends = [year for year in (first, last) if abs(year - start) * step >= wide]
    return sorted({*ends, start})


def _look(key: str) -> dict[str, Any]:
    return {
        "observed": {
            "color": ROLE_COLOURS["buffer"], "linewidth": 2.2, "zorder": 4, "marker": "o",
            "markersize": 3,
        },
        "synthetic": {"color": INK, "linewidth": 1.6, "linestyle": DASH, "zorder": 3},
        "placebo": {"color": PLACEBO, "linewidth": 0.8, "zorder": 2},
    }[key]  # fmt: skip


def _legend(names: Mapping[str, str], placebos: pd.DataFrame, shock: int | None) -> dict[str, Any]:
    handles: dict[str, Any] = {
        key: Line2D([], [], **_look(key)) for key in ("observed", "synthetic")
    }
    if len(placebos):
        handles["placebo"] = Line2D([], [], **_look("placebo"))
    handles["start"] = Line2D([], [], color=INK, linewidth=1.6, linestyle=START)
    if shock is not None:
        handles["shock"] = Patch(color=NOT_COLLECTED)
    return handles
