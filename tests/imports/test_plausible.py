"""Totals that no word calls so, shares, thousands, and two ids of one area; numbers synthetic."""

import pytest

from metrobook.exchange.project import ForeignFileError
from tests.imports.small_study import reasons, small_study
from tests.imports.test_import_flows import flows_of, imported, saved

ABC = {"E01": "North", "E02": "South", "E03": "East"}
INNER = {("E01", "E01"): "1", ("E01", "E02"): "2", ("E02", "E03"): "6", ("E03", "E01"): "7"}


@pytest.fixture
def study(compendium):
    return small_study(compendium, ABC)


@pytest.mark.parametrize("name", ["Whole", "X99", "9999"])
def test_a_row_and_a_column_that_are_sums_are_no_place_outside(study, tmp_path, name):
    text = f"o,E01,E02,E03,X1,{name}\nE01,1,2,3,4,10\nE02,4,5,6,5,20\nE03,7,8,9,6,30\n"
    proposal = imported(saved(tmp_path, "sums.csv", text + f"{name},12,15,18,15,60\n"), study)
    flows = flows_of(proposal)
    assert INNER.items() <= flows.items()
    assert flows["E01", "OUTSIDE"] == "4" and ("OUTSIDE", "E01") not in flows
    assert f"“{name}” is a total" in reasons(proposal)


def test_a_total_in_a_long_table_is_left_out_and_a_place_outside_stays(study, tmp_path):
    pairs = ["E01,E02,5", "E01,E03,7", "E02,E01,9", "E02,E03,1", "E03,E01,3", "E03,E02,4"]
    sums = ["E01,All of it,12", "E02,All of it,10", "E03,All of it,7"]
    text = "\n".join(["origin,destination,count", *pairs, *sums])
    flows = flows_of(imported(saved(tmp_path, "long.csv", text), study))
    assert len(flows) == 6
    other = text.replace("of it,12", "of it,13").replace("of it,10", "of it,11")
    flows = flows_of(imported(saved(tmp_path, "other.csv", other), study))
    assert flows["E01", "OUTSIDE"] == "13"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("origin,destination,n\nE01,E02,0.5\nE02,E01,0.9\n", "lie between 0 and 1, such as 0.5"),
        ("origin,destination,n\nE01,E02,5%\nE02,E01,50%\n", "“5%” is a percentage"),
        ("origin,destination,share\nE01,E02,5.5\nE02,E01,50\n", "called “share”"),
        (
            "o,E01,E02,E03\nE01,20,30,50\nE02,10,80,10\nE03,0,50.5,49.5\n",
            "the figures of each origin add up to 100",
        ),
    ],
)
def test_shares_are_no_counts(study, tmp_path, text, why):
    with pytest.raises(ForeignFileError, match=f"shares and no counts of people: .*{why}"):
        imported(saved(tmp_path, "shares.csv", text), study)


def test_small_whole_counts_are_no_shares(study, tmp_path):
    text = "origin,destination,n\nE01,E02,1\nE02,E01,0\n"
    assert len(flows_of(imported(saved(tmp_path, "small.csv", text), study))) == 2


def test_words_of_thousands_are_pointed_at(study, tmp_path):
    text = "Commuters (in thousands),,\norigin,destination,n\nE01,E02,5.5\nE02,E01,7.2\n"
    proposal = imported(saved(tmp_path, "thousands.csv", text), study)
    assert "Look at “Commuters (in thousands)”: if the figures are thousands" in reasons(proposal)


def test_ids_with_and_without_a_zero_are_said_to_be_one_area(compendium, tmp_path):
    study = small_study(compendium, {"74001": "Synthetic A", "74002": "Synthetic B"})
    text = "origin,destination,n\n74001,74002,5\n074001,74002,7\n74002,74001,7\n"
    proposal = imported(saved(tmp_path, "zeros.csv", text), study)
    assert flows_of(proposal)["74001", "74002"] == "12"
    assert "added up: 74001 (“074001”, “74001”)." in reasons(proposal)


@pytest.mark.parametrize("whole", ["all", "Total", "0"])
def test_rows_of_all_kinds_are_not_added_to_those_of_each(study, tmp_path, whole):
    pairs = [("E01,E02", 5, 8), ("E02,E01", 2, 3), ("E03,E01", 1, 6)]
    rows = [
        f"{pair},{sex},{n}" for pair, men, women in pairs
        for sex, n in (("m", men), ("f", women), (whole, men + women))
    ]  # fmt: skip
    path = saved(tmp_path, "sexes.csv", "\n".join(["home,work,sex,n", *rows]))
    with pytest.raises(
        ForeignFileError, match=rf"“sex” “{whole}” .*twice: say --keep \"sex=m\|f\""
    ):
        imported(path, study, sum_over=["sex"])
    kept = imported(path, study, sum_over=["sex"], keep=["sex=m|f"])
    assert flows_of(kept)["E01", "E02"] == "13"


@pytest.mark.parametrize(
    ("corner", "value"),
    [("home/work", "2"), ("work/home", "4"), ("to from", "4"), ("Workplace", "4"), ("", "2")],
)
def test_the_first_word_in_the_corner_names_the_rows(study, tmp_path, corner, value):
    text = f"{corner},E01,E02,E03\nE01,1,2,3\nE02,4,5,6\nE03,7,8,9\n"
    flows = flows_of(imported(saved(tmp_path, "corner.csv", text), study))
    assert flows["E01", "E02"] == value


def test_figures_of_no_place_are_left_out_and_of_perhaps_no_place_pointed_at(study, tmp_path):
    rows = ["E01,E02,5", "E01,E03,6", "E01,,11", "E02,E01,7", "E02,Not stated,80", "E02,,87"]
    proposal = imported(saved(tmp_path, "blank.csv", "\n".join(["home,work,n", *rows])), study)
    flows = flows_of(proposal)
    assert ("E01", "OUTSIDE") not in flows and flows["E02", "OUTSIDE"] == "80"
    assert "cells 2 without an origin or a destination (98 people)" in reasons(proposal)
    assert "Look at these, which may be no places: “Not stated” (80)." in reasons(proposal)


def test_only_the_left_of_both_places_is_filled_from_above(study, tmp_path):
    rows = ["E01,E02,5", "E01,,6", "E02,E01,7", "E02,,8"]
    blank = imported(saved(tmp_path, "right.csv", "\n".join(["home,work,n", *rows])), study)
    assert flows_of(blank) == {("E01", "E02"): "5", ("E02", "E01"): "7"}
    rows = ["E01,E02,5", ",E03,6", "E02,E01,7", ",E03,8"]
    merged = imported(saved(tmp_path, "left.csv", "\n".join(["home,work,n", *rows])), study)
    assert flows_of(merged)["E02", "E03"] == "8"
