"""Charts: what they show, that it can be read, and that it never claims more than the data."""

import sys

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import FancyArrowPatch, PathPatch, Rectangle

from metrobook.render import charts, theme
from metrobook.render.charts.timeline import date_span


def whole(value: float) -> str:
    return f"{value:,.0f}"


def tenth(value: float) -> str:
    return f"{value:.1f}"


EVENTS = pd.DataFrame(
    [
        ("2013", "Old Harbour City", "Decree on the programme of the intelligent city", "2013"),
        ("2014-05", "Old Harbour City", None, None),
        ("2018-05-23", "Hill Town", "Chosen for the national movement of cities", "23 May 2018"),
        ("2018-06-02", "Hill Town", "Agreement on shared applications signed", "2 June 2018"),
        (
            "2018-07-09",
            "Hill Town",
            "Regulation on the master plan comes into force",
            "9 July 2018",
        ),
        ("2019", "Hill Town", "", None),
        ("2020-01-01", "Elsewhere", "Not in a lane, so not drawn", None),
    ],
    columns=["date", "lane", "label", "when"],
)
TIMELINE_TEXTS = {"key": "Key event", "other": "Other event", "year_only": "Known to the year"}


def draw_timeline(width: float):
    return charts.timeline(
        EVENTS,
        width=width,
        lanes={"Old Harbour City": "core", "Hill Town": "buffer"},
        labels=TIMELINE_TEXTS,
    )


def draw_flow(width: float):
    steps = pd.DataFrame(
        {
            "actor": ["Adopting government", "Owner of the catalogue", "Adopting government"],
            "action": ["Opens the catalogue", "Approves the application form", "Receives the code"],
        }
    )
    return charts.flow_diagram(steps, width=width)


CONCEPTS = pd.DataFrame(
    {
        "node": list("abcd"),
        "label": ["Development of the core", "Connectivity", "Competitiveness", "Buffer city"],
        "role": ["core", None, None, "buffer"],
    }
)
RELATIONS = pd.DataFrame(
    {
        "source": ["a", "a", "b", "c"],
        "target": ["b", "c", "d", "d"],
        "label": ["works through"] * 2 + [None] * 2,
    }
)


def draw_concepts(width: float):
    return charts.concept_diagram(CONCEPTS, RELATIONS, width=width)


def draw_network(width: float):
    names = [f"Government number {number} of the list" for number in range(17)]
    nodes = pd.DataFrame(
        {
            "node": ["o", *names],
            "label": ["Origin City", *names],
            "role": ["core", "buffer", *["comparison"] * 16],
        }
    )
    edges = pd.DataFrame(
        {"source": "o", "target": names, "quality": ["claimed"] + ["documented"] * 16}
    )
    labels = {"documented": "Documented", "claimed": "Claimed only", "buffer": "Buffer city"}
    return charts.network(nodes, edges, width=width, labels=labels)


COUNTS = pd.DataFrame(
    [[3, 0, np.nan], [12, np.nan, np.nan]],
    index=["A claim that takes several words to state", "B"],
    columns=["documents", "statements", "survey"],
)
GAPS = pd.DataFrame([[False, False, True]] * 2, index=COUNTS.index, columns=COUNTS.columns)


def draw_heatmap(width: float):
    return charts.heatmap(
        COUNTS,
        width=width,
        fmt=whole,
        not_collected=GAPS,
        labels={"not_collected": "Not collected", "empty": "None found"},
        row_title="Claim",
        column_title="Technique",
    )


def draw_categories(width: float):
    matrix = pd.DataFrame(
        [["supports", "contradicts", "not collected"]], index=["K"], columns=["a", "b", "c"]
    )
    labels = {key: key.capitalize() for key in theme.STANCE_COLOURS}
    return charts.category_matrix(
        matrix, width=width, colours=theme.STANCE_COLOURS, labels=labels, marks={"supports": "+"}
    )


BARS = pd.DataFrame(
    {
        "kind": ["Official documents and regulations", "Press", "Statistics"],
        "count": [40.0, 120.0, np.nan],
        "low": [30.0, 110.0, np.nan],
        "high": [50.0, 133.0, np.nan],
    }
)


def draw_bars(width: float):
    return charts.bars(
        BARS, width=width, label="kind", value="count", low="low", high="high", fmt=whole,
        value_title="Sources", missing="not collected",
    )  # fmt: skip


