import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.commuting.faults import explain, find_faults, numbers, restore_leading_zeros

ZONES = ["001", "002", "003", "010"]


def table(*rows, **columns):
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"], dtype=object)
    return frame.assign(**columns)


def clean():
    return [("001", "002", 5), ("002", "003", 7), ("003", "010", 2), ("010", "001", 1)]


def errors(faults):
    serious = faults[faults["severity"] == "error"]
    return serious[["kind", "row", "column", "value"]].values.tolist()


def test_a_clean_table_has_no_faults():
    assert find_faults(table(*clean()), ZONES).empty


@pytest.mark.parametrize(
    ("row", "kind", "column", "value", "advice"),
    [
        (("1", "002", 5), "leading zeros lost", "origin", "1", "restore_leading_zeros"),
        (("10", "002", 5), "leading zeros lost", "origin", "10", "restore_leading_zeros"),
        (("001", "3.0", 5), "id with decimals", "destination", "3.0", "restore_leading_zeros"),
        (("001", "777", 5), "id without zone", "destination", "777", "name it in outside"),
        (("", "001", 5), "blank id", "origin", "", "remove the row"),
        ((None, "001", 5), "blank id", "origin", "", "remove the row"),
        (("001", "Total", 5), "total", "destination", "Total", "sums are no flows"),
        (("JUMLAH", "001", 5), "total", "origin", "JUMLAH", "sums are no flows"),
        (("Sum of all", "001", 5), "total", "origin", "Sum of all", "sums are no flows"),
        (("Insgesamt", "001", 5), "total", "origin", "Insgesamt", "sums are no flows"),
        (("Grand total", "001", 5), "total", "origin", "Grand total", "sums are no flows"),
        (("Source: census", "001", 5), "footer", "origin", "Source: census", "no row of data"),
        (("Sumber : BPS", "001", 5), "footer", "origin", "Sumber : BPS", "no row of data"),
        (("001", "002", 5), "duplicate pair", "origin, destination", "001 → 002", "in row 0"),
        (("001", "003", -4), "negative value", "value", "-4", "from the source"),
        (("001", "003", -999), "suppressed code", "value", "-999", "suppressed: [-999]"),
        (("001", "003", -1), "suppressed code", "value", "-1", "suppressed: [-1]"),
        (("001", "003", "-99"), "suppressed code", "value", "-99", "suppressed: [-99]"),
        (("001", "003", "1,234"), "not a number", "value", "1,234", "separators: 1234"),
        (("001", "003", ".."), "not a number", "value", "..", "Leave the cell empty"),
        (("001", "003", "-"), "not a number", "value", "-", "Leave the cell empty"),
        (("001", "003", "<5"), "not a number", "value", "<5", 'suppressed: ["<5"]'),
        (("001", "003", "few"), "not a number", "value", "few", "plain number"),
        (("001", "003", float("inf")), "not a number", "value", "inf", "plain number"),
    ],
)  # fmt: skip
def test_a_fault_is_found_with_row_column_value_and_advice(row, kind, column, value, advice):
    faults = find_faults(table(*clean(), row), ZONES)
    assert errors(faults) == [[kind, 4, column, value]]
    fault = faults[faults["severity"] == "error"].iloc[0]
    assert advice in fault["advice"]
    assert fault["expected"]


def test_all_faults_are_told_at_once():
    faulty = table(*clean(), ("1", "Total", ".."), ("002", "X", -9))
    told = explain(find_faults(faulty, ZONES))
    for word in ("5 faults", "'1': expected 001", "'Total'", "'..'", "'X'", "'-9'", "row 5"):
        assert word in told


def test_many_faults_are_cut_short_and_counted():
    faulty = table(*[("001", f"X{number}", 1) for number in range(60)])
    assert "and 20 more" in explain(find_faults(faulty, ZONES))


def test_rows_are_named_by_the_index_of_the_frame():
    frame = table(("001", "002", -5)).set_axis(["line 17"])
    assert find_faults(frame, ZONES)["row"].to_list()[-1] == "line 17"


def test_what_lies_outside_must_be_declared():
    rows = table(*clean(), ("001", "X", 1), ("Y", "001", 2))
    assert len(errors(find_faults(rows, ZONES, outside=["X"]))) == 1
    assert errors(find_faults(rows, ZONES, outside=["X", "Y"])) == []
    assert errors(find_faults(rows, ZONES, outside="rest")) == []


def test_even_where_all_others_are_outside_lost_zeros_and_totals_are_faults():
    rows = table(*clean(), ("1", "X", 1), ("Total", "001", 2))
    assert [fault[0] for fault in errors(find_faults(rows, ZONES, outside="rest"))] == [
        "leading zeros lost", "total",
    ]  # fmt: skip


def test_names_that_only_begin_like_a_total_are_places():
    rows = table(("Totalán", "Sumedang", 1), ("Jumlahan", "Sourceville", 2))
    assert find_faults(rows).empty


def test_two_spellings_of_an_id_are_found_without_zones():
    assert errors(find_faults(table(("1", "002", 5), ("001", "002", 6)))) == [
        ["leading zeros lost", 0, "origin", "1"]
    ]


def test_zones_without_flows_and_numeric_ids_are_notes():
    frame = pd.DataFrame({"origin": [1.0, 2.0], "destination": [2, 1], "value": [3, 4]})
    faults = find_faults(frame, ["1", "2", "3"])
    assert set(faults["severity"]) == {"note"}
    assert faults["kind"].value_counts().to_dict() == {"numeric ids": 2, "zone without flows": 2}


