"""The framework matrix: counts, the check that rejects unfounded cells, and the shipped texts."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.coding.framework import check_framework, framework, item_categories
from metrobook.study import Study

CODEBOOK = pd.DataFrame(
    [("linkage", "replication"), ("linkage", "agreement"), ("effect", "mobility")],
    columns=["category", "code"],
)
CODINGS = pd.DataFrame(
    [
        ("S1", "a", "agreement"),
        ("S1", "b", "replication"),
        ("S2", "a", "agreement"),
        ("S2", "b", "mobility"),
        ("S3", "a", "agreement"),
        ("S3", "b", "agreement"),
        ("S4", "a", "mobility"),
        ("S4", "b", "mobility"),
        ("D1", "a", "mobility"),
    ],
    columns=["evidence_id", "coder", "code"],
)
ITEMS = pd.DataFrame(
    [
        ("S1", "2021-05", "Plt Wali Kota Selatan"),
        ("S2", "2019", "Wali Kota Selatan"),
        ("S3", None, None),
        ("S4", "2020-01-02", "Bupati Utara"),
    ],
    columns=["evidence_id", "date", "speaker"],
)
ACTORS = pd.DataFrame(
    [("north", 2, "S4"), ("south", 1, "S1;S2;S3")], columns=["actor", "order", "evidence_ids"]
)
SYNTHESES = pd.DataFrame(
    [
        ("south", "linkage", "They agreed.", "Mereka sepakat.", "S1;S2;S3", None, None),
        ("south", "effect", "Traffic.", "Lalu lintas.", "S2", "One doubts.", "Satu ragu."),
        ("north", "effect", "Traffic.", "Lalu lintas.", "S4", None, None),
    ],
    columns=[
        "actor", "category", "text_en", "text_id", "evidence_ids", "dissent_en", "dissent_id",
    ],
)  # fmt: skip


def matrix(actors=ACTORS, syntheses=SYNTHESES, items=ITEMS):
    return framework(actors, syntheses, CODINGS, CODEBOOK, items)


def check(actors=ACTORS, syntheses=SYNTHESES, items=ITEMS):
    return check_framework(actors, syntheses, CODINGS, CODEBOOK, items)


def written(row: int = 0, **cells) -> pd.DataFrame:
    """The syntheses with some cells of one row rewritten."""
    changed = SYNTHESES.copy()
    for column, value in cells.items():
        changed.loc[row, column] = value
    return changed


def test_an_item_carries_the_categories_of_any_coder():
    carried = item_categories(CODINGS, CODEBOOK)
    assert carried[carried["evidence_id"].isin(["S1", "S2"])].to_numpy().tolist() == [
        ["S1", "linkage", 2],
        ["S2", "effect", 1],
        ["S2", "linkage", 1],
    ]


def test_every_group_meets_every_category_in_order():
    assert matrix()[["actor", "category"]].to_numpy().tolist() == [
        ["south", "linkage"], ["south", "effect"], ["north", "linkage"], ["north", "effect"],
    ]  # fmt: skip


def test_items_offices_and_years_are_counted():
    """S1 and S2 are one office, spoken for and acted for; S3 names neither office nor date."""
    cell = matrix().iloc[0]
    assert (cell["n_items"], cell["n_offices"]) == (3, 1)
    assert (cell["first_year"], cell["last_year"]) == (2019, 2021)
    assert cell["evidence_ids"] == "S2;S1;S3"
    assert cell["one_coder"] == "S2"


def test_a_cell_without_items_is_there_and_empty():
    cell = matrix().iloc[2]
    assert (cell["n_items"], cell["n_offices"], cell["evidence_ids"]) == (0, 0, "")
    assert pd.isna(cell["first_year"]) and pd.isna(cell["text_en"])


def test_nobody_is_a_lone_coder_where_only_one_coded():
    alone = CODINGS[CODINGS["coder"] == "a"]
    assert set(framework(ACTORS, SYNTHESES, alone, CODEBOOK, ITEMS)["one_coder"]) == {""}


def test_a_text_that_rests_on_an_item_readers_may_not_see_is_withheld():
    public = ITEMS[ITEMS["evidence_id"] != "S1"]
    cells = matrix(items=public)
    assert cells.loc[0, "n_items"] == 2
    assert cells.loc[0, ["text_en", "text_id"]].isna().all()
    assert cells.loc[1, "text_en"] == "Traffic."


def test_a_text_of_a_cell_without_items_is_not_shown():
    unfounded = written(2, category="linkage")
    assert matrix(syntheses=unfounded)["text_en"].isna().tolist() == [False, False, True, True]


def test_a_sound_framework_has_no_findings():
    assert check().empty


FAULTS = {
    "unknown actor": written(2, actor="east"),
    "unknown category": written(2, category="weather"),
    "unknown item": written(evidence_ids="S1;S2;S3;S9"),
    "of another group": written(1, evidence_ids="S2;S4"),
    "lacks the category": written(1, evidence_ids="S2;S3"),
    "cites nothing": written(2, evidence_ids=None),
    "cell without items": written(2, category="linkage"),
    "written twice": pd.concat([SYNTHESES, SYNTHESES.iloc[[1]]]),
    "missing text": written(text_id=" "),
}


@pytest.mark.parametrize("problem", FAULTS)
def test_a_fault_of_a_synthesis_is_named(problem):
    found = check(syntheses=FAULTS[problem]).query("problem == @problem")
    assert found["kind"].tolist() == ["fault"]
    assert found["message"].str.startswith("syntheses, ").all()


def test_the_message_of_a_fault_says_where_and_which():
    found = check(syntheses=FAULTS["lacks the category"]).iloc[0]
    assert (found["actor"], found["category"], found["evidence_id"]) == ("south", "effect", "S3")
    assert found["message"] == (
        "syntheses, south × effect: no coder gave S3 a code of this category; take it out."
    )


def test_an_item_that_is_no_statement_may_not_be_cited():
    """D1 is coded, but it is a document and not among the items that were said."""
    assert "unknown item" in set(check(syntheses=written(1, evidence_ids="S2;D1"))["problem"])


def test_dissent_in_one_language_only_is_a_fault():
    found = check(syntheses=written(dissent_en="One doubts."))
    assert found["problem"].tolist() == ["missing text"]
    assert "dissent_id" in found["message"].iloc[0]


@pytest.mark.parametrize(
    ("ids", "problem", "item"),
    [
        ("S1;S2", "in no group", "S3"),
        ("S1;S2;S3;S4", "in two groups", "S4"),
        ("S1;S2;S3;S9", "unknown item", "S9"),
    ],
)
def test_an_item_belongs_to_exactly_one_group(ids, problem, item):
    actors = ACTORS.assign(evidence_ids=["S4", ids])
    found = check(actors=actors).query("problem == @problem")
    kind = "gap" if problem == "in no group" else "fault"
    assert found[["kind", "evidence_id"]].to_numpy().tolist() == [[kind, item]]


def test_what_is_not_written_yet_is_a_gap_and_no_fault():
    found = check(syntheses=SYNTHESES.iloc[:2])
    assert found[["kind", "problem", "actor"]].to_numpy().tolist() == [
        ["gap", "unwritten", "north"]
    ]


def test_an_item_left_out_of_its_cell_is_a_gap():
    found = check(syntheses=written(evidence_ids="S1;S2"))
    assert found[["kind", "problem", "evidence_id"]].to_numpy().tolist() == [
        ["gap", "uncited", "S3"]
    ]


def test_a_study_without_statements_has_an_empty_framework():
    empty = framework(
        ACTORS.iloc[:0], SYNTHESES.iloc[:0], CODINGS.iloc[:0], CODEBOOK, ITEMS.iloc[:0]
    )
    assert empty.empty
    assert {"n_items", "text_en", "evidence_ids"} <= set(empty)
    nothing = CODEBOOK.iloc[:0]
    assert check_framework(
        ACTORS.iloc[:0], SYNTHESES.iloc[:0], CODINGS.iloc[:0], nothing, ITEMS.iloc[:0]
    ).empty


@given(st.lists(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ab"), st.sampled_from(
    ["replication", "agreement", "mobility"])), unique=True))  # fmt: skip
def test_items_of_a_category_are_spread_over_the_groups_without_loss(rows):
    codings = pd.DataFrame(rows, columns=["evidence_id", "coder", "code"])
    items = pd.DataFrame({"evidence_id": list("ABCDE"), "date": "2020", "speaker": "Bupati"})
    actors = pd.DataFrame({"actor": ["x", "y"], "order": [1, 2], "evidence_ids": ["A;B", "C;D;E"]})
    cells = framework(actors, SYNTHESES.iloc[:0], codings, CODEBOOK, items)
    carried = item_categories(codings, CODEBOOK)
    assert cells["n_items"].sum() == len(carried)
    found = check_framework(actors, SYNTHESES.iloc[:0], codings, CODEBOOK, items)
    assert set(found["problem"]) <= {"unwritten"}
    assert len(found) == (cells["n_items"] > 0).sum()


@pytest.fixture(scope="module")
def shipped() -> dict[str, pd.DataFrame]:
    study = Study.load("bandung-cimahi")
    evidence = study.table("evidence")
    return {
        "actors": study.table("actors"),
        "syntheses": study.table("syntheses"),
        "codings": study.table("codings"),
        "codebook": study.codebook,
        "items": evidence[evidence["technique"].isin(["statement", "interview"])],
    }


def test_the_shipped_framework_has_neither_faults_nor_gaps(shipped):
    assert len(shipped["syntheses"])
    found = check_framework(**shipped)
    assert found.empty, found["message"].tolist()


def test_the_shipped_cells_with_items_all_have_a_text_in_both_languages(shipped):
    cells = framework(**shipped)
    filled = cells[cells["n_items"] > 0]
    assert (len(cells), len(filled)) == (45, 27)
    assert filled[["text_en", "text_id"]].notna().all(axis=None)


def test_the_shipped_counts_are_those_counted_by_hand(shipped):
    """The mayors of Bandung spoke seven times of linkage, as one office, from 2017 to 2025."""
    cells = framework(**shipped).set_index(["actor", "category"])
    mayors = cells.loc[("bandung-mayor", "linkage")]
    assert mayors["evidence_ids"] == "ST07;ST09;ST11;ST16;ST26;ST28;ST33"
    assert (mayors["n_items"], mayors["n_offices"]) == (7, 1)
    assert (mayors["first_year"], mayors["last_year"]) == (2017, 2025)
    assert cells.loc[("cimahi-mayor", "constraint"), "one_coder"] == "ST39"
    structure = cells.xs("structure", level="category")
    assert structure.query("n_items > 0").index.tolist() == ["bandung-offices", "cimahi-offices"]


def test_every_number_of_a_shipped_synthesis_stands_in_an_item_behind_it(shipped):
    """Years come from the dates; all other figures must be said by the items themselves."""
    items = shipped["items"].set_index("evidence_id")
    for row in shipped["syntheses"].to_dict("records"):
        behind = items.loc[row["evidence_ids"].split(";")]
        years = set(behind["date"].str[:4])
        for language in ("en", "id"):
            said = figures(*behind[f"text_{language}"])
            own = figures(row[f"text_{language}"], row[f"dissent_{language}"])
            assert own <= said | years, (row["actor"], row["category"], language)


def figures(*texts: object) -> set[str]:
    """The numbers written in digits, as they are written."""
    return set(re.findall(r"\d+(?:[.,]\d+)*", " ".join(map(str, texts))))
