"""Charts of flows: what they show, and that it can be read."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.patches import Rectangle

from metrobook.render import theme
from metrobook.render.charts.flow_matrix import flow_matrix
from metrobook.render.charts.intervals import intervals
from metrobook.render.charts.sensitivity import sensitivity
from metrobook.render.classes import ClassSpec


def whole(value: float) -> str:
    return f"{value:,.0f}"


def percent(share: float) -> str:
    return f"{100 * share:.0f}%"


NAMES = ["Old Harbour City", "Hill Town", "The Regency of the Western Bay"]
FLOWS = pd.DataFrame(
    [[9000.0, 120.0, np.nan, 4.0], [0.0, np.nan, 55.0, 1500.0], [30.0, 7.0, 800.0, np.nan]],
    index=NAMES,
    columns=[*NAMES, "Outside"],
)
LABELS = {"diagonal": "Stay within the area", "missing": "Nobody in the sample"}


def draw_matrix(width: float, matrix: pd.DataFrame = FLOWS):
    return flow_matrix(
        matrix, width=width, labels=LABELS, fmt=whole, row_title="Home",
        column_title="Destination, people",
    )  # fmt: skip


ESTIMATES = pd.DataFrame(
    [
        ("Hill Town", "2014", 0.18, 0.12, 0.25),
        ("Hill Town", "2023", 0.16, 0.11, 0.22),
        ("The Regency of the Western Bay", "2014", 0.07, np.nan, np.nan),
        ("The Regency of the Western Bay", "2023", np.nan, np.nan, np.nan),
    ],
    columns=["label", "series", "value", "low", "high"],
)


def draw_intervals(width: float, frame: pd.DataFrame = ESTIMATES):
    return intervals(
        frame, width=width, fmt=percent, thresholds={0.15: "belongs to the core's area"},
        value_title="Share of commuters who go to the core, an estimate with its interval",
        missing="not computable",
    )  # fmt: skip


CURVE = pd.DataFrame(
    {
        "threshold": np.tile(np.arange(10, 26) / 100, 2),
        "value": np.concatenate([np.linspace(1, 0.1, 16), np.linspace(0.6, 0, 16)]),
        "series": np.repeat(["Hill Town", "The Regency of the Western Bay"], 16),
    }
)


def draw_sensitivity(width: float, curve: pd.DataFrame = CURVE, **options):
    options = {"fmt": percent, "highest": 1, "y_title": "Probability (an estimate)"} | options
    return sensitivity(
        curve, width=width, marked=0.15, marked_label="Threshold in use", fmt_threshold=percent,
        x_title="Threshold: share of commuters who go to the core", **options,
    )  # fmt: skip


DRAWINGS = {"matrix": draw_matrix, "intervals": draw_intervals, "sensitivity": draw_sensitivity}


@pytest.mark.parametrize("name", DRAWINGS)
def test_charts_of_flows_are_legible(name, width, legible):
    legible(DRAWINGS[name](width), width)


@pytest.mark.parametrize("name", DRAWINGS)
def test_charts_of_flows_are_small_and_the_same_each_time(name, width):
    svg = theme.save_svg(DRAWINGS[name](width))
    assert len(svg) < 150_000
    assert theme.save_svg(DRAWINGS[name](width)) == svg


def cells(figure) -> list[Rectangle]:
    """Cells row by row, as far as all columns stand in one block."""
    return [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]


def test_matrix_tells_missing_from_zero_and_from_staying(shown):
    figure = draw_matrix(7.6)
    drawn = cells(figure)
    assert [bool(cell.get_hatch()) for cell in drawn] == [
        False, False, True, False,
        False, False, False, False,
        False, False, False, True,
    ]  # fmt: skip
    fills = [to_hex(cell.get_facecolor()) for cell in drawn]
    assert fills[4] == theme.PAPER.lower()
    assert {fills[0], fills[5], fills[10]} == {theme.NOT_COLLECTED.lower()}
    texts = shown(figure).split(" | ")
    assert texts.count("0") == 1
    assert {"9,000", "800", "1,500"} <= set(texts)


def test_classes_of_the_matrix_are_those_of_its_legend(shown):
    crossing = pd.Series([120.0, 4, 55, 1500, 30, 7])
    spec = ClassSpec.quantiles("value", crossing, 5, whole, digits=2)
    figure = draw_matrix(7.6)
    legend = [text.get_text() for text in figure.legends[0].get_texts()]
    assert legend == [*spec.labels, *LABELS.values()]
    fills = [to_hex(cell.get_facecolor()) for cell in cells(figure)]
    assert fills[7] == spec.colour_of(1500).lower()
    assert fills[3] == spec.colour_of(4).lower()


def test_legend_of_the_matrix_names_only_what_occurs():
    full = pd.DataFrame([[1.0, 2.0]], index=["A"], columns=["B", "C"])
    legend = [text.get_text() for text in draw_matrix(7.6, full).legends[0].get_texts()]
    assert not {*LABELS.values()} & set(legend)


def test_a_matrix_without_any_flow_is_drawn(width, legible):
    nothing = pd.DataFrame(np.nan, index=NAMES, columns=NAMES)
    legible(draw_matrix(width, nothing), width)
    assert draw_matrix(width, FLOWS.iloc[:0]).get_size_inches()[0] == pytest.approx(width)


def test_each_estimate_is_written_with_its_interval(width, shown):
    texts = shown(draw_intervals(width)).split(" | ")
    assert {"18% (12%–25%)", "16% (11%–22%)", "7%", "not computable"} <= set(texts)
    assert "15%: belongs to the core's area" in texts


def test_series_differ_in_marker_and_colour(width):
    dots = [line for line in draw_intervals(width).axes[0].lines if line.get_marker() != "None"]
    assert [(line.get_xdata()[0], line.get_marker()) for line in dots] == [
        (0.18, "o"), (0.16, "s"), (0.07, "o"),
    ]  # fmt: skip
    assert dots[0].get_color() != dots[1].get_color()


def test_intervals_are_as_long_as_they_say(width):
    lines = draw_intervals(width).axes[0].lines
    drawn = [tuple(line.get_xdata()) for line in lines if line.get_linewidth() == 2.5]
    assert drawn == [(0.12, 0.25), (0.11, 0.22)]


def test_thresholds_cross_every_row(width):
    [*marks] = draw_intervals(width).axes[0].collections
    segments = [segment for mark in marks for segment in mark.get_segments()]
    assert len(segments) == 2
    assert {x for segment in segments for x, _y in segment} == {0.15}


def test_a_single_series_needs_no_legend(width, legible):
    figure = draw_intervals(width, ESTIMATES.drop(columns="series").iloc[[0, 2]])
    assert not figure.legends
    legible(figure, width)


@pytest.mark.parametrize("values", [(np.nan, np.nan, np.nan), (0.0, 0.0, 0.0), (-2.0, -3.0, 1.0)])
def test_intervals_of_any_sign_are_legible(values, width, legible):
    legible(draw_intervals(width, ESTIMATES.iloc[[0]].assign(**dict(zip(
        ("value", "low", "high"), values, strict=True)))), width)  # fmt: skip


def test_no_estimates_leave_an_empty_figure(width):
    assert draw_intervals(width, ESTIMATES.iloc[:0]).get_size_inches()[0] == pytest.approx(width)


def test_curves_are_steps_and_marked_at_the_threshold(width):
    lines = draw_sensitivity(width).axes[0].lines
    steps = [line for line in lines if line.get_drawstyle() == "steps-post"]
    assert [line.get_ydata()[0] for line in steps] == [1.0, 0.6]
    assert steps[0].get_linestyle() != steps[1].get_linestyle()
    dots = [
        (line.get_xdata()[0], line.get_ydata()[0]) for line in lines if line.get_marker() == "o"
    ]
    expected = CURVE[CURVE["threshold"].round(2) == 0.15]["value"]
    assert dots == [(0.15, pytest.approx(value)) for value in expected]


def test_values_between_thresholds_hold_from_the_threshold_before(width):
    coarse = pd.DataFrame({"threshold": [0.10, 0.20, 0.25], "value": [9.0, 4.0, 1.0]})
    lines = draw_sensitivity(width, coarse, fmt=whole, highest=None).axes[0].lines
    [dot] = [line for line in lines if line.get_marker() == "o"]
    assert dot.get_ydata() == [9.0]


def test_probabilities_keep_their_whole_scale(width, shown):
    low = CURVE.assign(value=CURVE["value"] / 10)
    assert "100%" in shown(draw_sensitivity(width, low)).split(" | ")
    assert "100%" not in shown(draw_sensitivity(width, low, highest=None)).split(" | ")


def test_too_many_curves_are_refused():
    many = pd.concat([CURVE.assign(series=CURVE["series"] + str(n)) for n in range(3)])
    with pytest.raises(ValueError, match="6 lines cannot be told apart"):
        draw_sensitivity(7.6, many)


def test_numbers_of_zones_have_whole_ticks(width):
    zones = pd.DataFrame({"threshold": [0.10, 0.15, 0.20], "value": [3.0, 2.0, 1.0]})
    axes = draw_sensitivity(width, zones, fmt=whole, highest=None).axes[0]
    assert [text.get_text() for text in axes.get_yticklabels()] == ["0", "1", "2", "3"]


@pytest.mark.parametrize("values", [[np.nan, np.nan], [0.0, 0.0], [0.5, np.nan]])
def test_curves_with_little_to_show_are_legible(values, width, legible):
    curve = pd.DataFrame({"threshold": [0.10, 0.25], "value": values})
    for highest in (1, None):
        legible(draw_sensitivity(width, curve, highest=highest), width)


def test_no_curve_leaves_an_empty_figure(width):
    assert draw_sensitivity(width, CURVE.iloc[:0]).get_size_inches()[0] == pytest.approx(width)
