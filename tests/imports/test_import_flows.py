"""Flows from real layouts: headers as the offices print them, numbers synthetic."""

import gzip
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.exchange.project import ForeignFileError
from metrobook.imports import grid as grids
from metrobook.imports.flows import read_flows
from metrobook.imports.grid import read_grid
from metrobook.imports.matching import Areas
from metrobook.imports.pairs import Words, read_pairs
from metrobook.imports.roles import PEOPLE
from metrobook.imports.spread import read_spread
from metrobook.study import Study
from metrobook.validation import check
from tests.conftest import said
from tests.imports.small_study import light_compendium, reasons, small_study

CITED = {"publisher": "Synthetic office", "title": "Synthetic table"}
UK = {"E02002330": "Leeds 001", "E02002331": "Leeds 002"}
US = {"01001": "Autauga County", "25017": "Middlesex County", "25025": "Suffolk County"}
INDICATOR = "Place of work indicator (4 categories)"
ODWP01EW = "\n".join(
    [
        '"Middle layer Super Output Areas code","Middle layer Super Output Areas label",'
        '"MSOA of workplace code","MSOA of workplace label",'
        f'"{INDICATOR} code","{INDICATOR} label","Count"',
        "E02002330,Leeds 001,E02002330,Leeds 001,1,Mainly working at or from home,50",
        "E02002330,Leeds 001,E02002330,Leeds 001,3,Working in the UK but not at home,20",
        "E02002330,Leeds 001,E02002331,Leeds 002,3,Working in the UK but not at home,30",
        "E02002331,Leeds 002,E02000999,Synthetic 1,3,Working in the UK but not at home,5",
        "E02002331,Leeds 002,999999999,Does not apply,4,Working outside the UK,6",
        "E02000998,Synthetic 2,E02000999,Synthetic 1,3,Working in the UK but not at home,7",
    ]
)
LODES = """w_geocode,h_geocode,S000,SA01,SA02,SA03,createdate
250173001001000,250250101001000,3,1,2,0,20230321
250173001001001,250250101001000,2,1,1,0,20230321
10010201001000,250250101001000,1,0,1,0,20230321
440010301001000,250250101001000,4,0,1,3,20230321
"""
IBGE = """Município de residência;Município de trabalho ou estudo;Pessoas
Guarulhos (SP);São Paulo (SP);150.123
Santo André (SP);São Paulo (SP);98.001
São Paulo (SP);Guarulhos (SP);20.500
São Paulo (SP);Rio de Janeiro (RJ);1.200
São Paulo (SP);País estrangeiro;X
Total;;270.000
Fonte: IBGE, Censo Demográfico (números sintéticos)
"""
BPS = """Tabel 4.1 Komuter menurut Asal dan Tujuan (angka sintetis),,,,,,
Asal,Tujuan,,,,,
,Jakarta Selatan,Jakarta Timur,Kota Bogor,Bogor,Luar Jabodetabek,Jumlah
(1),(2),(3),(4),(5),(6),(7)
Jakarta Selatan,-,1.234,56,-,12,1.302
Jakarta Timur,2.345,–,78,9,-,2.432
Kota Bogor,10,20,-,..,3,33
Bogor,1,2,3,-,4,11
Jumlah,2.356,1.256,137,9,19,3.777
Sumber: BPS,,,,,,
"""
ISTAT = """S 1 082 053 1 2 1 082 053 000 ND ND ND  00000012.00 ND
S 1 082 070 1 2 2 082 053 000 ND ND ND  00000320.00 ND
S 1 082 053 2 2 2 015 146 000 ND ND ND  00000020.00 ND
"""


