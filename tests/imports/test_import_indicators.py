"""Indicators from the layouts in which offices publish them; all numbers are synthetic."""

from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.compendium import read_yaml
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.definitions import CONCEPTS, Definition
from metrobook.imports.indicators import read_indicators
from metrobook.imports.years import year_of
from metrobook.render.estimates import MASSES, WORKERS
from metrobook.render.gravity import PEOPLE
from metrobook.steps import find_step
from metrobook.study import Study
from metrobook.validation import check
from tests.conftest import said
from tests.imports.small_study import light_compendium, reasons, small_study

CITED = {"publisher": "Synthetic office", "title": "Synthetic table"}
PLACES = {"3271": "Kota Bogor", "3276": "Kota Depok"}
NEW = Definition("Synthetic rate", "percent", "unemployment", "lower", "Made up for a test.")
EUROSTAT = (
    "unit,sex,age,geo\\TIME_PERIOD\t2015 \t2016 \t2017 \n"
    "PC,T,Y15-74,AT13\t10.6 \t11.3 b\t10.4 \nPC,T,Y15-74,AT11\t5.1 u\t: \t5.0 p\n"
    "PC,F,Y15-74,AT13\t9.6 \t10.3 b\t9.4 \nPC,F,Y15-74,DE\t4.1 \t3.9 \t: c\n"
)
BPS = """Wilayah Jawa Barat;Persentase (angka sintetis);;
;2020;2021;2022*
Kota Bogor;70,4;-;71,2
Kota Depok;...;81,37;81,86
Jawa Barat;72,09;72,45;73,12
Kota Sukabumi;74,21;74,6;75
Sumber: BPS (angka sintetis)
"""


@pytest.fixture
def compendium(tmp_path_factory, root, monkeypatch) -> Path:
    folder = tmp_path_factory.mktemp("compendium") / "light"
    monkeypatch.setenv("METROBOOK_ROOT", str(folder))
    return light_compendium(folder, root, "austria")


@pytest.fixture
def study(compendium) -> Study:
    return small_study(compendium, PLACES, parent=("3200", "Jawa Barat"))


@pytest.fixture
def read(study, tmp_path):
    """Return a function that reads a text as indicators of the small study."""

    def read(text: str, name: str = "synthetic.csv", into: Study | None = None, **choices):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        given = {"indicator": ["synthetic_rate"], "definition": NEW, "cited": CITED} | choices
        return read_indicators(path, into or study, **given)

    return read


def figures(proposal) -> dict[tuple[str, int], str]:
    rows = proposal.preview
    keys = zip(rows["area_code"], rows["year"], strict=True)
    return dict(zip(keys, rows["value"], strict=True))


EXPECTED = {("3271", 2015): "1.5", ("3271", 2016): "1.75", ("3276", 2015): "2", ("3276", 2016): "3"}


@pytest.mark.parametrize(
    "text",
    [
        "Area,2015,2016\nKota Bogor,1.5,1.75\nKota Depok,2,3\n",
        "No;Kode;Nama;Tahun 2015;Tahun 2016\n1;3271;Bogor;1,5;1,75\n2;3276;Depok;2;3\n",
        "Tahun,Kota Bogor,Kota Depok\n2015,1.5,2\n2016,1.75,3\n",
        "area,year,value\n3271,2015,1.5\n3271,2016,1.75\n3276,2015,2\n3276,2016,3\n",
        "area,rate_2015,rate_2016\n3271,1.5,1.75\n3276,2,3\n",
        "area,2015 rate,2016 rate\n3271,1.5,1.75\n3276,2,3\n",
        ",Rate,\nArea,2015,2016\n3271,1.5,1.75\n3276,2,3\n",
        "Table 1 (synthetic),,\n,,\nArea,2015/16,2016/17\n3271,1.5 %,1.75 %\n3276,2 %,3 %\n",
    ],
)
def test_one_table_says_the_same_in_every_layout(read, text):
    proposal = read(text)
    assert figures(proposal) == EXPECTED
    assert proposal.amendment.problems() == []


def test_numbers_of_a_spreadsheet_keep_their_value_whatever_they_look_like(study, tmp_path):
    book = openpyxl.Workbook()
    for row in (["Area", 2015, 2016], ["3271", 1.234, 512], ["3276", 0.125, "=1+2"]):
        book.active.append(row)
    book.active["B3"].number_format = "0.0%"
    path = tmp_path / "synthetic.xlsx"
    book.save(path)
    choices = {"indicator": ["synthetic_rate"], "definition": NEW, "cited": CITED}
    with pytest.raises(ForeignFileError, match=r"row 3 holds the formula =1\+2 without its result"):
        read_indicators(path, study, **choices)
    book.active["C3"] = 7
    book.save(path)
    found = figures(read_indicators(path, study, **choices))
    assert found == {
        ("3271", 2015): "1.234", ("3271", 2016): "512", ("3276", 2015): "12.5",
        ("3276", 2016): "7",
    }  # fmt: skip