GROUPS = pd.DataFrame(
    [
        ("Old Harbour City", "official", 12),
        ("Old Harbour City", "press", 30),
        ("Hill Town", "press", 4),
    ],
    columns=["area", "kind", "count"],
)


def draw_grouped(width: float):
    return charts.bars(
        GROUPS, width=width, label="area", value="count", series="kind", fmt=whole, missing="none"
    )


def draw_stacked(width: float):
    return charts.bars(
        GROUPS, width=width, label="area", value="count", series="kind", fmt=whole, stacked=True
    )


def draw_agreement(width: float):
    frame = pd.DataFrame(
        {
            "code": ["Cooperation between governments", "Transport"],
            "alpha": [0.81, np.nan],
            "low": [0.7, np.nan],
            "high": [0.9, np.nan],
        }
    )
    return charts.agreement_dots(
        frame, width=width, label="code", estimate="alpha", low="low", high="high",
        thresholds={0.667: "tentative"}, fmt=tenth, missing="not computable",
    )  # fmt: skip


def draw_balances(width: float):
    frame = pd.DataFrame(
        {
            "area": ["Old Harbour City", "Hill Town"],
            "inflow": [551531.0, 80325.0],
            "outflow": [100692.0, 408874.0],
            "net": [450839.0, -328549.0],
        }
    )
    labels = {"in": "Commute in", "out": "Commute out", "net": "Net balance"}
    return charts.balances(frame, width=width, labels=labels, fmt=whole)


def indicator(series: str, years: range, start: float, **columns: str) -> pd.DataFrame:
    values = [start + 0.4 * (year - 2010) for year in years]
    return pd.DataFrame({"year": years, "value": values, "series": series, **columns})


INDICATORS = pd.concat(
    indicator(series, years, start, panel=panel, area=area, role=role)
    for panel in ("Human development index", "Unemployment, per cent of the labour force")
    for series, years in (("old", range(2010, 2021)), ("new", range(2020, 2025)))
    for area, role, start in (("Old Harbour City", "core", 77.0), ("Hill Town", "buffer", 76.6))
)


def draw_panels(width: float):
    bands = INDICATORS.groupby(["panel", "series", "year"])["value"].agg(low="min", high="max") - 4
    return charts.small_multiples(
        INDICATORS, width=width, fmt=tenth, breaks={"Human development index": [2015]},
        comparison=bands.reset_index(), comparison_label="Range of the other areas",
    )  # fmt: skip


def draw_lines(width: float):
    one = INDICATORS[INDICATORS["panel"] == "Human development index"]
    return charts.lines(one, width=width, fmt=tenth, y_title="Index points", reference=80)


def draw_ratio(width: float):
    frame = pd.DataFrame(
        {"year": [2019, 2020, 2022], "ratio": [0.9, 0.95, 1.02], "gap": [-8, -4, 2]}
    )
    return charts.ratio_gap(
        frame, width=width, labels={"ratio": "Ratio", "gap": "Gap", "equal": "equal"},
        fmt_ratio=tenth, fmt_gap=whole,
    )  # fmt: skip


LIKERT_STEPS = pd.DataFrame(
    [
        (label, choice, side, share)
        for label, shares in (("Buses are on time", (0.1, 0.2, 0.15, 0.35, 0.2)),
                              ("A longer statement about trains", (0.0, 0.05, 0.5, 0.25, 0.2)))
        for choice, side, share in zip(
            ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree"),
            ("low", "low", "neutral", "high", "high"), shares, strict=True)
    ],
    columns=["label", "choice", "side", "share"],
)  # fmt: skip
LIKERT_SIDES = pd.DataFrame(
    {
        "label": ["Buses are on time", "A longer statement about trains"],
        "low_share": [0.3, 0.05], "low_low": [0.22, 0.02], "low_high": [0.4, 0.12],
        "neutral_share": [0.15, 0.5], "neutral_low": [0.09, 0.4], "neutral_high": [0.24, 0.6],
        "high_share": [0.55, np.nan], "high_low": [0.45, np.nan], "high_high": [0.65, np.nan],
    }
)  # fmt: skip