def test_missing_and_zero_are_counted_apart():
    rows = table(("001", "002", None), ("001", "003", ""), ("002", "001", 0), ("003", "010", 2))
    note = find_faults(rows, ZONES).query("kind == 'missing value'").iloc[0]
    assert note["severity"] == "note"
    assert "2 values are missing (not observed) and 1 are zero" in note["advice"]


def test_declared_codes_become_missing_with_a_note():
    rows = table(("001", "002", "-999"), ("001", "003", "<5"), ("002", "001", 999999))
    codes = [-999, "<5", 999999]
    faults = find_faults(rows, ZONES, suppressed=codes)
    assert errors(faults) == []
    assert "3 suppressed values" in faults.query("kind == 'suppressed'")["advice"].iloc[0]
    assert numbers(rows["value"], codes).isna().all()


def test_nines_are_a_note_once_and_an_error_when_repeated():
    once = table(*clean(), ("001", "003", 999999))
    assert errors(find_faults(once, ZONES)) == []
    assert "looks like a code" in find_faults(once, ZONES)["advice"].iloc[-1]
    twice = table(*clean(), ("001", "003", 999999), ("001", "010", 999999))
    assert errors(find_faults(twice, ZONES)) == [["suppressed code", 4, "value", "999999"]]


def test_a_sum_under_an_unknown_id_is_a_likely_total():
    rows = table(("001", "002", 5), ("001", "003", 7), ("001", "METRO", 12), ("002", "001", 4))
    faults = errors(find_faults(rows, ZONES))
    assert ["likely total", 2, "destination", "METRO"] in faults
    stays = table(("001", "002", 5), ("001", "003", 7), ("001", "001", 9), ("001", "M", 12))
    assert ["likely total", 3, "destination", "M"] in errors(find_faults(stays, ZONES))


def test_without_zones_an_id_that_always_is_the_sum_is_a_likely_total():
    rows = table(
        ("A", "B", 5), ("A", "C", 7), ("A", "T", 12), ("B", "A", 1), ("B", "C", 3), ("B", "T", 4)
    )
    assert errors(find_faults(rows)) == [
        ["likely total", 2, "destination", "T"], ["likely total", 5, "destination", "T"],
    ]  # fmt: skip


def test_totals_of_origins_and_of_destinations_are_found_in_one_table():
    rows = table(
        ("001", "002", 5), ("001", "003", 7), ("001", "M", 12), ("002", "003", 3),
        ("003", "002", 8), ("N", "002", 13), ("N", "003", 10),
    )  # fmt: skip
    likely = find_faults(rows, ZONES).query("kind == 'likely total'")
    assert likely[["row", "column", "value"]].values.tolist() == [
        [5, "origin", "N"], [6, "origin", "N"], [2, "destination", "M"],
    ]  # fmt: skip


def test_a_zone_that_happens_to_draw_the_sum_of_the_others_once_is_no_fault():
    rows = table(("001", "002", 5), ("001", "003", 7), ("001", "010", 12), ("002", "010", 1))
    assert find_faults(rows, ZONES).query("kind == 'likely total'").empty


def test_the_years_of_a_table_are_tables_of_their_own():
    two = pd.concat([table(*clean(), year=2014), table(*clean(), year=2019)], ignore_index=True)
    assert find_faults(two, ZONES).empty
    again = pd.concat([two, table(("001", "002", 9), year=2019)], ignore_index=True)
    assert errors(find_faults(again, ZONES)) == [
        ["duplicate pair", 8, "origin, destination", "001 → 002, 2019"]
    ]


def test_zeros_are_restored_and_other_ids_left_alone():
    frame = table(("1", "2.0", 5), ("010", "X", 6), (3, 10.0, 7))
    assert restore_leading_zeros(frame, ZONES).values.tolist() == [
        ["001", "002", 5], ["010", "X", 6], ["003", "010", 7],
    ]  # fmt: skip


def test_an_id_that_reads_as_two_zones_is_not_mended():
    frame = table(("1", "001", 5))
    assert restore_leading_zeros(frame, ["01", "001"])["origin"].to_list() == ["1"]
    assert errors(find_faults(frame, ["01", "001"]))[0][0] == "leading zeros lost"


def test_an_empty_table_has_only_silent_zones():
    faults = find_faults(table(), ZONES)
    assert set(faults["kind"]) == {"zone without flows"}


ids = st.integers(0, 99_999).map(lambda number: f"{number:05d}")


@settings(max_examples=40)
@given(st.lists(ids, min_size=2, max_size=20, unique=True), st.randoms())
def test_the_mend_restores_every_id_that_a_spreadsheet_spoilt(zones, random):
    pairs = [(zone, random.choice(zones)) for zone in zones]
    whole = table(*[(origin, destination, 1) for origin, destination in pairs])
    spoilt = whole.assign(
        origin=whole["origin"].astype(int), destination=whole["destination"].astype(float)
    )
    mended = restore_leading_zeros(spoilt, zones)
    pd.testing.assert_frame_equal(mended, whole, check_dtype=False)
    assert errors(find_faults(mended, zones)) == []


@settings(max_examples=40)
@given(st.lists(st.one_of(st.none(), st.text(max_size=6), st.floats(), st.integers()), max_size=8))
def test_whatever_the_values_are_each_is_a_number_missing_or_a_fault(cells):
    frame = table(*[("001", f"X{place}", cell) for place, cell in enumerate(cells)])
    faults = find_faults(frame, ["001"], outside="rest")
    read = numbers(frame["value"])
    told = set(faults.loc[faults["column"] == "value", "row"])
    unread = read.isna() & frame["value"].map(lambda cell: bool(str(cell).strip()) and cell == cell)
    assert all(row in told for row in frame.index[unread & frame["value"].notna()])
    assert not np.isinf(read).any()