def test_keys_of_a_combined_column_are_kept_apart_and_chosen(read, compendium):
    austria = Study(compendium / "data" / "austria")
    with pytest.raises(ForeignFileError, match=r"(?s)“sex”: “T”, “F”.*--keep \"sex=T\""):
        read(EUROSTAT, "eurostat_synthetic.tsv", austria)
    proposal = read(EUROSTAT, "eurostat_synthetic.tsv", austria, keep=["sex=T"])
    assert figures(proposal) == {
        ("AT13", 2015): "10.6", ("AT13", 2016): "11.3", ("AT13", 2017): "10.4",
        ("AT11", 2015): "5.1", ("AT11", 2017): "5",
    }  # fmt: skip
    rows = proposal.preview.set_index(["area_code", "year"])
    assert rows.loc[("AT13", 2016), "note"] == "marked b in the source"
    assert rows.loc[("AT11", 2017), "quality"] == "preliminary"
    assert "marked “b” (break in the series)" in reasons(proposal)


def test_missing_figures_have_no_row_and_are_counted_by_their_meaning(read):
    proposal = read(BPS, "bps_sintetis.csv")
    found = figures(proposal)
    assert ("3271", 2021) not in found and ("3276", 2020) not in found
    assert found["3200", 2022] == "73.12" and len(found) == 7
    said = reasons(proposal)
    assert "1 “-”: no observation, left out" in said and "1 “...”: not available, left out" in said
    assert "Left out: 1 row name (“Kota Sukabumi”): outside the study" in said
    assert (proposal.preview["note"] == "marked * in the source").sum() == 3


SEVERAL = "area,2015 hdi,2016 hdi,2015 jobs\n3271,70,71,1\n3276,72,73,2\n"


def test_of_several_indicators_only_those_are_read_that_are_known_or_named(read):
    with pytest.raises(ForeignFileError, match=r"--indicator \"KEY=hdi\".*“hdi”, “jobs”"):
        read(SEVERAL)
    proposal = read(SEVERAL, indicator=["synthetic_rate=hdi"])
    assert figures(proposal)["3276", 2016] == "73" and len(figures(proposal)) == 4
    assert "Left out: “jobs”" in reasons(proposal)


def test_known_indicators_are_found_by_their_names_in_any_language(read, study):
    read("Area,2015\n3271,4\n3276,5\n").amendment.make()
    text = "area,year,indicator,value\n3271,2016,Synthetic rate,6\n3276,2016,Something else,7\n"
    proposal = read(text, into=Study(study.folder), indicator=[], definition=None)
    assert figures(proposal) == {("3271", 2016): "6"}
    assert proposal.preview["unit"].tolist() == ["percent"]


def test_areas_by_indicators_need_the_year(read):
    text = "Area,Rate\n3271,5\n3276,6\n"
    with pytest.raises(ForeignFileError, match="--year 2021"):
        read(text)
    assert figures(read(text, year="2020")) == {("3271", 2020): "5", ("3276", 2020): "6"}


def test_a_new_indicator_is_asked_for_all_that_defines_it_and_no_concept_is_guessed(read):
    with pytest.raises(ForeignFileError) as refused:
        read("Area,2015\n3271,4\n3276,5\n", definition=None)
    for option in ("--indicator-name", "--unit", "--definition", "--direction", "--concept"):
        assert option in str(refused.value)
    assert "population-census: residents counted by a census" in str(refused.value)


@pytest.mark.parametrize(
    ("concept", "direction", "told"),
    [
        ("population_census", "none", "concept population-census; chapter 05 maps how densely"),
        ("population-census", "none", "chapter 06 compares no levels of it"),
        ("own_word", "lower", "concept own_word; chapter 06 compares core and buffer in it."),
    ],
)
def test_the_import_says_what_the_book_does_with_a_new_indicator(read, concept, direction, told):
    new = Definition("Synthetic count", "persons", concept, direction, "Made up for a test.")
    assert told in reasons(read("Area,2015\n3271,4\n3276,5\n", definition=new))


def test_the_concepts_that_chapters_ask_for_are_offered():
    asked = {*PEOPLE, *(name for names in MASSES.values() for name in names), WORKERS}
    source = find_step("06").notebook.read_text(encoding="utf-8")
    asked |= {"grdp-per-capita", "public-wifi", "poor-persons"}
    assert all(f'\\"{name}\\"' in source for name in ("grdp-per-capita", "public-wifi"))
    assert asked <= set(CONCEPTS)