def draw_likert(width: float):
    return charts.likert(
        LIKERT_STEPS, LIKERT_SIDES, width=width, fmt=lambda share: f"{100 * share:.0f}%",
        missing="hidden",
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
def test_every_chart_is_a_small_svg(name, width):
    assert len(theme.save_svg(DRAWINGS[name](width))) < 150_000


def test_every_chart_has_a_drawing_here():
    drawn_as = {
        "flow_diagram": "flow",
        "concept_diagram": "concepts",
        "category_matrix": "categories",
        "agreement_dots": "agreement",
        "small_multiples": "panels",
        "ratio_gap": "ratio",
    }
    drawn_elsewhere = {  # in test_<kind>_charts.py: pattern, abduction, flow, linkage, finding
        "abduction_loop", "code_trajectories", "confidence_grid", "convergence_matrix",
        "cooccurrence_network", "event_paths", "flow_matrix", "intervals", "placebo_strips",
        "residual_matrix", "saturation_chart", "sensitivity", "spread",
    }  # fmt: skip
    drawn_here = {*charts.__all__} - drawn_elsewhere
    assert {drawn_as.get(name, name) for name in drawn_here} <= set(DRAWINGS)


def test_dates_cover_the_time_they_may_mean():
    assert date_span("2018-12").end == 2019
    assert date_span("2020-12-31").end == 2021
    assert date_span("2020-12-31").precision == "day"


@pytest.mark.parametrize("text", ["2018 (claimed)", "before 2025", "2018-13", "", None])
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="expected YYYY"):
        date_span(text)


def test_timeline_labels_key_events_only(width, shown):
    text = shown(draw_timeline(width))
    assert "Chosen for the national movement of cities" in text
    assert "Not in a lane" not in text
    assert "23 May 2018" in text


def test_timeline_draws_a_year_as_a_bar_over_the_year(width):
    axes = draw_timeline(width).axes[0]
    bars = [line for line in axes.lines if line.get_linewidth() == 5]
    assert len(bars) == 2


def test_timeline_runs_across_on_pages_and_down_on_phones():
    page, phone = draw_timeline(7.6), draw_timeline(3.4)
    years = [[text.get_position() for text in figure.axes[0].texts if text.get_text().isdigit()]
             for figure in (page, phone)]  # fmt: skip
    assert len({y for _, y in years[0][:3]}) == 1
    assert len({x for x, _ in years[1][:3]}) == 1


def test_flow_has_an_arrow_between_all_steps(width):
    arrows = [
        patch for patch in draw_flow(width).axes[0].patches if isinstance(patch, FancyArrowPatch)
    ]
    assert len(arrows) == 2


