import math

import pandas as pd
import pytest

from metrobook.commuting import (
    derived,
    from_share,
    leading_series,
    other_lines,
    same_part_of_year,
)


@pytest.fixture
def counts():
    rows = [
        ("rail", "all", None, "2025-H1", "passengers", 120.0),
        ("rail", "all", None, "2024-H1", "passengers", 100.0),
        ("rail", "all", None, "2025-01..08", "passengers", 160.0),
        ("rail", "all", None, "2025-H1", "weekday mean", 9.0),
        ("rail", "west", None, "2024-H1", "passengers", 10.0),
        ("bus", "all", None, "2018", "passengers", 50.0),
        ("bus", "all", None, "2019", "passengers", 40.0),
        ("bus", "all", None, "Eid 2019", "passengers", 70.0),
        ("bus", "all", None, "2019 Eid period", "passengers", 70.0),
    ]
    columns = ["system", "line", "place", "period", "measure", "value"]
    return pd.DataFrame(rows, columns=columns)


def test_only_the_same_part_of_several_years_is_compared(counts):
    result = same_part_of_year(counts)
    assert list(result[["system", "year", "part", "value"]].itertuples(index=False)) == [
        ("bus", 2018, "", 50.0),
        ("bus", 2019, "", 40.0),
        ("rail", 2024, "-H1", 100.0),
        ("rail", 2025, "-H1", 120.0),
    ]


def test_growth_is_since_the_year_before_in_the_same_series(counts):
    change = same_part_of_year(counts)["change"].to_list()
    assert math.isnan(change[0])
    assert math.isnan(change[2])
    assert (change[1], change[3]) == (-0.2, 0.2)


def test_nothing_to_compare_is_an_empty_table(counts):
    assert same_part_of_year(counts.iloc[:0]).empty
    assert same_part_of_year(counts.tail(2)).empty


def test_a_rounded_share_allows_a_range():
    assert from_share(0.07, 1_000_000, 0.01) == pytest.approx((70_000, 65_000, 75_000))


def test_the_line_of_the_metropolitan_area_is_told_where_it_can_be_compared(counts):
    own = counts.assign(line="own").query("system == 'rail' and period == '2024-H1'").head(1)
    later = own.assign(period="2025-H1", value=own["value"] + 5)
    compared = same_part_of_year(pd.concat([counts, own, later]))
    assert leading_series(compared, "own")["value"].tolist() == [100.0, 105.0]
    assert leading_series(compared, "elsewhere")["value"].tolist() == [100.0, 120.0]


def test_a_count_of_all_lines_names_the_lines_it_includes(counts):
    assert other_lines(counts, counts.iloc[0], "own") == ["west"]
    assert other_lines(counts, counts.iloc[0], "west") == []
    assert other_lines(counts.assign(place="halt"), counts.iloc[0], "own") == []


def test_derived_figures_are_told_from_published_ones():
    notes = ["derived here: a share of a base", None, "rounded", "derivedness"]
    figures = pd.DataFrame({"measure": "commuters", "note": notes})
    assert derived(figures).tolist() == [True, False, False, False]
