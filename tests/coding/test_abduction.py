"""The abduction log: its rules, its numbers, and the log of Bandung–Cimahi."""

import csv
import math

import pandas as pd
import pytest
import yaml
from frictionless import Resource, Schema
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.coding.abduction import check_log, keys, log_summary, quantify
from metrobook.compendium import project_root, schema

DATA = project_root() / "data" / "bandung-cimahi"
ITEMS = ["E1", "E2", "E3", "P1"]
PAPER = ["P1"]


def surprises(**changes) -> pd.DataFrame:
    row = {
        "surprise_id": "AB01", "evidence_ids": "E1;E2", "status": "closed", "measure": None,
        "needed_en": None, "needed_id": None, "revision_en": "New frame", "revision_id": "Baru",
    }  # fmt: skip
    return pd.DataFrame([{**row, **changes}])


FAVOURED = {
    "surprise_id": "AB01", "rival_id": "R1", "for_ids": "E1;E2", "against_ids": None,
    "status": "favoured", "reason_en": "E1 and E2 say so.", "reason_id": "E1 dan E2.",
}  # fmt: skip
REJECTED = {
    **FAVOURED, "rival_id": "R2", "for_ids": None, "against_ids": "E3", "status": "rejected",
}  # fmt: skip


def rivals(first: dict | None = None, second: dict | None = None) -> pd.DataFrame:
    return pd.DataFrame([{**FAVOURED, **(first or {})}, {**REJECTED, **(second or {})}])


def faults(log=None, explanations=None) -> list[tuple]:
    found = check_log(
        surprises() if log is None else log,
        rivals() if explanations is None else explanations,
        ITEMS,
        PAPER,
    )
    return list(found[["rival_id", "column", "value"]].itertuples(index=False, name=None))


def test_an_entry_with_evidence_on_both_sides_may_be_closed():
    assert faults() == []


def test_an_open_entry_needs_no_evidence_but_says_what_would_settle_it():
    undecided = {"status": "open", "for_ids": None, "against_ids": None}
    log = rivals(undecided, undecided)
    assert faults(surprises(status="open", needed_en="A", needed_id="B"), log) == []
    assert faults(surprises(status="open", needed_en="A", needed_id=" "), log) == [
        ("", "needed_id", "")
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ({"for_ids": None}, {}, [("R1", "for_ids", "")]),
        ({"for_ids": "P1"}, {}, [("R1", "for_ids", "P1")]),
        ({"for_ids": "P1;E1"}, {}, []),
        ({}, {"against_ids": None}, [("", "status", "closed"), ("R2", "against_ids", "")]),
        ({}, {"against_ids": "P1"}, [("", "status", "closed"), ("R2", "against_ids", "P1")]),
        ({}, {"status": "open"}, [("", "status", "closed"), ("", "status", "R2")]),
        ({"status": "open"}, {}, [("", "status", ""), ("", "status", "R1")]),
        (
            {},
            {"status": "favoured", "for_ids": "E1"},
            [("", "status", "R1;R2"), ("", "status", "closed")],
        ),
        ({"for_ids": "E1;X9"}, {}, [("R1", "for_ids", "X9")]),
        ({}, {"against_ids": "E3; X9 "}, [("R2", "against_ids", "X9")]),
        ({"against_ids": "E2", "reason_id": ""}, {}, [("R1", "reason_id", "E2")]),
        ({"against_ids": "E2"}, {}, []),
    ],
)
def test_each_fault_of_an_explanation_is_found(first, second, expected):
    assert sorted(faults(explanations=rivals(first, second))) == sorted(expected)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"evidence_ids": "E1;X9"}, [("", "evidence_ids", "X9")]),
        ({"evidence_ids": " ; "}, [("", "evidence_ids", "")]),
        ({"revision_id": float("nan")}, [("", "revision_id", "")]),
        ({"status": "Closed"}, [("", "status", "Closed")]),
    ],
)
def test_each_fault_of_a_surprise_is_found(changes, expected):
    assert faults(surprises(**changes)) == expected


