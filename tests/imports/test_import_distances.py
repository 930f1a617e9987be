"""Distances from long tables and matrices; numbers are synthetic unless a source is named."""

from pathlib import Path

import pytest

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.distances import read_distances
from metrobook.study import Study
from metrobook.validation import check
from tests.conftest import said
from tests.imports.small_study import light_compendium, reasons, small_study

CITED = {"publisher": "Synthetic office", "title": "Synthetic distances"}
PLACES = {"W1": "Wien", "K1": "Kärnten", "T1": "Tirol"}
MATRIX = "Region;Wien;Kärnten;Tirol\nWien;0;300,5;480,25\nKärnten;300,5;0;400\nTirol;490;400;0\n"
HALF = "Region;Wien;Kärnten;Tirol\nWien;0;;\nKärnten;300,5;0;\nTirol;480,25;400;0\n"
LONG = """from;to;km
Wien;Kärnten;300,5
Wien;Tirol;480,25
Kärnten;Wien;300,5
Kärnten;Tirol;400
Tirol;Wien;490
Tirol;Kärnten;400
Wien;Wien;0
"""
EXPECTED = {
    ("W1", "K1"): "300.5", ("W1", "T1"): "480.25", ("K1", "W1"): "300.5", ("K1", "T1"): "400",
    ("T1", "W1"): "490", ("T1", "K1"): "400",
}  # fmt: skip


@pytest.fixture
def compendium(tmp_path_factory, root, monkeypatch) -> Path:
    folder = tmp_path_factory.mktemp("compendium") / "light"
    monkeypatch.setenv("METROBOOK_ROOT", str(folder))
    return light_compendium(folder, root, "austria")


@pytest.fixture
def study(compendium) -> Study:
    return small_study(compendium, PLACES)


@pytest.fixture
def read(study, tmp_path):
    """Return a function that reads a text as distances of the small study."""

    def read(text: str, into: Study | None = None, **choices):
        path = tmp_path / "distances_synthetic.csv"
        path.write_text(text, encoding="utf-8")
        given = {"measure": "road distance", "unit": "km", "cited": CITED} | choices
        return read_distances(path, into or study, **given)

    return read


def ways(proposal) -> dict[tuple[str, str], str]:
    rows = proposal.preview
    keys = zip(rows["origin_code"], rows["destination_code"], strict=True)
    return dict(zip(keys, rows["value"], strict=True))


@pytest.mark.parametrize("text", [MATRIX, LONG])
def test_a_matrix_and_a_long_table_give_the_same_rows(read, text):
    proposal = read(text)
    assert ways(proposal) == EXPECTED
    assert set(proposal.preview["unit"]) == {"km"}
    assert "of ways within an area" in reasons(proposal)


def test_one_half_of_a_matrix_is_completed_only_where_a_person_says_so(read):
    half = read(HALF)
    assert set(ways(half)) == {("K1", "W1"), ("T1", "W1"), ("T1", "K1")}
    assert "3 pairs without the way back; --symmetric takes it as equally long" in reasons(half)
    whole = read(HALF, symmetric=True)
    assert ways(whole) == EXPECTED | {("T1", "W1"): "480.25"}
    added = whole.preview[whole.preview["note"] != ""]
    assert set(added["note"]) == {"as the way in the other direction"} and len(added) == 3


def test_what_is_no_distance_is_left_out_and_counted(read):
    text = "from,to,dist\nWien,Tirol,1e-300\nTirol,Wien,-1\nWien,Kärnten,99999\nTirol,Kärnten,4\n"
    proposal = read(text)
    assert ways(proposal) == {("T1", "K1"): "4"}
    said = reasons(proposal)
    assert "cells 2 not above zero (1e-300, -1): no distance" in said
    assert "cells 1 longer than any way on Earth (99999 km)" in said


