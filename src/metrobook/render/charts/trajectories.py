"""Trajectories: the share of items with a code over time, beside the number of items."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

from metrobook.render.charts.panels import small_multiples
from metrobook.render.theme import themed


@themed
def code_trajectories(
    frame: pd.DataFrame,
    *,
    width: float,
    items_title: str,
    interval_label: str,
    fmt: Callable[[float], str] = str,
    fmt_items: Callable[[float], str] = str,
) -> Figure:
    """Draw a panel per code, after a panel with the number of items per year.

    Parameters
    ----------
    frame : pandas.DataFrame
        Columns ``label`` (of the code), ``year``, ``n`` (items of the year), ``share``, ``low``
        and ``high``; rows without a year are not drawn.
    width : float
        Inches.
    items_title : str
        Title of the panel with the number of items per year.
    interval_label : str
        What the grey range around a share is.
    fmt, fmt_items : callable
        Write a share and a number of items.
    """
    dated = frame.dropna(subset=["year"]).astype({"year": int})
    sizes = dated.drop_duplicates("year").sort_values("year")
    panels = pd.concat(
        [
            sizes.assign(panel=items_title, value=sizes["n"]),
            dated.assign(panel=dated["label"], value=dated["share"]),
        ]
    ).assign(area="", role="core")
    titles = list(dict.fromkeys(dated["label"]))
    stretches = (sizes["year"].diff() != 1).cumsum().set_axis(sizes["year"])
    return small_multiples(
        panels,
        width=width,
        fmt={items_title: fmt_items} | dict.fromkeys(titles, fmt),
        comparison=dated.assign(panel=dated["label"], series=dated["year"].map(stretches)),
        comparison_label=interval_label,
        references=dict.fromkeys([items_title, *titles], 0.0),
    )
