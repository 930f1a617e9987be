"""The columns of ids and names are found under the headers that offices use."""

import pandas as pd
import pytest

from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.zone_columns import as_text, choose_columns, clean_codes

# Headers as the offices write them; the values are synthetic. Of each: the file, its id, its name.
# A column in capitals of one value for all is that of an area above.
OFFICES = {
    "Office for National Statistics": (
        "FID LAD23CD LAD23NM LAD23NMW BNG_E BNG_N LONG LAT GlobalID", "LAD23CD", "LAD23NM",
    ),
    "Office for National Statistics, MSOA": (
        "OBJECTID MSOA21CD MSOA21NM BNG_E BNG_N Shape__Area GlobalID", "MSOA21CD", "MSOA21NM",
    ),
    "US Census Bureau": (
        "STATEFP= COUNTYFP COUNTYNS AFFGEOID GEOID NAME NAMELSAD LSAD= ALAND AWATER",
        "GEOID", "NAME",
    ),
    "Eurostat, LAU": ("GISCO_ID CNTR_CODE= LAU_ID LAU_NAME POP_2021 YEAR=", "GISCO_ID", "LAU_NAME"),
    "Eurostat, NUTS": (
        "NUTS_ID LEVL_CODE= CNTR_CODE= NAME_LATN NUTS_NAME MOUNT_TYPE= FID", "NUTS_ID", "NAME_LATN",
    ),
    "IBGE": ("CD_MUN NM_MUN CD_RGI= NM_RGI= CD_UF= NM_UF= SIGLA_UF= AREA_KM2", "CD_MUN", "NM_MUN"),
    "OCHA": (
        "Shape_Leng ADM2_EN ADM2_PCODE ADM1_EN= ADM1_PCODE= ADM0_EN= ADM0_PCODE=",
        "ADM2_PCODE", "ADM2_EN",
    ),
    "GADM": (
        "GID_2 GID_0= COUNTRY= GID_1= NAME_1= NAME_2 VARNAME_2 TYPE_2= CC_2", "GID_2", "NAME_2",
    ),
    "geoBoundaries": ("shapeName shapeISO= shapeID shapeGroup= shapeType=", "shapeID", "shapeName"),
    "BPS": ("idkab kdprov= kdkab nmprov= nmkab luas", "idkab", "nmkab"),
    "Istat": ("COD_RIP= COD_REG= COD_PROV= PRO_COM COMUNE SHAPE_AREA", "PRO_COM", "COMUNE"),
    "BKG": ("ADE= GF= BSG= AGS GEN BEZ= KFL", "AGS", "GEN"),
    "INEGI": ("CVEGEO CVE_ENT= CVE_MUN NOMGEO", "CVEGEO", "NOMGEO"),
    "Statistics Canada": ("CSDUID CSDNAME CSDTYPE= LANDAREA PRUID=", "CSDUID", "CSDNAME"),
    "Australian Bureau of Statistics": (
        "SA2_CODE21 SA2_NAME21 CHG_FLAG21= SA3_CODE21= SA3_NAME21= AREASQKM21",
        "SA2_CODE21", "SA2_NAME21",
    ),
    "CBS": ("statcode statnaam jrstatcode rubriek=", "statcode", "statnaam"),
    "someone": ("kode nama", "kode", "nama"),
}  # fmt: skip


def table(headers: str) -> pd.DataFrame:
    columns = {}
    for number, header in enumerate(headers.split()):
        same = header.endswith("=")
        text = any(word in header.upper() for word in ("NAME", "NM", "NAMA", "NAAM", "_EN", "NOM",
                                                       "GEN", "COMUNE"))  # fmt: skip
        cells = [f"Synthetic {chr(65 + n)}" if text else 1000 * number + n for n in range(8)]
        columns[header.rstrip("=")] = cells[:1] * 8 if same else cells
    return pd.DataFrame(columns)


def choose(rows: pd.DataFrame, codes=(), names=(), key="", named=(), languages=("en", "id")):
    return choose_columns(rows, languages, codes, names, key, named)


@pytest.mark.parametrize("office", OFFICES)
def test_ids_and_names_are_found_under_the_headers_of_offices(office):
    headers, key, name = OFFICES[office]
    chosen = choose(table(headers))
    assert (chosen.id, chosen.names["en"]) == (key, name)
    assert len(chosen.why) == 2


