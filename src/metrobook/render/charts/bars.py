"""Bars and dots: amounts and estimates side by side, each with its value written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from metrobook.render.charts.legend import place_legend
from metrobook.render.charts.rows import BAR, MARGIN, RowPage
from metrobook.render.text import text_height, text_width, wrap
from metrobook.render.theme import (
    CATEGORICAL,
    INK,
    MUTED,
    POINTS,
    ROLE_COLOURS,
    RULE,
    SMALL_SIZE,
    categorical,
    ink_on,
    themed,
)

Format = Callable[[float], str]


@themed
def bars(
    frame: pd.DataFrame,
    *,
    width: float,
    label: str,
    value: str,
    series: str | None = None,
    colours: Mapping[str, str] | None = None,
    low: str | None = None,
    high: str | None = None,
    fmt: Format = str,
    stacked: bool = False,
    value_title: str = "",
    missing: str = "–",
) -> Figure:
    """Draw horizontal bars, in the order of the frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per bar, or per bar and series; a series without a row takes no room.
    width : float
        Inches.
    label, value, series : str
        Columns: the text of a row, its amount, and what tells bars of a row apart.
    colours : mapping, optional
        Colour per series, or per label where there are no series.
    low, high : str, optional
        Columns with the ends of an interval around the value.
    fmt : callable
        Writes a value.
    stacked : bool
        Put the series of a row end to end instead of below each other.
    value_title : str
        What is measured, in which unit.
    missing : str
        Written where a value is missing.
    """
    labels = list(dict.fromkeys(frame[label]))
    names = [""] if series is None else list(dict.fromkeys(frame[series]))
    table = _table(frame, label, value, series, labels, names)
    ends = [
        table if end is None else _table(frame, label, end, series, labels, names)
        for end in (low, high)
    ]
    palette = _bar_colours(names, colours)
    given = frame.assign(_series="" if series is None else frame[series])
    present = {
        text: [name for name in names if name in set(given.loc[given[label] == text, "_series"])]
        for text in labels
    }
    counts = [1 if stacked else len(present[text]) for text in labels]
    page = RowPage(labels, counts, width, value_title)
    axes = page.axes(list(palette) if series else [])
    totals = table.sum(axis=1) if stacked else table.max(axis=1)
    reach = float(np.nanmax([0.0, *totals, *ends[1].to_numpy().ravel()])) or 1.0
    floor = float(np.nanmin([0.0, *ends[0].to_numpy().ravel()]))
    room = max(text_width(fmt(number), SMALL_SIZE) for number in totals.fillna(0)) + 8
    _limits(axes, floor, reach, room if floor == 0 else 2 * room, page.plot_width)
    for row, text in enumerate(labels):
        left = 0.0
        for position, name in enumerate(present[text]):
            number = table.loc[text, name]
            colour = palette[name] if series or not colours else colours.get(text, palette[name])
            y = page.y(row, 0 if stacked else position)
            if stacked:
                _stack_piece(axes, y, left, number, colour, fmt)
                left += 0.0 if pd.isna(number) else number
            else:
                interval = tuple(end.loc[text, name] for end in ends) if low else None
                _bar(axes, y, number, colour, fmt, missing, interval)
        if stacked:
            total = missing if table.loc[text].isna().all() else fmt(left)
            _value_text(axes, page.y(row, 0), left, total, 1)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    if series:
        place_legend(
            axes.figure, [Patch(color=palette[name]) for name in names], list(map(str, names))
        )
    return axes.figure


def _table(
    frame: pd.DataFrame, label: str, value: str, series: str | None, rows: list, names: list
) -> pd.DataFrame:
    column = frame.assign(_series="" if series is None else frame[series])
    return (
        column.pivot(index=label, columns="_series", values=value)
        .astype(float)
        .reindex(index=rows, columns=names)
    )


def _bar_colours(names: list[str], colours: Mapping[str, str] | None) -> dict[str, str]:
    automatic = dict(zip(names, categorical(len(names)), strict=True))
    return {name: (colours or {}).get(name, automatic[name]) for name in names}


def _limits(axes: Any, low: float, high: float, room: float, plot_width: float) -> None:
    """Leave room for the value labels beyond the longest bar."""
    share = min(room / plot_width, 0.45)
    axes.set_xlim(
        low - (0 if low == 0 else (high - low) * share / 2), low + (high - low) / (1 - share)
    )


def _bar(
    axes: Any,
    y: float,
    number: float,
    colour: str,
    fmt: Format,
    missing: str,
    interval: tuple[float, float] | None,
) -> None:
    if pd.isna(number):
        _value_text(axes, y, 0.0, missing, 1)
        return
    axes.barh(y, number, height=BAR, color=colour)
    far = number
    if interval is not None and pd.notna(interval[0]) and pd.notna(interval[1]):
        axes.plot(interval, (y, y), color=INK, linewidth=1.2, marker="|", markersize=6)
        far = interval[1] if number >= 0 else interval[0]
    _value_text(axes, y, far, fmt(number), 1 if number >= 0 else -1)


def _stack_piece(axes: Any, y: float, left: float, number: float, colour: str, fmt: Format) -> None:
    if pd.isna(number) or number == 0:
        return
    axes.barh(y, number, left=left, height=BAR, color=colour, edgecolor="white", linewidth=0.8)
    start, end = axes.transData.transform([(left, y), (left + number, y)])[:, 0]
    if end - start > text_width(fmt(number), SMALL_SIZE) + 6:
        axes.text(
            left + number / 2, y, fmt(number),
            ha="center", va="center", fontsize=SMALL_SIZE, color=ink_on(colour),
        )  # fmt: skip


def _value_text(axes: Any, y: float, x: float, text: str, side: int, gap: float = 4) -> None:
    axes.annotate(
        text, (x, y), (gap * side, 0), textcoords="offset points",
        ha="left" if side > 0 else "right", va="center", fontsize=SMALL_SIZE, color=INK,
    )  # fmt: skip


@themed
def agreement_dots(
    frame: pd.DataFrame,
    *,
    width: float,
    label: str,
    estimate: str,
    low: str | None = None,
    high: str | None = None,
    thresholds: Mapping[float, str] | None = None,
    fmt: Format = str,
    value_title: str = "",
    limits: tuple[float, float] = (0, 1),
    missing: str = "–",
) -> Figure:
    """Draw an estimate per row as a dot, with its interval where there is one.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per estimate.
    width : float
        Inches.
    label, estimate, low, high : str
        Columns.
    thresholds : mapping of float to str, optional
        Values marked by a dashed line, with what they mean.
    fmt : callable
        Writes a value, at the right of the row.
    value_title : str
        What is estimated.
    limits : tuple of float
        Ends of the scale; widened where an interval reaches further.
    missing : str
        Written where the estimate is missing.
    """
    marks = thresholds or {}
    page = RowPage(list(frame[label]), [1] * len(frame), width, value_title)
    room = max(text_width(_or(fmt, value, missing), SMALL_SIZE) for value in frame[estimate])
    notes = [
        wrap(f"{fmt(mark)}: {text}", page.plot_width, SMALL_SIZE) for mark, text in marks.items()
    ]
    axes = page.axes([], bottom=24 + sum(text_height(note, SMALL_SIZE) for note in notes))
    reach = [frame[column].dropna() for column in (estimate, low, high) if column]
    start = min([limits[0], *(values.min() for values in reach if len(values))])
    end = max([limits[1], *(values.max() for values in reach if len(values))])
    pad = (end - start) * 0.03
    share = (room + 10) / page.plot_width
    axes.set_xlim(start - pad, start - pad + (end - start + 2 * pad) / (1 - share))
    for mark in marks:
        axes.axvline(mark, color=MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=1)
    for row, values in enumerate(frame.to_dict("records")):
        y = page.y(row, 0)
        axes.plot((start, end), (y, y), color=RULE, linewidth=1, zorder=0)
        if low and high and pd.notna(values[low]) and pd.notna(values[high]):
            axes.plot((values[low], values[high]), (y, y), color=CATEGORICAL[0], linewidth=2.5)
        if pd.notna(values[estimate]):
            axes.plot(values[estimate], y, "o", color=CATEGORICAL[0], markersize=7)
        _value_text(axes, y, end + pad, _or(fmt, values[estimate], missing), 1)
    ticks = (start, (start + end) / 2, end)
    axes.set_xticks(ticks, [fmt(tick) for tick in ticks])
    axes.tick_params(axis="x", length=3, pad=3)
    if notes:
        height = axes.figure.get_size_inches()[1] * POINTS
        axes.figure.text(
            (page.label_width + 2 * MARGIN) / (width * POINTS), 3 / height, "\n".join(notes),
            ha="left", va="bottom", fontsize=SMALL_SIZE, color=MUTED,
        )  # fmt: skip
    return axes.figure


def _or(fmt: Format, value: float, missing: str) -> str:
    return missing if pd.isna(value) else fmt(value)


@themed
def balances(
    frame: pd.DataFrame,
    *,
    width: float,
    labels: Mapping[str, str],
    fmt: Format = str,
    net: bool = True,
) -> Figure:
    """Draw in- and out-commuting per area as diverging bars, with the net as a diamond.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``area`` (display name), ``inflow``, ``outflow`` and ``net`` (persons).
    width : float
        Inches.
    labels : mapping
        Texts for ``in``, ``out`` and ``net``.
    fmt : callable
        Writes a number of persons.
    net : bool
        Draw the net balance.
    """
    kinds = ["out", "in", *(["net"] if net else [])]
    rows = 3 if net else 2
    page = RowPage(list(frame["area"]), [rows] * len(frame), width, "", above=True)
    axes = page.axes([labels[kind] for kind in kinds])
    reach = float(frame[["inflow", "outflow"]].max().max()) or 1.0
    texts = [fmt(value) for value in frame[["inflow", "outflow"]].to_numpy().ravel()]
    share = min((max(text_width(text, SMALL_SIZE) for text in texts) + 8) / page.plot_width, 0.3)
    axes.set_xlim(-reach / (1 - 2 * share), reach / (1 - 2 * share))
    for row, values in enumerate(frame.to_dict("records")):
        for position, (column, side, colour) in enumerate(
            (("outflow", -1, ROLE_COLOURS["buffer"]), ("inflow", 1, ROLE_COLOURS["core"]))
        ):
            y = page.y(row, position)
            if pd.notna(values[column]):
                axes.barh(y, side * values[column], height=BAR, color=colour)
                _value_text(axes, y, side * values[column], fmt(values[column]), side)
        if net and pd.notna(values["net"]):
            y, side = page.y(row, 2), 1 if values["net"] >= 0 else -1
            axes.plot((0, values["net"]), (y, y), color=INK, linewidth=1.2)
            axes.plot(values["net"], y, "D", color=INK, markersize=5)
            _value_text(axes, y, values["net"], fmt(values["net"]), side, gap=7)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    handles = [Patch(color=ROLE_COLOURS["buffer"]), Patch(color=ROLE_COLOURS["core"])]
    if net:
        handles.append(axes.plot([], [], "D", color=INK, markersize=5)[0])
    place_legend(axes.figure, handles, [labels[kind] for kind in kinds])
    return axes.figure
