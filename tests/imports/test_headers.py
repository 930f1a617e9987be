"""Headers that are short of a name, and rows that are one cell too long; all numbers synthetic."""

import pytest

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.headers import headed
from tests.imports.small_study import reasons, small_study
from tests.imports.test_import_flows import flows_of, imported, saved

ABC = {"E01": "North", "E02": "South", "E03": "East"}
ROUND = {("E01", "E02"): "5", ("E02", "E01"): "7", ("E03", "E01"): "9"}


@pytest.fixture
def study(compendium):
    return small_study(compendium, ABC)


def test_a_counted_first_column_without_a_name_is_left_alone(study, tmp_path):
    text = "origin,destination,count\n0,E01,E02,5\n1,E02,E01,7\n2,E03,E01,9\n"
    proposal = imported(saved(tmp_path, "pandas.csv", text), study)
    assert flows_of(proposal) == ROUND
    assert "the first column is taken for unnamed" in reasons(proposal)


@pytest.mark.parametrize("mark", [",", "\t", " "])
def test_a_matrix_whose_header_lacks_the_corner_keeps_its_columns(study, tmp_path, mark):
    rows = ['"E01","E02","E03"', *(f'"{id}",{n},20,30' for n, id in enumerate(ABC, 1))]
    text = "\n".join([*rows, '"Total",6,60,90']).replace(",", mark)
    proposal = imported(saved(tmp_path, "written-by-r.txt", text), study)
    assert flows_of(proposal)["E03", "E01"] == "3"
    assert flows_of(proposal)["E01", "E03"] == "30"


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("origin,destination,count", "E01,North,E02,5"),
        ("origin,count", "E01,E02,5"),
        ("home,work,persons", "E01,North,E02,South,5"),
        (",E01,E02", "E01,1,2,3"),
    ],
)
def test_a_header_is_refused_that_may_lack_any_name(study, tmp_path, header, row):
    path = saved(tmp_path, "short.csv", f"{header}\n{row}\n{row.replace('E01', 'E03')}\n")
    with pytest.raises(ForeignFileError, match=r"short.csv, row 1 names \d columns .*no name"):
        imported(path, study)


def test_a_number_with_the_mark_between_columns_shifts_nothing(study, tmp_path):
    text = "origin,destination,count\nE01,E02,5\nE02,E01,1,234\nE03,E01,9\nE01,E03,4\n"
    with pytest.raises(ForeignFileError, match=r"row 3 has 4 cells \(E02, E01, 1, 234\)"):
        imported(saved(tmp_path, "thousands.csv", text), study)


@pytest.mark.parametrize(
    "text",
    [
        "Table 1, persons\norigin,destination,count\nE01,E02,5\nE02,E01,7\nE03,E01,9\n",
        "origin,destination,count\nE01,E02,5,\nE02,E01,7,\nE03,E01,9,\n",
        "origin,destination,count,\nE01,E02,5\nE02,E01,7\nE03,E01,9\n",
        "origin,,count\nE01,E02,5\nE02,E01,7\nE03,E01,9\n",
        "origin,destination,count\nE01,E02,5\nE02,E01,7\nE03,E01,9\nSource: a, 2001, 2002, 2003\n",
    ],
)
def test_titles_blanks_and_notes_are_no_short_headers(study, tmp_path, text):
    assert flows_of(imported(saved(tmp_path, "plain.csv", text), study)) == ROUND


def test_rows_may_leave_out_their_last_blank_cells():
    rows = [
        (1, ["a", "2001", "2002", "2003"]),
        (2, ["x", "1"]),
        (3, ["y", "1"]),
        (4, ["z", "1", "2"]),
    ]
    assert headed(rows, "sparse.csv", Report()) == rows