def test_concepts_find_their_layers(width, shown):
    figure = draw_concepts(width)
    assert all(label in shown(figure) for label in CONCEPTS["label"])
    arrows = [patch for patch in figure.axes[0].patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == len(RELATIONS)


@pytest.mark.parametrize("depth", [3, 6, 2])
def test_concepts_of_any_shape_are_legible(depth, width, legible):
    names = [f"Concept {layer}{place}" for layer in range(depth) for place in range(12 // depth)]
    nodes = pd.DataFrame(
        {"node": names, "label": names, "layer": [int(name[8]) for name in names], "role": "kind"}
    )
    edges = pd.DataFrame(
        [(a, b) for a in names for b in names if int(b[8]) == int(a[8]) + 1],
        columns=["source", "target"],
    )
    legible(charts.concept_diagram(nodes, edges, width=width), width)


def test_network_tells_claimed_from_documented(width):
    edges = [patch for patch in draw_network(width).axes[0].patches if isinstance(patch, PathPatch)]
    styles = [patch.get_linestyle() for patch in edges]
    assert len(styles) == 17
    assert styles.count("solid") == 16


def test_heatmap_tells_zero_from_empty_and_not_collected(width, shown):
    figure = draw_heatmap(width)
    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert len(cells) == COUNTS.size
    assert [bool(cell.get_hatch()) for cell in cells] == [False, False, True] * 2
    texts = shown(figure).split(" | ")
    assert {"3", "0", "12"} <= set(texts)
    assert texts.count("0") == 1


def test_heatmap_continues_columns_that_do_not_fit():
    wide = pd.DataFrame(np.full((2, 14), 100_000), columns=[f"Area {n}" for n in range(14)])
    page, phone = (charts.heatmap(wide, width=inches, fmt=whole) for inches in (7.6, 3.4))
    assert all(len(figure.axes[0].patches) == 28 for figure in (page, phone))
    assert phone.get_size_inches()[1] > page.get_size_inches()[1]


def test_categories_carry_a_mark_besides_the_colour(width, shown):
    assert "+" in shown(draw_categories(width)).split(" | ")


def test_bars_write_their_values_and_what_is_missing(width, shown):
    figure = draw_bars(width)
    assert {"40", "120", "not collected"} <= set(shown(figure).split(" | "))
    assert len([patch for patch in figure.axes[0].patches if patch.get_width() > 0]) == 2


def test_a_series_without_a_row_takes_no_room(width, shown):
    figure = draw_grouped(width)
    assert len(figure.axes[0].patches) == len(GROUPS)
    assert "none" not in shown(figure).split(" | ")


def test_long_labels_stand_above_their_bars_on_phones():
    frame = pd.DataFrame({"label": ["A statement of a good many words " * 3], "value": [1.0]})
    page, phone = (
        charts.bars(frame, width=inches, label="label", value="value") for inches in (7.6, 3.4)
    )
    assert phone.axes[0].get_position().x0 < 0.1 < page.axes[0].get_position().x0


@pytest.mark.parametrize("values", [[np.nan, np.nan], [0.0, 0.0], [-5.0, 3.0]])
def test_bars_of_any_sign_are_legible(values, width, legible):
    frame = pd.DataFrame({"label": ["Alpha", "Beta"], "value": values})
    legible(charts.bars(frame, width=width, label="label", value="value"), width)


def test_stacked_bars_write_their_total(width, shown):
    assert "42" in shown(draw_stacked(width)).split(" | ")


def test_likert_sides_start_at_one_line_and_a_hidden_side_is_named(width, shown):
    figure = draw_likert(width)
    assert {"30%", "55%", "15%", "hidden"} <= set(shown(figure).split(" | "))
    pieces = [patch for patch in figure.axes[0].patches if patch.get_width()]
    assert sum(piece.get_width() for piece in pieces[:2]) == pytest.approx(-0.3)
    assert pieces[0].get_x() == 0
    ends = [line for line in figure.axes[0].lines if line.get_marker() == "|"]
    intervals = [tuple(line.get_xdata()) for line in ends]
    assert (-0.22, -0.4) in intervals


def test_agreement_says_where_there_is_no_estimate(width, shown):
    assert "not computable" in shown(draw_agreement(width))


def test_lines_join_no_series_and_no_break(width):
    figure = draw_panels(width)
    hdi, unemployment = figure.axes
    for axes, joints in ((hdi, 13), (unemployment, 14)):
        segments = [
            line
            for line in axes.lines
            if len(line.get_xdata()) == 2 and line.get_marker() == "None"
        ]
        joined = [line for line in segments if line.get_linewidth() == 1.6]
        assert len(joined) == 2 * joints
    dashed = [line for line in hdi.lines if list(line.get_xdata()) == [2014.5, 2014.5]]
    assert len(dashed) == 1


def test_years_without_a_value_are_spanned_by_dots(width):
    figure = draw_ratio(width)
    styles = [line.get_linestyle() for line in figure.axes[0].lines if line.get_linewidth() == 1.6]
    assert styles.count("-") == 1
    assert len(styles) == 2


def test_panels_stand_side_by_side_only_where_they_fit():
    page, phone = draw_panels(7.6), draw_panels(3.4)
    assert len({round(axes.get_position().y0, 3) for axes in page.axes}) == 1
    assert len({round(axes.get_position().y0, 3) for axes in phone.axes}) == 2


def test_balances_keep_their_sign(width):
    widths = [patch.get_width() for patch in draw_balances(width).axes[0].patches]
    assert widths == [-100692, 551531, -408874, 80325]


def test_drawing_leaves_no_state_behind():
    before = dict(mpl.rcParams)
    draw_bars(7.6)
    assert dict(mpl.rcParams) == before
    if "matplotlib.pyplot" in sys.modules:
        assert not sys.modules["matplotlib.pyplot"].get_fignums()


def test_no_two_ticks_of_a_panel_are_written_alike():
    close = INDICATORS.assign(value=28.7 + (INDICATORS["value"] - 76) / 5)
    figure = charts.small_multiples(close, width=8, fmt=whole)
    for axes in figure.axes:
        written = [label.get_text() for label in axes.get_yticklabels()]
        assert len(written) > 1
        assert len(set(written)) == len(written)
