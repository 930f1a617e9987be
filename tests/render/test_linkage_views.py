"""Views of linkage, on small synthetic tables."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from metrobook import linkage
from metrobook.render import linkage as views
from metrobook.render.chapter import Chapter
from tests.gaps.harness import copy_without

DEFINITIONS = pd.DataFrame(
    {
        "indicator": ["index", "school", "total", "work", "work_other"],
        "concept": ["hdi", "schooling", "grdp-constant", "unemployment", "unemployment"],
        "direction": ["higher", "higher", "higher", "lower", "lower"],
    }
)
PARTS = {"hdi": ["schooling"]}


@pytest.fixture
def chapter(monkeypatch, tmp_path) -> Chapter:
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path))
    return Chapter("06-linkage", study="bandung-cimahi", language="en")


def table_of(**columns):
    """A synthetic table of co-movement, one row per indicator."""
    table = pd.DataFrame({"indicator": DEFINITIONS["indicator"], "area_code": "B", "areas": 20})
    table = table.assign(rank=2, changes=[12, 12, 12, 12, 7], **columns)
    return table.assign(p_placebo=table["rank"] / table["areas"])


def counted(table, **options):
    return views.counted(table, DEFINITIONS, ["grdp-constant"], PARTS, 10, **options)


def test_the_longest_series_of_each_concept_counts_and_a_composite_for_its_components():
    assert counted(table_of()) == ["index", "work"]


def test_components_count_in_place_of_their_composite_if_asked():
    assert counted(table_of(), composites=False) == ["school", "work"]


def test_components_count_where_their_composite_has_too_few_areas():
    table = table_of().assign(areas=[9, 20, 20, 20, 20])
    assert counted(table) == ["school", "work"]


def test_an_indicator_without_a_rank_does_not_count():
    table = table_of().assign(rank=[2, 2, 2, np.nan, 2])
    assert counted(table) == ["index", "work_other"]


def test_nothing_counts_where_too_few_areas_were_ranked():
    assert counted(table_of().assign(areas=9)) == []


def comovement_of(values, placebos):
    """A synthetic result: correlations of the buffer and of other areas, by indicator."""
    table = pd.DataFrame({"indicator": list(values), "pearson": list(values.values())})
    table = table.assign(spearman=-table["pearson"], rank=1, areas=3, first=2011, last=2020)
    rows = [
        {"indicator": indicator, "area_code": area, "pearson": value, "spearman": value}
        for indicator, others in placebos.items()
        for area, value in others.items()
    ]
    return linkage.Comovement(table.assign(p_placebo=1 / 3, changes=9), pd.DataFrame(rows), None)


@pytest.fixture
def found():
    others = {"work": {"X": 0.1, "Y": 0.5}, "index": {"X": 0.2, "Y": 0.4}}
    return {"3277": comovement_of({"work": 0.9, "index": 0.3}, others)}


def test_the_buffer_has_its_place_over_all_indicators_together(found):
    own = views.own_place(views.together(found, ["work", "index"]))
    assert own[["of", "mean", "rank", "areas"]].values.tolist() == [["3277", 0.6, 1, 3]]
    assert own["p"].tolist() == own["smallest_p"].tolist() == [pytest.approx(1 / 3)]


def test_every_way_of_counting_is_tried_and_the_main_one_comes_first(found):
    asked = []

    def calculate(left_out):
        asked.append(tuple(left_out))
        return found

    choose = lambda table, composites: ["work", "index"] if composites else ["work"]  # noqa: E731
    ways = views.ways_of_counting(calculate, choose, [2020])
    assert asked == [(), (2020,)]
    assert len(ways.drop_duplicates(["without_shock", "composites", "statistic"])) == 8
    main = ways.iloc[0]
    assert (main["without_shock"], main["composites"], main["statistic"]) == (
        False, True, "pearson",
    )  # fmt: skip
    assert main["rank"] == 1
    assert (ways.loc[ways["statistic"] == "spearman", "rank"] == 3).all()
    assert ways.loc[~ways["composites"], "indicators"].unique().tolist() == [1]


def test_without_a_shock_half_as_many_ways_are_tried(found):
    ways = views.ways_of_counting(lambda _: found, lambda *_: ["work"], [])
    assert len(ways) == 4


def test_the_leading_picture_has_a_strip_for_all_together_and_for_each_indicator(found, chapter):
    joint = views.together(found, ["work", "index"])
    titles = {"work": "Work", "index": "Index"}
    rows = views.strips(chapter, found, ["work", "index"], joint, titles)
    labels = list(dict.fromkeys(rows["label"]))
    assert labels == ["All together (mean)", "Work, 2011–2020", "Index, 2011–2020"]
    own = rows[rows["role"] == "buffer"]
    assert own.set_index("label")["value"].to_dict() == dict(
        zip(labels, [0.6, 0.9, 0.3], strict=True)
    )
    assert (rows.groupby("label").size() == 3).all()
    assert own["note"].unique().tolist() == ["1 of 3"]


def placed(*rows):
    table = pd.DataFrame(rows, columns=["of", "rank", "areas"])
    return table.assign(p=table["rank"] / table["areas"])


@pytest.mark.parametrize(
    ("rank", "opening", "other"),
    [
        (2, "more closely than one would expect of any other area", "chance"),
        (3, "not so closely that chance can be ruled out", "one would expect"),
        (11, "no more closely than most other areas do", "chance can be ruled out"),
    ],
)
def test_the_leading_sentence_follows_the_place(chapter, rank, opening, other):
    names = {"B": "Beta"}
    text = views.tied_sentence(placed(("B", rank, 20)), 6, 0.1, "Alpha", names, chapter)
    assert opening in text
    assert other not in text
    assert f"place {rank} of 20" in text
    assert text.startswith("Beta changes with Alpha")


def test_the_leading_sentence_names_the_last_place_beyond_chance(chapter):
    text = views.tied_sentence(placed(("B", 3, 24)), 6, 0.1, "Alpha", {"B": "Beta"}, chapter)
    assert "only the first 2 would" in text


def test_the_leading_sentence_lists_the_places_of_several_buffers(chapter):
    own = placed(("B", 1, 20), ("D", 9, 18))
    text = views.tied_sentence(own, 6, 0.1, "Alpha", {"B": "Beta", "D": "Delta"}, chapter)
    assert "1 of 2 buffer cities" in text
    assert "Beta 1 of 20; Delta 9 of 18" in text


@pytest.mark.parametrize(
    ("tests", "areas", "level"), [(14, 17, 0.1), (16, 26, 0.1), (3, 40, 0.05), (1, 10, 0.1)]
)
def test_so_many_first_places_remain_and_one_fewer_does_not(tests, areas, level):
    needed = views.first_places_needed(tests, 1 / areas, level)
    for first, remains in ((needed, True), (needed - 1, False)):
        p = np.r_[np.full(first, 1 / areas), np.ones(tests - first)]
        assert bool((false_discovery_control(p) <= level + 1e-12).any()) is remains


def events_of(*rows):
    columns = ["indicator", "start", "reason", "gap", "p", "areas"]
    return pd.DataFrame(rows, columns=columns).assign(area_code="B")


def test_a_fall_of_what_should_be_low_is_better():
    rows = views.events_tested(
        events_of(
            ("work", 2018, None, -2.0, 0.02, 20),
            ("index", 2018, None, -1.0, 0.5, 20),
            ("work", 2019, "after", None, None, 20),
        ),
        DEFINITIONS,
        PARTS,
    )
    assert rows.set_index("indicator")["better"].to_dict() == {"work": True, "index": False}
    assert rows.set_index("indicator")["q"].to_dict() == {"work": 0.04, "index": 0.5}


def test_components_and_second_series_of_a_concept_are_not_tested_beside_the_first():
    rows = views.events_tested(
        events_of(
            ("index", 2018, None, 1.0, 0.5, 20),
            ("school", 2018, None, 1.0, 0.5, 20),
            ("work", 2018, None, 1.0, 0.5, 20),
            ("work", 2019, None, 1.0, 0.5, 20),
            ("work_other", 2018, None, 1.0, 0.5, 20),
        ),
        DEFINITIONS,
        PARTS,
    )
    assert rows[["indicator", "start"]].values.tolist() == [
        ["index", 2018], ["work", 2018], ["work", 2019],
    ]  # fmt: skip


def test_nothing_tested_gives_an_empty_table():
    rows = views.events_tested(
        events_of(("work", 2019, "after", None, None, 20)), DEFINITIONS, PARTS
    )
    assert rows.empty
    assert {"better", "q"} <= set(rows.columns)


def test_every_reason_why_a_start_cannot_be_tested_has_words(chapter):
    reasons = ("unit", "break", "before", "after", "donors", "variation")
    assert len({views.untestable(reason, chapter) for reason in reasons}) == len(reasons)


@pytest.mark.parametrize(
    ("value", "scale", "unit", "text"),
    [
        (-0.5, "log", "index", "−0.50 per cent"),
        (-200.0, "log", "index", "−86.5 per cent"),
        (1.25, "unit", "percent", "1.2 percentage points"),
        (0.3, "unit", "years", "0.30 years"),
    ],
)
def test_a_gap_is_written_in_its_unit(chapter, value, scale, unit, text):
    assert views.difference(value, scale, unit, chapter) == text


def test_an_axis_never_shows_a_loss_of_more_than_all(chapter):
    assert views.short_difference(-200.0, "log", chapter) == "−86%"
    assert views.short_difference(-200.0, "unit", chapter) == "−200.0"


def test_a_value_without_an_interval_is_written_alone(chapter):
    assert views.with_interval(chapter, 0.5, 0.1, 0.9) == "0.50 (0.10; 0.90)"
    assert views.with_interval(chapter, 0.5, np.nan, np.nan) == "0.50"


def gaps_of(rows):
    return pd.DataFrame(rows, columns=["indicator", "area_code", "year", "gap"])


def test_the_year_with_most_zones_tells_who_produces_more_than_the_core():
    rows = [("total", "B", 2020, 5.0), ("total", "R", 2020, -5.0), ("total", "B", 2021, -1.0)]
    assert views.outproducing(gaps_of(rows), DEFINITIONS) == (1, 2, 2020)


def test_nobody_is_said_to_produce_more_where_no_product_is_known():
    assert views.outproducing(gaps_of([("work", "B", 2020, 5.0)]), DEFINITIONS) is None
    assert views.outproducing(gaps_of([]), DEFINITIONS) is None


def test_adopters_without_a_place_stay_in_the_chart_and_those_without_a_year_leave_it():
    found = SimpleNamespace(
        adopters=pd.DataFrame(
            {
                "adopter": ["Near", "Undated"],
                "government_code": ["01.01", "01.02"],
                "year": pd.array([2018, None], "Int64"),
                "quality": "documented",
                "distance": [5.0, 9.0],
            }
        )
    )
    records = pd.DataFrame(
        {
            "adopter": ["Near", "Twin", "Twin"],
            "government_code": ["01.01", None, None],
            "year": pd.array([2018, 2019, 2020], "Int64"),
            "quality": "documented",
        }
    )
    rows = views.spread_rows(found, records, ["01.01"]).set_index("adopter")
    assert rows["role"].to_dict() == {"Near": "buffer", "Twin": "other"}
    assert rows["year"].to_dict() == {"Near": 2018, "Twin": 2019}
    assert np.isnan(rows.loc["Twin", "distance"])


def test_every_dated_start_of_a_study_names_its_ground(chapter):
    starts = views.started(chapter)
    assert len(starts) == len(chapter.study.settings["programme_starts"])
    assert starts["ground"].str.contains("<a ").all()
    assert starts["claimed"].any()
    assert not starts["claimed"].all()


def test_a_study_without_dated_starts_has_an_empty_table(monkeypatch, tmp_path):
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path))
    assert views.started(Chapter("06-linkage", study="jabodetabek", language="en")).empty


def test_a_start_whose_item_or_claim_was_not_entered_is_not_collected(monkeypatch, tmp_path):
    copy_without("bandung-cimahi", frozenset(["evidence", "claims"]), tmp_path)
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    monkeypatch.setenv("METROBOOK_RESULTS", str(tmp_path / "results"))
    starts = views.started(Chapter("06-linkage", study="bandung-cimahi", language="en"))
    assert set(starts["ground"]) == {"not collected"}
    assert len(starts) == 4
