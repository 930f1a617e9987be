"""Ids and names of a file become areas of a study, or it is said why not."""

import pandas as pd
import pytest

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.matching import Areas, bare, shortened

COLUMNS = ["area_code", "name_en", "name_id", "level", "parent_code", "government_code"]
ROWS = [
    ("3200", "West Java", "Jawa Barat", "province", "", "32"),
    ("3201", "Bogor Regency", "Kab. Bogor", "regency", "3200", ""),
    ("3271", "Bogor City", "Kota Bogor", "city", "3200", ""),
    ("3273", "Bandung City", "Kota Bandung", "city", "3200", ""),
    ("3277", "Cimahi City", "Kota Cimahi", "city", "3200", "32.77"),
    ("01001", "Autauga County", "", "county", "", ""),
    ("3550308", "São Paulo", "", "municipality", "", ""),
    ("E08000035", "Leeds", "", "district", "", ""),
]
ZONES = [row[0] for row in ROWS[1:]]


@pytest.fixture
def areas() -> Areas:
    return Areas(pd.DataFrame(ROWS, columns=COLUMNS), ZONES)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("3273", "3273"), (" 3273", "3273"), ("3273.0", "3273"), ("1001", "01001"),
        ("001001", "01001"), ("e08000035", "E08000035"), ("32.77", "3277"),
        ("KOTA CIMAHI", "3277"), ("Cimahi", "3277"), ("Bogor, Kab.", "3201"),
        ("Sao  Paulo", "3550308"), ("São Paulo (SP)", "3550308"),
        ("Autauga County, Alabama", "01001"), ("City of Leeds", "E08000035"),
        ("Leeds Metropolitan District", "E08000035"), ("E08000035 : Leeds", "E08000035"),
        ("3273 Kota Bandung", "3273"), ("Kota Bandung (3273)", "3273"), ("[3273] Bandung", "3273"),
    ],
)  # fmt: skip
def test_an_area_is_found_by_its_code_or_name_however_it_is_spelled(areas, name, code):
    assert areas.match([name]).codes(pd.Series([name])).tolist() == [code]


def test_a_name_of_a_city_and_a_regency_is_left_open_with_both(areas):
    guess = areas.match(["Bogor"]).missed.loc["Bogor", "guess"]
    assert "3201 (Bogor Regency) or 3271 (Bogor City)" in guess and "--area" in guess


def test_the_bare_name_is_the_regency_where_the_city_stands_beside_it(areas):
    found = areas.match(["Bogor", "Kota Bogor"]).found["area_code"]
    assert found.to_dict() == {"Bogor": "3201", "Kota Bogor": "3271"}


def test_a_regency_does_not_become_the_city_of_its_name(areas):
    assert areas.match(["Kab. Bandung"]).found.empty
    assert areas.match(["Kota Bandung", "Bandung"]).missed.index.tolist() == ["Bandung"]


def test_places_of_one_name_in_several_states_are_not_mixed_up(areas):
    matches = areas.match(["São Paulo (SP)", "São Paulo (XX)"])
    assert matches.found.empty
    assert matches.missed["guess"].str.startswith("perhaps 3550308").all()


@pytest.mark.parametrize(
    ("name", "guess"),
    [
        ("Jumlah", "a total"), ("TOTAL", "a total"), ("Insgesamt", "a total"),
        ("Sumber: BPS", "a note"), ("Jawa Barat", "a parent area"), ("3200", "a parent area"),
        ("3174", "outside the study"), ("Atlantis", "outside the study"),
        ("0000", "outside the study"),
    ],
)  # fmt: skip
def test_an_id_without_an_area_has_a_guess_why(areas, name, guess):
    assert areas.match([name, "3273"]).missed.loc[name, "guess"] == guess


def test_a_slip_of_the_pen_is_asked_about_and_not_taken(areas):
    matches = areas.match(["Cimahii"])
    assert matches.found.empty
    assert matches.missed["guess"].tolist() == [
        'perhaps 3277 (Cimahi City): say --area "Cimahii=3277"'
    ]


def test_names_that_differ_in_a_number_are_no_slips():
    rows = [("A1", "Leeds 001", "", "ward", "", ""), ("A2", "Leeds 002", "", "ward", "", "")]
    areas = Areas(pd.DataFrame(rows, columns=COLUMNS))
    assert areas.match(["Leeds 003"]).missed["guess"].tolist() == ["outside the study"]


def test_parts_are_found_by_their_first_characters_with_lost_zeros_restored(areas):
    ids = ["10010201001000", "327700120001000"]  # of the first a leading zero is lost
    assert shortened(ids, 5) == {ids[0]: "01001", ids[1]: "32770"}
    assert areas.match(ids, prefix=5).found["area_code"].to_dict() == {ids[0]: "01001"}


def test_lost_zeros_are_restored_where_every_id_has_lost_one(areas):
    ids = ["10010201001000", "10030201001000"]
    assert areas.match(ids, prefix=5).found["area_code"].to_dict() == {ids[0]: "01001"}


def test_what_a_person_decides_goes_before_all_and_is_checked(areas):
    matches = areas.match(["Bogor", "3271"], {"Bogor": "3201"})
    assert matches.found.loc["Bogor"].tolist()[:2] == ["3201", "as you said"]
    for wrong in ({"Bogor": "9"}, {"Elsewhere": "3201"}):
        with pytest.raises(ForeignFileError, match=r"there is no .*areas are written like"):
            areas.match(["Bogor"], wrong)


def test_the_sentence_counts_ids_and_areas_by_way(areas):
    said = areas.match(["3273", "Kota Cimahi", "cimahi city", "X"]).sentence()
    assert said == "3 of 4 ids are 2 areas of the study: 2 by their name; 1 by their code."


def test_order_of_ids_does_not_matter(areas):
    ids = ["Bogor", "Kota Bogor", "3273", "Leeds", "Cimahi", "Jumlah"]
    there, back = areas.match(ids).table, areas.match(ids[::-1]).table
    pd.testing.assert_frame_equal(there, back)


def test_words_for_kinds_of_areas_are_not_part_of_a_name():
    assert bare("Kabupaten Administrasi Kepulauan Seribu") == "kepulauan seribu"