def test_a_known_indicator_in_another_unit_is_refused(read, study):
    read("Area,2015\n3271,4\n3276,5\n").amendment.make()
    other = Definition(unit="persons")
    with pytest.raises(ForeignFileError, match="defined in percent, not in persons"):
        read("Area,2016\n3271,4\n3276,5\n", into=Study(study.folder), definition=other)


@pytest.mark.parametrize(
    ("text", "choices", "message"),
    [
        ("Area,2015\nX1,4\nX2,5\n", {}, r"“X1”, “X2”.*3271 \(Kota Bogor\)|no column.*areas"),
        ("Area,2015\n3276,5\n3271,four\n3276x,6\n", {}, "row 3, .*“four” is neither"),
        ("area,year,value\n3276,2015-07,5\n3271,2015-08,6\n", {}, "“2015-07” is no year"),
        ("Area,2015\n3271,4\n3271,5\n", {}, r"3271 → 2015 → synthetic_rate in rows 2, 3"),
        ("Area,2015\n3271,4\n", {"indicator": ["Bad Key"]}, "other signs than small letters"),
        ("Area,2015\n3271,4\n", {"quality": "fine"}, "--quality is one of"),
        ("Area,2015\n3271,4\n", {"area": ["3271=9999"]}, "there is no area “9999”"),
        ("Area,2015\n3271,4\n", {"decimal": "x"}, "--decimal is a point or a comma"),
        ("Area,2015\n3271,4\n", {"keep": ["Size=1"]}, "--keep Size=1 is not written"),
        ("Area,2015\n3271,4\n", {"cited": {}}, "--publisher"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(read, text, choices, message):
    with pytest.raises(ForeignFileError, match=f"(?si){message}"):
        read(text, **choices)


def test_a_second_import_changes_nothing_and_a_corrected_one_replaces(read, study):
    text = "Area,2015,2016\n3271,1,2\n3276,3,4\n"
    first = read(text)
    first.keep_record()
    first.amendment.make()
    assert check(study.folder) == []
    again = read(text, into=Study(study.folder))
    again.keep_record()
    assert again.amendment.files == {}
    read("Area,2015,2016\n3271,1,9\n", into=Study(study.folder)).amendment.make()
    rows = Study(study.folder).table("indicators")
    assert rows[["area_code", "year", "value"]].values.tolist() == [
        ["3271", 2015, 1.0], ["3271", 2016, 9.0],
    ]  # fmt: skip
    record = read_yaml(study.folder / "imports.yml")
    assert record[0]["options"]["indicator"] == ["synthetic_rate"]


@pytest.mark.parametrize(
    ("text", "year", "rest"),
    [
        ("2015", 2015, ""), ("2015.0", 2015, ""), ("2015/16", 2015, "2015/16"),
        ("2015-16", 2015, "2015-16"), ("2015/2016", 2015, "2015/2016"), ("Tahun 2015", 2015, ""),
        ("2015 b", 2015, "b"), ("2015*", 2015, "*"), ("2015 (p)", 2015, "p"),
        ("2015-01-01", 2015, ""), ("FY 2015", 2015, ""),
    ],
)  # fmt: skip
def test_a_year_is_known_however_it_is_written(text, year, rest):
    assert year_of(text) == (year, rest)


@pytest.mark.parametrize("text", ["", "15", "20155", "2015-07", "2015Q1", "2015/18", "1234", "x"])
def test_what_is_no_year_is_not_taken_for_one(text):
    assert year_of(text) is None


@given(st.text(max_size=20))
def test_no_text_breaks_the_reading_of_years(text):
    found = year_of(text)
    assert found is None or 1900 <= found[0] < 2100


def test_the_command_shows_and_writes(compendium, study, tmp_path):
    path = tmp_path / "rate_synthetic.csv"
    path.write_text("Area,2015\n3271,4\n3276,5\n")
    command = [
        "import", "indicators", path, "--study", study.id, "--indicator", "rate",
        "--publisher", "Synthetic office", "--title", "Synthetic table", "--yes",
    ]  # fmt: skip
    told = ["--indicator-name", "Rate", "--unit", "percent", "--concept", "unemployment"]
    told += ["--direction", "lower", "--definition", "Made up for a test."]
    code, printed = said(*command)
    assert code == 1 and "The indicator rate is new" in printed
    code, printed = said(*command, *told)
    assert code == 0 and "The indicator rate is new: Rate, in percent" in printed
    assert check(study.folder) == []