def test_a_column_that_holds_the_codes_of_the_study_goes_before_a_better_header():
    rows = pd.DataFrame({"code": ["9", "8", "7"], "bps_2020": [3273.0, 3277.0, 3204.0]})
    chosen = choose(rows, codes={"3273", "3277"})
    assert chosen.id == "bps_2020"
    assert "it holds area codes of the study" in chosen.why[0]


def test_a_column_that_holds_the_names_of_the_study_goes_before_a_better_header():
    rows = pd.DataFrame(
        {"code": ["1", "2"], "name": ["a", "b"], "kota": ["KOTA CIMAHI", "Nowhere"]}
    )
    assert choose(rows, names={"Kota Cimahi"}).names["en"] == "kota"


def test_what_is_given_is_taken_whatever_it_is():
    rows = pd.DataFrame({"code": [1, 2], "name": ["a", "b"], "city": [5, 5], "town": ["x", "x"]})
    chosen = choose(rows, key="CITY", named=["town", "id=name"])
    assert chosen.id == "city"
    assert chosen.names == {"en": "town", "id": "name"}
    assert chosen.why == []


def test_names_in_languages_of_the_study_are_found_beside_each_other():
    rows = pd.DataFrame({"code": [1], "name_en": ["a"], "name_pt": ["b"], "name_fr": ["c"]})
    chosen = choose(rows, languages=("en", "pt"))
    assert chosen.names == {"en": "name_en", "pt": "name_pt"}


def test_the_only_name_counts_for_english_and_for_its_own_language():
    rows = pd.DataFrame({"code": [1, 2], "name_id": ["a", "b"]})
    assert choose(rows).names == {"en": "name_id", "id": "name_id"}


def test_a_wrong_column_is_refused_with_those_that_are_there():
    rows = pd.DataFrame({"code": ["06"], "name": ["a"]})
    with pytest.raises(ForeignFileError, match=r"--id: there is no column 'kode'.*such as '06'"):
        choose(rows, key="kode")
    with pytest.raises(ForeignFileError, match="'fr' is no language of the study"):
        choose(rows, named=["fr=name"])


def test_measures_alone_are_neither_ids_nor_names():
    rows = pd.DataFrame({"population": [10, 20, 30], "density": [0.5, 1.5, 2.5]})
    with pytest.raises(ForeignFileError, match="No column looks like the ids of zones"):
        choose(rows)


def test_names_alone_leave_the_ids_open():
    chosen = choose(pd.DataFrame({"name": ["Leeds", "Bradford"]}))
    assert chosen.id is None
    assert "made from their names" in chosen.why[-1]


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ([3277, 3273], ["3277", "3273"]),
        ([3277.0, None], ["3277", ""]),
        (["3277.0", "3273.00"], ["3277", "3273"]),
        (["32.77", "32.0"], ["32.77", "32.0"]),
        (["06", " 6 "], ["06", "6"]),
        ([10.0**15, 1.0], ["1000000000000000", "1"]),
        ([True, pd.NA], ["True", ""]),
    ],
)
def test_cells_become_text_without_losing_or_gaining_digits(cells, texts):
    assert as_text(pd.Series(cells, dtype=object)).tolist() == texts


def cleaned(codes: list[str], known=()) -> tuple[list[str], Report]:
    report = Report()
    return clean_codes(pd.Series(codes), known, report).tolist(), report


def test_zeros_that_a_number_lost_are_put_back_as_the_study_has_them():
    codes, report = cleaned(["6", "17", "36061"], known={"06", "17"})
    assert codes == ["06", "17", "36061"]
    assert report.of("changed")[0].count == 1


def test_ids_stay_where_the_study_has_no_leading_zeros():
    assert cleaned(["6", "17"], known={"3277"})[0] == ["6", "17"]


def test_characters_that_a_code_may_not_have_are_replaced_and_reported():
    codes, report = cleaned(["01 001", "(A)", "Zürich/1"])
    assert codes == ["01-001", "A", "Zürich/1"]
    [entry] = report.of("changed")
    assert (entry.count, "'01 001' is '01-001'" in entry.why) == (2, True)


def test_ids_with_and_without_a_zero_are_not_made_one_zone():
    with pytest.raises(ForeignFileError, match="'1' and '01' would both become the area code '01'"):
        clean_codes(pd.Series(["1", "01", "2"]), ["01", "02"], Report())


def test_two_ids_that_would_become_one_are_refused():
    with pytest.raises(ForeignFileError, match="'A 1' and 'A-1' would both become"):
        cleaned(["A 1", "A-1"])


def test_the_same_id_twice_is_one():
    assert cleaned(["A 1", "A 1"])[0] == ["A-1", "A-1"]
