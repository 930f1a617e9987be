import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.commuting.flows import Flows
from metrobook.commuting.reading import OUTSIDE, balance_file, study_flows

NAMES = {"origin": "home", "destination": "work", "value": "persons"}
ZONES = ["001", "002"]
CSV = "home,work,persons\n001,001,9\n001,002,5\n002,001,3\n002,X,4\nY,001,2\nY,X,100\n"


@pytest.fixture
def write(tmp_path):
    def write(content: str, name: str = "od.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


def test_ids_of_a_text_file_keep_their_leading_zeros(write):
    flows = Flows.read(write(CSV), ZONES, columns=NAMES, outside=["X", "Y"])
    assert flows.zones == ZONES
    assert flows.outside == ("X", "Y")
    assert flows.frame["value"].to_list() == [9, 5, 3, 4, 2]


@pytest.mark.parametrize(("name", "mark"), [("od.tsv", "\t"), ("od.csv", ";")])
def test_other_separators_are_read_as_well(write, name, mark):
    flows = Flows.read(write(CSV.replace(",", mark), name), ZONES, columns=NAMES, outside="rest")
    assert flows.frame["value"].sum() == 23


def test_only_rows_that_touch_a_zone_are_loaded(write):
    flows = Flows.read(write(CSV), ["001"], columns=NAMES, outside="rest")
    assert flows.frame[["origin", "destination"]].values.tolist() == [
        ["001", "001"], ["001", "002"], ["002", "001"], ["Y", "001"],
    ]  # fmt: skip


def test_faults_are_told_with_the_rows_of_the_file(write):
    faulty = CSV + '1,002,1\nTotal,002,8\n002,Z,-5\n001,Y,"1,200"\n001,002,5\nSource: a census\n'
    with pytest.raises(ValueError, match=r"od.csv: .*8 faults") as error:
        Flows.read(write(faulty), ZONES, columns=NAMES, outside=["X", "Y"])
    for part in (
        "row 8, origin '1': expected 001", "row 9, origin 'Total'", "row 10, destination 'Z'",
        "row 10, value '-5'", "row 11, value '1,200'", "It stands already in row 3",
        "row 13, origin 'Source: a census'", "row 13, destination ''",
    ):  # fmt: skip
        assert part in str(error.value)


def test_a_file_out_of_memory_is_refused_for_the_same_faults(write):
    faulty = CSV + '1,002,1\nTotal,002,8\n002,Z,-5\n001,Y,"1,200"\n'
    path, options = write(faulty), {"columns": NAMES, "outside": ["X", "Y"]}
    with pytest.raises(ValueError) as loaded:
        Flows.read(path, ZONES, **options)
    with pytest.raises(ValueError) as added:
        balance_file(path, ZONES, **options)
    assert str(added.value) == str(loaded.value)


def test_numbers_as_ids_in_parquet_are_reported_or_refused(tmp_path):
    path = tmp_path / "od.parquet"
    frame = pd.DataFrame({"origin": [1, 2], "destination": [2.0, 1.0], "value": [5, 6]})
    frame.to_parquet(path)
    flows = Flows.read(path, ["1", "2"])
    assert flows.report["kind"].to_list() == ["numeric ids"] * 2
    assert balance_file(path, ["1", "2"]).equals(flows.balance())
    with pytest.raises(ValueError, match="leading zeros lost: row 2, origin '1': expected 01"):
        Flows.read(path, ["01", "02"])
    with pytest.raises(ValueError, match="leading zeros lost: row 2, origin '1': expected 01"):
        balance_file(path, ["01", "02"])


def test_years_and_purposes_are_chosen_in_the_file(write):
    path = write("origin,destination,value,year\n001,002,5,2014\n001,002,7,2019\n")
    assert Flows.read(path, year=2019).frame["value"].to_list() == [7]
    assert balance_file(path, year=2014).loc["001", "out"] == 5
    with pytest.raises(ValueError, match="no flows of year 2015"):
        Flows.read(path, year=2015)
    with pytest.raises(ValueError, match=r"more than one year \(2014, 2019\)"):
        balance_file(path)


def test_rows_of_one_pair_add_up_only_when_asked(write):
    path = write("origin,destination,value,sex\n001,002,5,f\n001,002,-9,m\n002,001,1,m\n")
    with pytest.raises(ValueError, match="duplicate pair"):
        Flows.read(path, suppressed=[-9])
    flows = Flows.read(path, suppressed=[-9], aggregate=True)
    assert flows.frame["value"].to_list() == [5, 1]
    with pytest.raises(ValueError, match="suppressed code: row 3"):
        Flows.read(path, aggregate=True)


def test_missing_files_columns_and_foreign_formats_are_explained(write, tmp_path):
    with pytest.raises(ValueError, match=r"gone\.csv was not found"):
        Flows.read(tmp_path / "gone.csv")
    with pytest.raises(ValueError, match=r"no column origin, .*its columns are home, work"):
        Flows.read(write(CSV))
    with pytest.raises(ValueError, match=r"expected \.csv, \.tsv, \.parquet"):
        Flows.read(write(CSV, "od.xlsx"))
    with pytest.raises(ValueError, match=r"od.parquet cannot be read as a table"):
        Flows.read(write(CSV, "od.parquet"))


def test_names_with_quotes_do_no_harm(write):
    path = write('"ho""me",work,persons\nO\'Brien,002,5\n')
    names = NAMES | {"origin": 'ho"me'}
    flows = Flows.read(path, ["O'Brien", "002"], columns=names, suppressed=["it's"])
    assert flows.frame["origin"].to_list() == ["O'Brien"]
    balances = balance_file(path, ["002"], columns=names, outside=["O'Brien"])
    assert balances.loc["002", "from_outside"] == 5


ids = st.sampled_from(["001", "002", "003", "X", "Y"])
values = st.one_of(st.none(), st.just(-999), st.integers(0, 10**6))
tables = st.dictionaries(st.tuples(ids, ids), values, min_size=1)


@settings(max_examples=12)
@given(tables, st.sampled_from([["001", "002", "003"], ["003", "001"]]), st.booleans())
def test_a_file_and_a_frame_have_the_same_balance(tmp_path_factory, cells, zones, parquet):
    rows = [(*pair, value) for pair, value in cells.items()]
    frame = pd.DataFrame(rows, columns=["origin", "destination", "value"])
    path = tmp_path_factory.mktemp("od") / f"od.{'parquet' if parquet else 'csv'}"
    frame = frame.astype({"value": float})
    frame.to_parquet(path) if parquet else frame.to_csv(path, index=False)
    options = {"outside": "rest", "suppressed": [-999]}
    expected = Flows(frame, zones, **options).balance()
    pd.testing.assert_frame_equal(Flows.read(path, zones, **options).balance(), expected)
    pd.testing.assert_frame_equal(balance_file(path, zones, **options), expected)
    pd.testing.assert_frame_equal(
        balance_file(path, outside=["X", "Y"], suppressed=[-999]),
        Flows(frame, outside=["X", "Y"], suppressed=[-999]).balance(),
        check_index_type=False,
    )


SETTINGS = {
    "path": "od.csv",
    "columns": NAMES,
    "constants": {"year": 2021, "purpose": "work", "unit": "persons", "source_id": "S001"},
    "outside": ["X", "Y"],
}


def test_flows_of_a_study_have_the_columns_of_its_table_and_one_outside(write):
    path = write(CSV + "Y,002,1\nX,002,6\n002,Y,-1\n")
    table = study_flows(SETTINGS | {"suppressed": [-1]}, path.parent, ZONES)
    assert table.columns.to_list() == [
        "origin_code", "destination_code", "year", "purpose", "value", "unit", "source_id", "note",
    ]  # fmt: skip
    pairs = table.set_index(["origin_code", "destination_code"])["value"]
    assert pairs.to_dict() == {
        ("001", "001"): 9, ("001", "002"): 5, ("002", "001"): 3, ("002", OUTSIDE): 4,
        (OUTSIDE, "001"): 2, (OUTSIDE, "002"): 7,
    }  # fmt: skip
    assert table[["year", "unit"]].drop_duplicates().values.tolist() == [[2021, "persons"]]


def test_a_year_in_the_file_comes_before_the_constant(write):
    path = write(CSV.replace("persons\n", "persons,yr\n").replace("\n", ",2011\n").replace(
        "persons,yr,2011", "persons,yr"))  # fmt: skip
    mapped = SETTINGS | {"columns": NAMES | {"year": "yr"}}
    assert set(study_flows(mapped, path.parent, ZONES)["year"]) == {2011}


def test_modes_are_added_up_for_the_table_of_the_study(write):
    path = write("home,work,persons,mode\n001,002,5,bus\n001,002,3,rail\n")
    table = study_flows(SETTINGS, path.parent, ZONES)
    assert table["value"].to_list() == [8]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"path": None}, "no path: expected path, columns"),
        ({"colums": {}}, "have colums: expected path"),
        ({"constants": {"year": 2021, "unit": "persons"}}, "lack purpose, source_id"),
        ({"path": "none.csv"}, "none.csv was not found"),
        ({"path": "../od.csv"}, "outside the folder of the study"),
        ({"constants": SETTINGS["constants"] | {"year": "soon"}}, "year 'soon' of the flows"),
        ({"outside": "X"}, 'expected a list of ids, or "rest"'),
        ({"outside": ["X"]}, "id without zone: row 6, origin 'Y'"),
    ],
)
def test_settings_that_cannot_be_followed_are_explained(write, change, message):
    path = write(CSV)
    with pytest.raises(ValueError, match=message):
        study_flows(SETTINGS | change, path.parent, ZONES)
