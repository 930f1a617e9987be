import pandas as pd

from metrobook.linkage import headline, places

DEFINITIONS = pd.DataFrame(
    {"indicator": ["hdi_old", "hdi_new", "wage"], "concept": ["hdi", "hdi", "wage"]}
)


def panel(*rows: tuple[str, int, str, float | None]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["indicator", "year", "area_code", "value"])


def test_the_preferred_concept_wins_among_those_that_all_areas_have():
    rows = panel(
        ("hdi_old", 2023, "A", 70.0), ("hdi_old", 2023, "B", 60.0),
        ("hdi_new", 2024, "A", 71.0), ("hdi_new", 2024, "B", 61.0),
        ("wage", 2025, "A", 3.0), ("wage", 2025, "B", 2.0),
    )  # fmt: skip
    chosen = headline(rows, DEFINITIONS, ["A", "B"])
    assert set(chosen["indicator"]) == {"hdi_new"}
    assert chosen["value"].to_list() == [71, 61]


def test_what_all_areas_have_comes_before_what_is_preferred_or_newer():
    rows = panel(
        ("hdi_new", 2024, "A", 71.0), ("hdi_new", 2024, "B", None), ("hdi_new", 2024, "X", 1.0),
        ("wage", 2022, "A", 3.0), ("wage", 2022, "B", 2.0), ("wage", 2023, "A", 4.0),
    )  # fmt: skip
    chosen = headline(rows, DEFINITIONS, ["A", "B"])
    assert chosen[["indicator", "year"]].drop_duplicates().to_numpy().tolist() == [["wage", 2022]]


def test_no_area_no_headline():
    assert headline(panel(("wage", 2022, "A", 3.0)), DEFINITIONS, []).empty


def test_places_follow_the_direction_and_ties_share_the_better_one():
    values = pd.Series({"A": 80.3, "B": 83.8, "C": 80.3, "D": 70.0})
    assert places(values, "higher").to_dict() == {"A": 2, "B": 1, "C": 2, "D": 4}
    assert places(values, "lower").to_dict() == {"A": 2, "B": 4, "C": 2, "D": 1}
