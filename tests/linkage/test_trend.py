import pandas as pd
import pytest

from metrobook.linkage import direction_of, ends, growth, ratio_gap, without_components

PARTS = {"hdi": ["school", "health"]}


@pytest.fixture
def definitions():
    names = {"hdi_old": "hdi", "years_at_school": "school", "wage": "wage"}
    return pd.DataFrame({"indicator": list(names), "concept": list(names.values())})


def test_a_distance_that_hardly_changes_is_neither_nearer_nor_farther():
    changes = pd.Series([-0.0011, -0.001, 0.0, 0.001, 0.0011])
    ways = ["nearer", "unchanged", "unchanged", "unchanged", "farther"]
    assert direction_of(changes, 0.001).tolist() == ways
    assert direction_of(changes, 0).tolist()[1:4] == ["nearer", "unchanged", "farther"]


def test_each_unbroken_segment_has_its_own_ends():
    years = [2000, 2009, 2018, 2019, 2020, 2024]
    values = {"C": [100.0] * 6, "B": [88.0, 60.0, 47.0, 49.0, 50.0, 49.5]}
    panel = pd.DataFrame(
        [
            ("income", area, *pair)
            for area in values
            for pair in zip(years, values[area], strict=True)
        ],
        columns=["indicator", "area_code", "year", "value"],
    )
    gaps = ratio_gap(panel, ["C"], ["B"], {"income": [2019, 2020]})
    result = ends(gaps.sample(frac=1, random_state=0))
    assert result[["segment", "first", "last"]].values.tolist() == [
        [0, 2000, 2018],
        [2, 2020, 2024],
    ]
    assert result["start"].tolist() == pytest.approx([0.88, 0.5])
    assert result["end"].tolist() == pytest.approx([0.47, 0.495])


def test_components_are_not_counted_beside_their_composite(definitions):
    rows = [("hdi_old", "A"), ("years_at_school", "A"), ("years_at_school", "B"), ("wage", "A")]
    table = pd.DataFrame(rows, columns=["indicator", "area_code"])
    kept = without_components(table, definitions, PARTS)
    assert list(kept.itertuples(index=False, name=None)) == [rows[0], rows[2], rows[3]]
    assert len(without_components(table, definitions, {})) == len(table)


def test_nothing_is_left_of_nothing(definitions):
    empty = pd.DataFrame(columns=["indicator", "area_code"])
    assert without_components(empty, definitions, PARTS).empty
    assert ends(pd.DataFrame(columns=["indicator", "area_code", "segment", "year", "ratio"])).empty


def test_growth_is_of_years_that_all_areas_have_and_never_across_a_break():
    rows = [("C", 2000, 100), ("B", 2000, 10), ("D", 2000, 10), ("C", 2010, 150), ("B", 2010, 15),
            ("C", 2020, 120), ("B", 2020, 15), ("D", 2020, 15)]  # fmt: skip
    panel = pd.DataFrame(rows, columns=["area_code", "year", "value"]).assign(indicator="people")
    [whole] = growth(panel, ["C"], ["B", "D"]).round(3).values.tolist()
    assert whole == ["people", 2000, 2020, 0.2, 0.5]
    cut = growth(panel, ["C"], ["B"], {"people": [2010]}).values.tolist()
    assert [row[1:3] for row in cut] == [[2010, 2020]]
    assert growth(panel, ["C"], []).empty