@pytest.mark.parametrize(
    ("unit", "kept", "value"),
    [
        ("m", "km", 0.0305), ("miles", "km", 49.085), ("km", "km", 30.5),
        ("seconds", "minutes", 0.508333), ("hours", "minutes", 1830), ("minutes", "minutes", 30.5),
    ],
)  # fmt: skip
def test_units_become_kilometres_or_minutes(read, unit, kept, value):
    proposal = read("from;to;n\nWien;Tirol;30,5\n", unit=unit, value="n")
    assert proposal.preview["unit"].tolist() == [kept]
    assert float(ways(proposal)["W1", "T1"]) == pytest.approx(value, rel=1e-5)


def test_the_published_distances_of_austria_are_read(compendium, root):
    path = root.parent / "shared" / "data" / "oracles" / "austria.csv"
    if not path.exists():
        pytest.skip("the published table lies beside the repository where it is developed")
    proposal = read_distances(
        path,
        Study(compendium / "data" / "austria"),
        measure="straight line",
        unit="km",
        cited=CITED,
    )
    # Oshan (2016), SpInt primer: the diagonal holds 1e-300 and is dropped, 72 pairs stay.
    assert len(ways(proposal)) == 72 and ways(proposal)["AT11", "AT12"] == "103.001845"
    assert proposal.options["value"] == "Dij"


@pytest.mark.parametrize(
    ("text", "choices", "message"),
    [
        (LONG, {"measure": "", "unit": "feet"}, "--measure.*--unit, one of km, m"),
        (LONG + "Wien;Tirol;7\n", {}, "W1 → T1 in rows 3, 9"),
        ("from,to,km\nA,B,1\nB,A,2\n", {}, r"No origin .*“A”, “B”.*W1 \(Wien\)"),
        ("from,to,km\nWien,Tirol,long\nTirol,Wien,3\n", {"value": "km"}, "“long” is neither"),
        ("from,to,km\nWien,Wien,0\nTirol,Tirol,0\n", {}, "no distance between two areas"),
        (LONG, {"rows_are": "home"}, "--rows-are is origin or destination"),
        (LONG, {"cited": {}}, "--publisher"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(read, text, choices, message):
    with pytest.raises(ForeignFileError, match=f"(?s){message}"):
        read(text, **choices)


def test_places_beyond_the_study_are_left_out_and_named(read):
    proposal = read(LONG + "Wien;Graz;190\nGraz;Wien;190\n")
    assert ways(proposal) == EXPECTED
    assert "(“Graz”): outside the study" in reasons(proposal)
    assert "cells 2 between other places than the study's" in reasons(proposal)


def test_a_second_import_changes_nothing_and_a_corrected_one_replaces(read, study):
    first = read(LONG)
    first.keep_record()
    assert first.amendment.problems() == []
    first.amendment.make()
    assert check(study.folder) == []
    again = read(LONG, into=Study(study.folder))
    again.keep_record()
    assert again.amendment.files == {}
    read("from,to,km\nWien,Tirol,5\n", into=Study(study.folder)).amendment.make()
    read("from,to,n\nWien,Tirol,50\n", into=Study(study.folder), measure="by bus", unit="minutes",
         value="n").amendment.make()  # fmt: skip
    rows = Study(study.folder).table("distances")
    assert rows[["measure", "value"]].values.tolist() == [["by bus", 50.0], ["road distance", 5.0]]


def test_the_command_shows_and_writes(compendium, study, tmp_path):
    path = tmp_path / "distances_synthetic.csv"
    path.write_text(HALF, encoding="utf-8")
    code, printed = said(
        "import", "distances", path, "--study", study.id, "--measure", "road distance",
        "--unit", "km", "--symmetric", "--publisher", "Synthetic office",
        "--title", "Synthetic distances", "--yes",
    )  # fmt: skip
    assert code == 0, printed
    assert "It is a matrix of 3 rows and 3 columns" in printed
    assert len(Study(study.folder).table("distances")) == 6