def test_a_surprise_needs_two_explanations():
    found = check_log(surprises(), rivals().iloc[:1], ITEMS)
    assert "Only 1 explanation is named: give at least two rivals." in set(found["fault"])
    found = check_log(surprises(), rivals().iloc[:0], ITEMS)
    assert "No explanation is named: give at least two rivals." in set(found["fault"])


def test_an_explanation_of_nothing_is_found():
    stray = pd.concat([rivals(), pd.DataFrame([{**FAVOURED, "surprise_id": "AB99"}])])
    found = check_log(surprises(), stray, ITEMS).iloc[0]
    assert (found["surprise_id"], found["rival_id"], found["column"]) == (
        "AB99", "R1", "surprise_id",
    )  # fmt: skip


def test_a_word_that_is_no_status_is_found():
    found = check_log(surprises(), rivals({"status": "maybe"}), ITEMS)
    assert "Not a status: choose one of open, favoured, rejected." in set(found["fault"])


def test_an_empty_log_has_no_fault():
    assert check_log(surprises().iloc[:0], rivals().iloc[:0], ITEMS).empty


cells = st.lists(st.sampled_from([*ITEMS, "X9"]), max_size=3).map(";".join)
explanations = st.lists(
    st.tuples(cells, cells, st.sampled_from(["open", "favoured", "rejected"])), max_size=4
)


@settings(max_examples=50)
@given(explanations)
def test_nothing_closes_without_counted_evidence_on_both_sides(drawn):
    log = pd.DataFrame(
        [
            {**FAVOURED, "rival_id": f"R{number}", "for_ids": pro, "against_ids": con, "status": to}
            for number, (pro, con, to) in enumerate(drawn)
        ],
        columns=list(FAVOURED),
    )
    if check_log(surprises(), log, ITEMS, PAPER).empty:
        assert [to for _pro, _con, to in drawn].count("favoured") == 1
        assert any(set(pro.split(";")) & {"E1", "E2", "E3"} for pro, _con, to in drawn
                   if to == "favoured")  # fmt: skip
        assert any(set(con.split(";")) & {"E1", "E2", "E3"} for _pro, con, to in drawn
                   if to == "rejected")  # fmt: skip


