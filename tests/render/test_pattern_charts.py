"""Charts of patterns: what they show, and that it can be read."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import PathPatch, Rectangle

from metrobook.render import theme
from metrobook.render.charts.cooccurrence import WIDEST_ARC, cooccurrence_network
from metrobook.render.charts.matrices import heatmap, residual_matrix
from metrobook.render.charts.saturation import saturation_chart
from metrobook.render.charts.trajectories import code_trajectories


def whole(value: float) -> str:
    return f"{value:,.0f}"


def signed(value: float) -> str:
    return f"{value:+.1f}"


GROUPS = ["Development of the metropolitan area", "Linkage of core and buffer", "Constraints"]
NODES = pd.DataFrame(
    {
        "code": list("abcdefghijklmnopqrstu"),
        "label": [f"Code of several long words, number {number}" for number in range(21)],
        "group": [GROUPS[number // 7] for number in range(21)],
        "items": range(21),
    }
)
EDGES = pd.DataFrame(
    [("a", "u", 0.1), ("b", "c", 0.4), ("h", "d", 0.2)], columns=["code", "other", "strength"]
)


def draw_cooccurrence(width: float, edges: pd.DataFrame = EDGES):
    return cooccurrence_network(
        NODES, edges, width=width, strength_title="Jaccard", fmt=lambda value: f"{value:.2f}",
        fmt_items=whole,
    )  # fmt: skip


RESIDUALS = pd.DataFrame(
    [[4.4, -1.3], [-3.1, 0.0], [np.nan, 0.2]],
    index=["Scale", "A code of several long words that wrap", "Focus"],
    columns=["Old Harbour City", "Hill Town"],
)
MARKS = pd.DataFrame([[1, 0], [-1, 0], [0, 0]], index=RESIDUALS.index, columns=RESIDUALS.columns)


def draw_residuals(width: float):
    return residual_matrix(
        RESIDUALS, MARKS, width=width, fmt=signed, row_title="Code", column_title="City",
        labels={"more": "More than expected", "less": "Less than expected", "neither": "Chance"},
    )  # fmt: skip


ITEMS = np.arange(1, 141)
CURVE = pd.DataFrame(
    {
        "items": ITEMS,
        "mean": 21 * (1 - 0.95**ITEMS),
        "low": np.floor(18 * (1 - 0.95**ITEMS)),
        "high": np.ceil(21 * (1 - 0.93**ITEMS)),
        "observed": np.floor(21 * (1 - 0.96**ITEMS)),
    }
)
POINTS = pd.DataFrame(
    {
        "items": [7, 11, 37],
        "codes": [5, 8, 16],
        "label": [f"Base of {base} items: saturated at {at}" for base, at in
                  ((4, "7+2"), (6, "11+3"), (20, "37+5"))],
    }
)  # fmt: skip
CURVE_TEXTS = {"band": "95 of 100 orders", "mean": "Mean of orders", "observed": "Order of dates"}


def draw_saturation(width: float):
    return saturation_chart(
        CURVE, width=width, labels=CURVE_TEXTS, points=POINTS, fmt=whole, x_title="Items read",
        y_title="Codes known",
    )  # fmt: skip


TRAJECTORIES = pd.DataFrame(
    [
        (label, year, 10, share, share / 2, min(1, share * 2))
        for label in ("Mobility and commuting", "A code of several long words that wrap", "Scale")
        for year, share in ((2013, 0.1), (2014, 0.3), (2017, 0.2), (None, 0.5))
    ],
    columns=["label", "year", "n", "share", "low", "high"],
)


def draw_trajectories(width: float, frame: pd.DataFrame = TRAJECTORIES):
    return code_trajectories(
        frame, width=width, items_title="Items of the year", interval_label="95 % interval",
        fmt="{:.0%}".format, fmt_items=whole,
    )  # fmt: skip


DRAWINGS = {
    name.removeprefix("draw_"): drawing
    for name, drawing in list(globals().items())
    if name.startswith("draw_")
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_chart_is_legible(name, width, legible):
    legible(DRAWINGS[name](width), width)


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_chart_is_a_small_svg_and_always_the_same(name, width):
    svg, again = (theme.save_svg(DRAWINGS[name](width)) for _ in range(2))
    assert svg == again
    assert len(svg) < 150_000


def test_cooccurrence_draws_an_arc_per_pair_as_wide_as_it_is_strong(width):
    arcs = list(draw_cooccurrence(width).axes[0].patches)
    assert all(isinstance(arc, PathPatch) for arc in arcs)
    assert [arc.get_linewidth() for arc in arcs] == pytest.approx(
        [WIDEST_ARC * share for share in (0.25, 0.5, 1)]
    )


def test_cooccurrence_arcs_end_at_their_codes(width):
    axes = draw_cooccurrence(width).axes[0]
    places = {tuple(line.get_xydata()[0]) for line in axes.lines}
    assert len(places) == 21
    for arc in axes.patches:
        assert {tuple(arc.get_path().vertices[end]) for end in (0, -1)} <= places


def test_cooccurrence_names_every_code_with_its_items(width, shown):
    text = shown(draw_cooccurrence(width))
    assert all(f"number {number} ({number})" in text for number in range(21))
    assert "Jaccard 0.10" in text
    assert "Jaccard 0.40" in text
    sizes = [line.get_markersize() for line in draw_cooccurrence(width).axes[0].lines]
    assert sizes[-1] == max(sizes)


def test_cooccurrence_without_pairs_shows_the_codes_alone(width, shown, legible):
    figure = draw_cooccurrence(width, EDGES.iloc[:0])
    legible(figure, width)
    assert not figure.axes[0].patches
    assert "Jaccard" not in shown(figure)


def test_residuals_are_coloured_only_where_they_are_told_from_chance(width):
    cells = list(draw_residuals(width).axes[0].patches)
    assert all(isinstance(cell, Rectangle) for cell in cells)
    fills = [to_hex(cell.get_facecolor()) for cell in cells]
    assert len(set(fills)) == 3
    assert [fill != "#ffffff" for fill in fills] == [True, False, True, False, False, False]


def test_residuals_carry_their_sign_and_missing_ones_nothing(width, shown):
    texts = shown(draw_residuals(width)).split(" | ")
    assert {"+4.4", "-3.1", "+0.0"} <= set(texts)
    assert "+nan" not in texts


def test_saturation_marks_points_by_shape(width, shown):
    figure = draw_saturation(width)
    markers = [line.get_marker() for line in figure.axes[0].lines if line.get_marker() != "None"]
    assert len(markers) == len(set(markers)) == 3
    assert "saturated at 7+2" in shown(figure)


def test_saturation_refuses_more_points_than_shapes(width):
    many = pd.concat([POINTS] * 3)
    with pytest.raises(ValueError, match="at most 8"):
        saturation_chart(CURVE, width=width, labels=CURVE_TEXTS, points=many)


def test_saturation_counts_items_and_codes_in_whole_numbers(width, shown):
    short = CURVE.head(3).assign(mean=0.5, low=0, high=1, observed=1)
    figure = saturation_chart(short, width=width, labels=CURVE_TEXTS, fmt=str)
    assert not [text for text in shown(figure).split(" | ") if "." in text]


def test_trajectories_say_how_many_items_a_year_has(width, shown):
    figure = draw_trajectories(width)
    assert len(figure.axes) == 4
    assert list(figure.axes[0].lines[0].get_ydata()) == [10, 10]
    assert "Items of the year" in shown(figure)


def test_trajectories_draw_no_interval_over_years_without_items(width):
    axes = draw_trajectories(width).axes[1]
    spans = [
        (path.vertices[:, 0].min(), path.vertices[:, 0].max())
        for band in axes.collections
        for path in band.get_paths()
    ]
    assert not [span for span in spans if span[0] < 2015.5 < span[1]]


def test_nothing_to_draw_is_no_crash(width, legible):
    for figure in (
        cooccurrence_network(NODES.iloc[:0], EDGES.iloc[:0], width=width, strength_title=""),
        residual_matrix(
            RESIDUALS.iloc[:0], MARKS.iloc[:0], width=width,
            labels={"more": "More", "less": "Less", "neither": "Chance"},
        ),
        heatmap(RESIDUALS.iloc[:, :0], width=width),
        saturation_chart(CURVE.iloc[:0], width=width, labels=CURVE_TEXTS),
        draw_trajectories(width, TRAJECTORIES.iloc[:0]),
    ):  # fmt: skip
        legible(figure, width)