def saved(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def flows_of(proposal) -> dict[tuple[str, str], str]:
    rows = proposal.preview
    return dict(
        zip(zip(rows["origin_code"], rows["destination_code"], strict=True), rows["value"],
            strict=True)
    )  # fmt: skip


def imported(path: Path, study: Study, **choices):
    return read_flows(path, study, cited=CITED, **({"year": "2021", "purpose": "work"} | choices))


@pytest.fixture
def compendium(tmp_path_factory, root, monkeypatch) -> Path:
    folder = tmp_path_factory.mktemp("compendium") / "light"
    monkeypatch.setenv("METROBOOK_ROOT", str(folder))
    return light_compendium(folder, root, "jabodetabek", "austria")


@pytest.fixture
def uk(compendium) -> Study:
    return small_study(compendium, UK)


@pytest.fixture
def us(compendium) -> Study:
    return small_study(compendium, US)


@pytest.fixture
def jakarta(compendium) -> Study:
    return Study(compendium / "data" / "jabodetabek")


def acs(path: Path) -> Path:
    """The layout of US ACS county-to-county commuting flows; the numbers are synthetic."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Table 1"
    ends = ["State FIPS Code", "County FIPS Code", "State Name", "County Name"]
    rows = [
        ["Table 1. Residence County to Workplace County Commuting Flows: 5-Year ACS, 2016-2020"],
        ["For more information on sampling and estimation methods, see the note (synthetic)."],
        ["Universe: Workers 16 years and over."],
        [],
        ["Residence", None, None, None, "Place of Work", None, None, None, "Commuting Flow", None],
        [*ends, *ends, "Workers in Commuting Flow", "Margin of Error"],
        ["01", "001", "Alabama", "Autauga County", "001", "001", "Alabama", "Autauga County",
         8635, 9],
        ["25", "017", "Massachusetts", "Middlesex County", "025", "025", "Massachusetts",
         "Suffolk County", 40, 1],
        ["34", "023", "New Jersey", "Middlesex County", "025", "025", "Massachusetts",
         "Suffolk County", 2, 1],
        ["25", "025", "Massachusetts", "Suffolk County", "300", None, "Canada", None, 3, 3],
        ["Note: the Table is synthetic."],
    ]  # fmt: skip
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A5:D5")
    book.create_sheet("Notes").append(["Read me"])
    book.save(path)
    return path


def packed(path: Path, **members: str) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(f"folder/{name}.csv", text)
        archive.writestr("readme.txt", "Synthetic.")
    return path


def test_the_only_table_of_an_archive_is_read_and_of_several_the_chosen(uk, tmp_path):
    table, notes = "home,work,count\nE02002330,E02002331,5\n", "a,b\n1,2\n"
    alone = imported(packed(tmp_path / "one.zip", flows=table), uk)
    assert flows_of(alone) == {("E02002330", "E02002331"): "5"}
    assert alone.understood[0].startswith("one.zip/folder/flows.csv is a table")
    two = packed(tmp_path / "two.zip", flows=table, notes=notes)
    with pytest.raises(ForeignFileError, match=r"two\.zip is an archive of .*--sheet"):
        imported(two, uk)
    chosen = imported(two, uk, sheet="flows.csv")
    assert (flows_of(chosen), chosen.options["sheet"]) == (flows_of(alone), "folder/flows.csv")


@pytest.mark.parametrize("name", ["zones.geojson", "zones.gpkg", "zones.shp", "map.zip", "z.json"])
def test_a_map_given_for_flows_names_its_command(uk, tmp_path, name):
    collection = '{"type": "FeatureCollection", "features": []}'
    path = saved(tmp_path, name, collection)
    if name == "map.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("zones.geojson", collection)
    with pytest.raises(ForeignFileError, match=f"^{name} .*: metrobook import zones {name} reads"):
        imported(path, uk)


def test_hidden_sheets_and_sheets_of_notes_are_no_table(uk, tmp_path):
    book = openpyxl.Workbook()
    for row in (["home", "work", "count"], ["E02002330", "E02002331", 5], ["E02002331", "X", 2]):
        book.active.append(row)
    for title, state in (("Notes", "visible"), ("Old", "hidden")):
        sheet = book.create_sheet(title)
        for row in (["home", "work", "count"], ["E02002330", "E02002331", 99], ["X", "Y", 98]):
            sheet.append(row if title == "Old" else ["Synthetic."])
        sheet.sheet_state = state
    book.save(tmp_path / "book.xlsx")
    proposal = imported(tmp_path / "book.xlsx", uk)
    assert flows_of(proposal)["E02002330", "E02002331"] == "5"
    assert "sheets 1 are hidden: --sheet reads them" in reasons(proposal)
    old = imported(tmp_path / "book.xlsx", uk, sheet="Old")
    assert flows_of(old)["E02002330", "E02002331"] == "99"


def test_codes_go_before_names_that_two_places_have(us, tmp_path):
    rows = [
        "id_1,home,id_2,work,n", "25017,Middlesex County,25025,Suffolk County,40",
        "34023,Middlesex County,25025,Suffolk County,2",
        "25025,Suffolk County,25017,Middlesex County,3",
    ]  # fmt: skip
    proposal = imported(saved(tmp_path, "twins.csv", "\n".join(rows)), us)
    assert flows_of(proposal) == {
        ("25017", "25025"): "40", ("25025", "25017"): "3", ("OUTSIDE", "25025"): "2"
    }  # fmt: skip
    assert "codes of the areas that “home” names" in reasons(proposal)


def test_no_area_is_added_for_the_outside_where_no_flow_leaves_the_study(uk, tmp_path):
    rows = ["home,work,count", "E02002330,E02002331,5", "E02002331,E02002330,7"]
    within = imported(saved(tmp_path, "within.csv", "\n".join(rows)), uk)
    assert "areas.csv" not in within.amendment.files
    beyond = imported(saved(tmp_path, "beyond.csv", "\n".join([*rows, "E02002331,X1,2"])), uk)
    assert "OUTSIDE" in beyond.amendment.files["areas.csv"]


def test_several_categories_of_one_pair_are_not_added_up_unnoticed(uk, tmp_path):
    path = saved(tmp_path, "ODWP01EW_synthetic.csv", ODWP01EW)
    with pytest.raises(ForeignFileError) as refused:
        imported(path, uk)
    assert f"“{INDICATOR} label”" in str(refused.value) and "rows 2, 3" in str(refused.value)
    assert "--keep" in str(refused.value) and "--sum-over" in str(refused.value)


def test_a_category_is_chosen_or_added_up_where_a_person_says_so(uk, tmp_path):
    path = saved(tmp_path, "ODWP01EW_synthetic.csv", ODWP01EW)
    outside = imported(path, uk, keep=[f"{INDICATOR} code=3"])
    assert flows_of(outside) == {
        ("E02002330", "E02002330"): "20", ("E02002330", "E02002331"): "30",
        ("E02002331", "OUTSIDE"): "5",
    }  # fmt: skip
    both = imported(path, uk, sum_over=[f"{INDICATOR} label"])
    assert flows_of(both)["E02002330", "E02002330"] == "70"
    assert flows_of(both)["E02002331", "OUTSIDE"] == "11"
    assert "1 further row of the same pairs added up" in reasons(both)
    assert "neither start nor end in the study (7 people)" in reasons(both)


def test_blocks_become_counties_once_the_length_of_the_prefix_is_said(us, tmp_path):
    path = saved(tmp_path, "ma_od_main_JT00_synthetic.csv", LODES)
    with pytest.raises(ForeignFileError, match=r"250250101001000.*say --prefix-length 5"):
        imported(path, us)
    proposal = imported(path, us, prefix_length=5)
    assert flows_of(proposal) == {
        ("25025", "01001"): "1", ("25025", "25017"): "5", ("25025", "OUTSIDE"): "4",
    }  # fmt: skip
    assert "4 by the first 5 characters" in reasons(proposal)


def test_split_codes_under_two_rows_of_header_are_joined(us, tmp_path):
    proposal = imported(acs(tmp_path / "acs_synthetic.xlsx"), us)
    assert flows_of(proposal) == {
        ("01001", "01001"): "8635", ("25017", "25025"): "40", ("25025", "OUTSIDE"): "3",
        ("OUTSIDE", "25025"): "2",  # the county of the same name in another state
    }  # fmt: skip
    assert proposal.options["origin"] == "Residence State FIPS Code+Residence County FIPS Code"
    assert proposal.options["sheet"] == "Table 1"
    assert "Universe: Workers 16 years and over" in reasons(proposal)


def test_names_with_the_state_in_brackets_are_matched(compendium, tmp_path):
    places = {"3518800": "Guarulhos", "3550308": "São Paulo", "3547809": "Santo André"}
    study = small_study(compendium, places, parent=("35", "Estado"))
    proposal = imported(saved(tmp_path, "ibge_sintetico.csv", IBGE.encode("latin-1")), study)
    assert flows_of(proposal) == {
        ("3518800", "3550308"): "150123", ("3547809", "3550308"): "98001",
        ("3550308", "3518800"): "20500", ("3550308", "OUTSIDE"): "1200",
    }  # fmt: skip
    said = reasons(proposal)
    assert "“X”: not told, to protect persons" in said and "“1.200” is read as 1200" in said
    note = proposal.preview.set_index("destination_code").loc["OUTSIDE", "note"]
    assert note == "sum of 1 of 2 cells; the others: not told, to protect persons"


def test_a_matrix_with_totals_dashes_and_notes_is_read(jakarta, tmp_path):
    proposal = imported(saved(tmp_path, "bps_sintetis.csv", BPS), jakarta)
    flows = flows_of(proposal)
    assert len(flows) == 20
    assert flows["3171", "3172"] == "1234" and flows["3201", "OUT"] == "4"
    assert flows["3171", "3171"] == "" and flows["3271", "3201"] == ""
    said = reasons(proposal)
    assert "rows are homes, columns are workplaces; --rows-are destination turns it" in said
    assert "1 of 4 printed totals by origin differ from the sums, most at Bogor" in said
    assert "printed 11, summed 10, a difference of +1" in said
    assert "All 5 printed totals by destination equal the sums" in said
    assert "cells 6 “-”, “–”: no observation" in said and "1 “..”: not available" in said


def test_a_dash_becomes_zero_and_a_matrix_is_turned_only_where_it_is_said(jakarta, tmp_path):
    path = saved(tmp_path, "bps_sintetis.csv", BPS)
    turned = imported(path, jakarta, dash_is_zero=True, rows_are="destination")
    assert flows_of(turned)["3172", "3171"] == "1234"
    assert flows_of(turned)["3171", "3171"] == "0"
    assert flows_of(turned)["3201", "3271"] == ""


def test_words_in_the_corner_tell_what_rows_are(uk, tmp_path):
    text = "place of work,usual residence,\n,E02002330,E02002331\nE02002330,1,2\nE02002331,3,4\n"
    proposal = imported(saved(tmp_path, "turned_synthetic.csv", text), uk)
    assert flows_of(proposal)["E02002331", "E02002330"] == "2"


def test_a_matrix_of_codes_with_titles_and_names_in_two_rows_is_read(uk, tmp_path):
    text = "\n".join(
        [
            '"WU03UK - Location of usual residence and place of work by method of travel to work"',
            "ONS Crown Copyright Reserved [synthetic numbers]", "",
            '"population","All usual residents aged 16 and over"', '"date","2011"', "",
            '"usual residence","E02002330 : Leeds 001","E02002331 : Leeds 002","W02000001 : Other"',
            '"E02002330 : Leeds 001",10,2,1', '"E02002331 : Leeds 002",3,4,0', "",
            '"To protect against disclosure of personal information, records were swapped"',
        ]
    )  # fmt: skip
    with pytest.raises(ForeignFileError, match="its title or name says 2011"):
        imported(saved(tmp_path, "wu03uk_synthetic.csv", text), uk, year="")
    proposal = imported(saved(tmp_path, "wu03uk_synthetic.csv", text), uk, year="2011")
    assert flows_of(proposal) == {
        ("E02002330", "E02002330"): "10", ("E02002330", "E02002331"): "2",
        ("E02002330", "OUTSIDE"): "1", ("E02002331", "E02002330"): "3",
        ("E02002331", "E02002331"): "4", ("E02002331", "OUTSIDE"): "0",
    }  # fmt: skip


def test_a_file_without_header_and_delimiter_is_read_once_its_columns_are_named(
    compendium, tmp_path
):
    study = small_study(compendium, {"082053": "Palermo", "082070": "Termini Imerese"})
    path = saved(tmp_path, "matrix_pendo_sintetico.txt", ISTAT)
    with pytest.raises(ForeignFileError, match=r"--join-columns.*“column 3”.*082053 \(Palermo\)"):
        imported(path, study)
    joined = ["origin=column 3+column 4", "destination=column 8+column 9"]
    proposal = imported(path, study, join_columns=joined, value="column 14")
    assert flows_of(proposal) == {
        ("082053", "082053"): "12", ("082053", "OUTSIDE"): "20", ("082070", "082053"): "320",
    }  # fmt: skip


def test_the_published_austrian_table_keeps_its_figures(compendium, root):
    path = root.parent / "shared" / "data" / "oracles" / "austria.csv"
    if not path.exists():
        pytest.skip("the published table lies beside the repository where it is developed")
    study = Study(compendium / "data" / "austria")
    proposal = imported(path, study, year="2006", purpose="moves of residence")
    flows = flows_of(proposal)
    # Oshan (2016), table of the SpInt primer: flows between nine regions; AT11 → AT12 is 1131.
    assert len(flows) == 81 and flows["AT11", "AT12"] == "1131"
    assert proposal.options["value"] == "Data"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_encodings_and_delimiters_make_no_difference(compendium, tmp_path, encoding, mark):
    study = small_study(compendium, {"1": "Köln", "2": "Düren"})
    text = "Wohnort,Arbeitsort,Pendler\nKöln,Düren,7\nDüren,Köln,9\n".replace(",", mark)
    proposal = imported(saved(tmp_path, "pendler_synthetic.csv", text.encode(encoding)), study)
    assert flows_of(proposal) == {("1", "2"): "7", ("2", "1"): "9"}


def test_polish_letters_of_an_old_encoding_are_read(compendium, tmp_path):
    study = small_study(compendium, {"1": "Łódź", "2": "Zgierz"})
    rows = "origin;destination;count\n" + "Łódź;Zgierz;7\nZgierz;Łódź;9\n"
    notes = "Źródło: dane sztuczne, zażółć gęślą jaźń, Świętokrzyskie, Kłodzko\n"
    proposal = imported(saved(tmp_path, "pl_synthetic.csv", (rows + notes).encode("cp1250")), study)
    assert len(flows_of(proposal)) == 2


def test_a_parquet_file_is_read_as_its_csv(uk, tmp_path):
    frame = pd.DataFrame(
        {"MSOA21CD_home": ["E02002330"], "MSOA21CD_work": ["E02002331"], "count": [1.5]}
    )
    frame.to_parquet(tmp_path / "od_synthetic.parquet")
    frame.to_csv(tmp_path / "od_synthetic.csv", index=False)
    both = [imported(tmp_path / f"od_synthetic.{end}", uk) for end in ("parquet", "csv")]
    assert flows_of(both[0]) == flows_of(both[1]) == {("E02002330", "E02002331"): "1.5"}


def test_ids_that_a_spreadsheet_spoilt_are_mended(us, tmp_path):
    book = openpyxl.Workbook()
    for row in (["home", "work", "n"], [1001.0, 25017, 3], ["25017", "01001", 4]):
        book.active.append(row)
    book.save(tmp_path / "spoilt_synthetic.xlsx")
    flows = flows_of(imported(tmp_path / "spoilt_synthetic.xlsx", us))
    assert flows == {("01001", "25017"): "3", ("25017", "01001"): "4"}


def test_several_sheets_of_numbers_must_be_chosen_among(us, tmp_path):
    book = openpyxl.Workbook()
    for title in ("men", "women"):
        sheet = book.create_sheet(title)
        for row in (["home", "work", "n"], ["01001", "25017", 3], ["25017", "01001", 4]):
            sheet.append(row)
    book.save(tmp_path / "sheets_synthetic.xlsx")
    with pytest.raises(ForeignFileError, match=r"several sheets: “men” .* “women” .*--sheet"):
        imported(tmp_path / "sheets_synthetic.xlsx", us)
    assert len(flows_of(imported(tmp_path / "sheets_synthetic.xlsx", us, sheet="women"))) == 2


def test_parent_areas_in_the_same_file_do_not_count_twice(us, tmp_path):
    text = "home,work,n\n25017,25025,3\n25,25,90\n25025,25017,4\n01,25,7\n01001,25017,2\n"
    proposal = imported(saved(tmp_path, "two_levels_synthetic.csv", text), us)
    assert flows_of(proposal) == {
        ("01001", "25017"): "2", ("25017", "25025"): "3", ("25025", "25017"): "4",
    }  # fmt: skip
    assert "of areas that others are part of (97 people)" in reasons(proposal)


def test_foreign_ids_are_refused_where_only_named_ones_may_lie_outside(uk, tmp_path):
    text = "home,work,n\nE02002330,E02002331,3\nE02002330,ABROAD,5\nE02002330,E09999999,7\n"
    path = saved(tmp_path, "outside_synthetic.csv", text)
    with pytest.raises(ForeignFileError, match=r"1 id neither in the study.*“E09999999”"):
        imported(path, uk, outside="ABROAD")
    assert flows_of(imported(path, uk))["E02002330", "OUTSIDE"] == "12"


def test_a_file_of_other_places_writes_nothing_and_shows_both_sides(uk, tmp_path):
    text = "home,work,n\nA1,A2,3\nA2,A1,5\nA3,A1,7\n"
    with pytest.raises(ForeignFileError) as refused:
        imported(saved(tmp_path, "elsewhere_synthetic.csv", text), uk)
    assert "“A1”, “A2”, “A3”" in str(refused.value)
    assert "E02002330 (Leeds 001)" in str(refused.value)


def test_all_that_is_missing_is_said_at_once(uk, tmp_path):
    text = "origin,destination,count\nE02002330,E02002331,3\nE02002331,E02002330,4\n"
    with pytest.raises(ForeignFileError) as refused:
        read_flows(saved(tmp_path, "bare_synthetic.csv", text), uk)
    for option in ("--year", "--purpose", "--publisher", "--title", "--source"):
        assert option in str(refused.value)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ("E02002330,E02002331,many", r"row 2, column “n”: “many” .*--suppressed"),
        ("E02002330,E02002331,-5", r"row 2, column “n”: “-5” is negative"),
    ],
)
def test_a_cell_that_is_no_figure_is_shown_with_its_row(uk, tmp_path, cells, message):
    text = f"home,work,n\n{cells}\nE02002331,E02002330,4\nE02002331,E02002331,4\n"
    path = saved(tmp_path, "wrong_synthetic.csv", text * 1)
    with pytest.raises(ForeignFileError, match=f"(?s){message}"):
        imported(path, uk, value="n")
    mark = cells.rpartition(",")[2]
    assert (
        flows_of(imported(path, uk, value="n", suppressed=[mark]))["E02002330", "E02002331"] == ""
    )


def test_a_pair_that_stands_twice_is_refused(uk, tmp_path):
    text = "home,work,n\nE02002330,E02002331,3\nE02002330,E02002331,5\n"
    with pytest.raises(ForeignFileError, match=r"rows 2, 3, and no column tells them apart"):
        imported(saved(tmp_path, "twice_synthetic.csv", text), uk)


def test_a_large_file_stays_in_the_study_and_its_lines_are_shown(uk, tmp_path, monkeypatch):
    monkeypatch.setattr(grids, "MOST_ROWS", 2)
    path = saved(tmp_path, "ODWP01EW_synthetic.csv", ODWP01EW)
    with pytest.raises(ForeignFileError) as refused:
        imported(path, uk)
    block = str(refused.value).split("\n\n")[1]
    assert block.splitlines()[:5] == [
        "flows:", "  path: commuting/ODWP01EW_synthetic.csv", "  columns:",
        '    origin: "Middle layer Super Output Areas code"',
        '    destination: "MSOA of workplace code"',
    ]  # fmt: skip
    assert "    year: 2021" in block and "  outside: rest" in block


def test_of_a_large_file_with_longer_ids_only_rows_that_touch_the_study_are_copied(
    us, tmp_path, monkeypatch
):
    monkeypatch.setattr(grids, "MOST_ROWS", 2)
    beyond = "440010301001000,440010301001001,9,0,0,9,20230321\n"
    path = tmp_path / "ma_od_main_JT00_synthetic.csv.gz"
    path.write_bytes(gzip.compress((LODES + beyond).encode()))
    with pytest.raises(ForeignFileError, match="unpack"):
        imported(path, us)
    proposal = imported(path, us, prefix_length=5)
    assert flows_of(proposal) == {
        ("25025", "01001"): "1", ("25025", "25017"): "5", ("25025", "OUTSIDE"): "4",
    }  # fmt: skip
    assert "rows that touch the study, of a large file 4" in reasons(proposal)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""), ("blank.csv", b"\n\n\n"), ("one.csv", b"only\nwords\n"),
        ("cut.xlsx", b"PK\x03\x04 cut off"), ("cut.parquet", b"PAR1 cut off"),
        ("old.xls", b"\xd0\xcf\x11\xe0"),
        ("quote.csv", b'home,work,n\n"A,B,3\nB,A,4\n'), ("noise.csv", bytes(range(256)) * 4),
        ("header.csv", b"home,work,n\n"), ("cut.csv.gz", b"\x1f\x8b\x08 cut off"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_in_words(uk, tmp_path, name, content):
    with pytest.raises(ForeignFileError, match=name.split(".")[0]):
        imported(saved(tmp_path, name, content), uk)


def test_what_is_written_passes_the_check_and_a_second_import_changes_nothing(uk, tmp_path):
    path = saved(tmp_path, "ODWP01EW_synthetic.csv", ODWP01EW)
    choices = {"keep": [f"{INDICATOR} code=3"]}
    first = imported(path, uk, **choices)
    assert first.amendment.problems() == []
    first.keep_record()
    first.amendment.make()
    assert check(uk.folder) == []
    again = imported(path, Study(uk.folder), **choices)
    again.keep_record()
    assert again.amendment.files == {}


def test_a_corrected_file_replaces_what_the_first_wrote_and_nothing_else(uk, tmp_path):
    old = "home,work,n\nE02002330,E02002331,3\nE02002331,E02002330,4\n"
    imported(saved(tmp_path, "a_synthetic.csv", old), uk).amendment.make()
    imported(
        saved(tmp_path, "a_synthetic.csv", old), Study(uk.folder), year="2011"
    ).amendment.make()
    new = "home,work,n\nE02002330,E02002331,9\n"
    imported(saved(tmp_path, "a_synthetic.csv", new), Study(uk.folder)).amendment.make()
    rows = Study(uk.folder).table("flows")
    assert rows.loc[rows["year"] == 2021, "value"].tolist() == [9]
    assert sorted(rows.loc[rows["year"] == 2011, "value"]) == [3, 4]


@settings(max_examples=40)
@given(
    values=st.lists(st.integers(0, 99_999), min_size=9, max_size=9),
    decimals=st.sampled_from([",", "."]),
)
def test_a_matrix_and_its_long_form_say_the_same(tmp_path_factory, values, decimals):
    folder = tmp_path_factory.mktemp("forms")
    ids = ["AA1", "AA2", "AA3"]
    table = pd.DataFrame({"area_code": ids, "name_en": ids, "level": "city", "parent_code": ""})
    grouped = [f"{value:,}".replace(",", decimals) for value in values]
    matrix = [";".join(["", *ids])]
    matrix += [";".join([ids[row], *grouped[3 * row : 3 * row + 3]]) for row in range(3)]
    long = ["origin;destination;count"]
    long += [f"{ids[n // 3]};{ids[n % 3]};{text}" for n, text in enumerate(grouped)]
    found = []
    for name, lines in (("matrix", matrix), ("long", long)):
        path = saved(folder, f"{name}.csv", "\n".join(lines))
        areas = Areas(table)
        pairs = read_pairs(read_spread(path, "", areas.knows), areas, {}, Words(), PEOPLE)
        assert pairs.layout == name
        found.append(pairs.cells[["origin", "destination", "text"]].reset_index(drop=True))
    pd.testing.assert_frame_equal(found[0], found[1])


def test_rows_keep_their_number_in_the_file_after_blank_lines_and_quoted_line_ends(tmp_path):
    text = 'a,b\n\n"two\nlines",1\n\nx,2\n'
    assert read_grid(saved(tmp_path, "lines.csv", text)).numbers == [1, 3, 6]


def test_the_command_shows_and_writes(compendium, tmp_path, uk):
    path = saved(tmp_path, "odwp_synthetic.csv", ODWP01EW)
    code, printed = said(
        "import", "flows", path, "--study", uk.id, "--year", "2021",
        "--keep", f"{INDICATOR} code=3", "--publisher", "Synthetic office",
        "--title", "Synthetic table", "--yes",
    )  # fmt: skip
    assert code == 0, printed
    assert "is taken for “work”" in printed and "Written: areas.csv" in printed
    assert (uk.folder / "commuting" / "flows.csv").exists() and check(uk.folder) == []