@settings(max_examples=50)
@given(explanations, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(drawn, random):
    rows = [
        {**FAVOURED, "rival_id": f"R{number}", "for_ids": pro, "against_ids": con, "status": to}
        for number, (pro, con, to) in enumerate(drawn)
    ]
    shuffled = random.sample(rows, len(rows))
    first, second = (
        check_log(surprises(), pd.DataFrame(some, columns=list(FAVOURED)), ITEMS, PAPER)
        for some in (rows, shuffled)
    )
    assert set(first["fault"]) == set(second["fault"])
    assert len(first) == len(second)


def measured(**changes) -> pd.DataFrame:
    row = dict.fromkeys(
        ["surprise_id", "measure", "code", "indicator", "area_code", "other_area_code", "year"]
    )
    return pd.DataFrame([{**row, "surprise_id": "AB01", **changes}])


DIFFERENCE = {
    "measure": "indicator difference", "indicator": "index", "area_code": "B",
    "other_area_code": "C",
}  # fmt: skip
OTHERS = ["V", "W", "X", "Y", "Z"]


def statistics(years=(2020,), areas=OTHERS) -> pd.DataFrame:
    """Synthetic: B 7 and C 3; the others 2, 4, 4, 4, 6, whose standard deviation is sqrt(2)."""
    values = {"B": 7.0, "C": 3.0, **dict(zip(areas, [2.0, 4, 4, 4, 6], strict=False))}
    rows = [(area, year, "index", value) for year in years for area, value in values.items()]
    return pd.DataFrame(rows, columns=["area_code", "year", "indicator", "value"])


def test_a_difference_is_standardised_by_the_spread_of_the_other_areas():
    found = quantify(measured(**DIFFERENCE), indicators=statistics(), others=OTHERS).iloc[0]
    assert found["value"] == pytest.approx(4 / math.sqrt(2))
    assert (found["standardised"], found["n"], found["own"], found["other"]) == (True, 5, 7, 3)


def test_a_difference_stays_plain_where_few_other_areas_are_known():
    found = quantify(measured(**DIFFERENCE), indicators=statistics(), others=OTHERS[:4]).iloc[0]
    assert (found["value"], found["standardised"], found["n"]) == (4, False, 4)


def test_a_difference_stays_plain_where_the_other_areas_do_not_differ():
    flat = statistics().assign(value=lambda rows: rows["value"].where(rows["area_code"] < "D", 4))
    found = quantify(measured(**DIFFERENCE), indicators=flat, others=OTHERS).iloc[0]
    assert (found["value"], found["standardised"]) == (4, False)


def test_the_two_areas_never_count_as_others():
    found = quantify(
        measured(**DIFFERENCE), indicators=statistics(), others=["B", "C", *OTHERS]
    ).iloc[0]
    assert found["n"] == 5


def test_a_difference_without_a_year_is_given_for_every_year_that_both_areas_have():
    table = statistics(years=(2020, 2021, 2022))
    table = table[~((table["area_code"] == "C") & (table["year"] == 2021))]
    found = quantify(measured(**DIFFERENCE), indicators=table, others=OTHERS)
    assert found["year"].tolist() == [2020, 2022]
    one = quantify(measured(**DIFFERENCE, year=2022), indicators=table, others=OTHERS)
    assert one["year"].tolist() == [2022]


@settings(max_examples=50)
@given(st.lists(st.integers(-999, 999), min_size=7, max_size=7))
def test_a_difference_changes_its_sign_when_the_areas_change_places(values):
    table = statistics().assign(value=values)
    swapped = {"area_code": "C", "other_area_code": "B"}
    one, other = (
        quantify(measured(**{**DIFFERENCE, **areas}), indicators=table, others=OTHERS)
        for areas in ({}, swapped)
    )
    assert one["value"].iloc[0] == pytest.approx(-other["value"].iloc[0])


def test_a_residual_is_taken_from_its_code_and_area():
    residuals = pd.DataFrame(
        [("scale", "B", 4, 10, -2.5, 0.03), ("scale", "C", 9, 10, 2.5, 0.02)],
        columns=["code", "area_code", "items", "n", "residual", "q"],
    )
    log = measured(measure="code residual", code="scale", area_code="B")
    found = quantify(log, residuals=residuals).iloc[0]
    assert found[["value", "items", "n", "q"]].tolist() == [-2.5, 4, 10, 0.03]


def test_a_share_counts_each_item_once_and_carries_its_wilson_interval():
    """Wilson's interval for 2 of 4 is 0.5 ± 0.3500: centre (2 + z²/2) / (4 + z²), z = 1.96."""
    codings = pd.DataFrame(
        [("E1", "scale"), ("E1", "scale"), ("E2", "scale"), ("E3", "scale"), ("E4", "scale"),
         ("E5", "focus")],
        columns=["evidence_id", "code"],
    )  # fmt: skip
    areas = pd.DataFrame(
        [("E1", "B"), ("E1", "C"), ("E2", "B"), ("E3", "C"), ("E5", "B")],
        columns=["evidence_id", "area_code"],
    )
    log = measured(measure="share of items", code="scale", area_code="B")
    found = quantify(log, codings=codings, areas=areas).iloc[0]
    assert found[["value", "items", "n"]].tolist() == [0.5, 2, 4]
    assert found[["low", "high"]].tolist() == pytest.approx([0.1500, 0.8500], abs=5e-5)


@pytest.mark.parametrize("measure", ["code residual", "indicator difference", "share of items"])
def test_what_the_data_do_not_give_is_missing_and_not_left_out(measure):
    log = measured(measure=measure, code="none", indicator="none", area_code="B")
    nothing = {
        "residuals": pd.DataFrame(columns=["code", "area_code", "items", "n", "residual", "q"]),
        "indicators": statistics(),
        "codings": pd.DataFrame(columns=["evidence_id", "code"]),
        "areas": pd.DataFrame(columns=["evidence_id", "area_code"]),
    }
    for tables in ({}, nothing):
        found = quantify(log, **tables)
        assert found["surprise_id"].tolist() == ["AB01"]
        assert found["value"].isna().all()


def test_surprises_without_a_measure_are_not_quantified():
    assert quantify(measured()).empty


def test_summary_counts_entries_explanations_and_items():
    log = pd.concat(
        [
            surprises(measure="code residual"),
            surprises(surprise_id="AB02", status="open", evidence_ids="E2"),
        ]
    )
    silent = {**FAVOURED, "surprise_id": "AB02", "for_ids": None, "status": "open"}
    found = log_summary(log, pd.concat([rivals(), pd.DataFrame([silent])]))
    assert (found.surprises, found.open, found.closed, found.measured) == (2, 1, 1, 1)
    assert (found.rivals, found.rivals_open, found.favoured, found.rejected) == (3, 1, 1, 1)
    assert (found.silent, found.items) == (1, 3)


def shipped(path: str) -> pd.DataFrame:
    return pd.read_csv(DATA / path, dtype=str)


@pytest.fixture(scope="module")
def log() -> tuple[pd.DataFrame, pd.DataFrame]:
    return shipped("evidence/surprises.csv"), shipped("evidence/rivals.csv")


def test_the_shipped_log_keeps_the_rules(log):
    evidence = shipped("evidence/evidence.csv")
    paper = evidence.loc[evidence["source_id"] == "S087", "evidence_id"]
    assert list(paper) == ["ST40"]
    assert check_log(*log, evidence["evidence_id"], paper).empty
    assert len(log[0]) >= 10


def test_the_shipped_log_would_not_pass_if_its_closed_entries_lost_a_side(log):
    entries, explanations = log
    closed = entries.loc[entries["status"] == "closed", "surprise_id"]
    assert len(closed)
    for column in ("for_ids", "against_ids"):
        without = explanations.assign(
            **{column: explanations[column].mask(explanations["surprise_id"].isin(closed))}
        )
        found = check_log(entries, without, shipped("evidence/evidence.csv")["evidence_id"])
        assert set(found["surprise_id"]) == set(closed)


def test_the_shipped_log_refers_to_what_exists(log):
    entries, explanations = log
    codebook = yaml.safe_load((DATA / "evidence/codebook.yml").read_text(encoding="utf-8"))
    codes = {code["id"] for category in codebook["categories"] for code in category["codes"]}
    known = {
        "theory_id": set(shipped("paper/theories.csv")["theory_id"]),
        "claim_ids": set(shipped("paper/claims.csv")["claim_id"]),
        "code": codes,
        "indicator": set(shipped("indicators/indicator_definitions.csv")["indicator"]),
        "area_code": set(shipped("areas.csv")["area_code"]),
        "other_area_code": set(shipped("areas.csv")["area_code"]),
        "noted_by": set(shipped("evidence/codings.csv")["coder"]),
    }
    for column, allowed in known.items():
        assert {key for cell in entries[column] for key in keys(cell)} <= allowed, column
    assert set(explanations["surprise_id"]) == set(entries["surprise_id"])


def test_every_measure_of_the_shipped_log_names_what_it_needs(log):
    needs = {
        "code residual": {"code", "area_code"},
        "indicator difference": {"indicator", "area_code", "other_area_code"},
        "share of items": {"code", "area_code"},
    }
    columns = ["code", "indicator", "area_code", "other_area_code"]
    for row in log[0].dropna(subset="measure").to_dict("records"):
        assert {name for name in columns if pd.notna(row[name])} == needs[row["measure"]]
    assert log[0]["measure"].notna().sum() >= 3


@pytest.mark.parametrize("table", ["surprises", "rivals"])
def test_the_shipped_tables_follow_their_schema(table):
    descriptor = {name: schema(table)[name] for name in ("fields", "missingValues")}
    resource = Resource(
        path=f"evidence/{table}.csv", basepath=str(DATA), schema=Schema.from_descriptor(descriptor)
    )
    report = resource.validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "message"])


@pytest.mark.parametrize("table", ["surprises", "rivals"])
def test_the_shipped_tables_are_plain_and_sorted_by_key(table):
    content = (DATA / "evidence" / f"{table}.csv").read_bytes()
    assert b"\r" not in content
    assert content.endswith(b"\n")
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    assert list(rows[0]) == [field["name"] for field in schema(table)["fields"]]
    found = [tuple(row[name] for name in schema(table)["primaryKey"]) for row in rows]
    assert found == sorted(set(found))
    assert all(cell == cell.strip() for row in rows for cell in row.values())
