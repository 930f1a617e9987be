"""The answers for a new study: understood in every form, or refused all at once with advice."""

import re

import pytest
from hypothesis import assume
from hypothesis import given as drawn
from hypothesis import strategies as st

from metrobook.compendium import StudyError, schema
from metrobook.founding.answers import Area, lacking, read_answers, understood


def refusal(name, answers) -> str:
    with pytest.raises(StudyError) as refused:
        understood(name, answers)
    return str(refused.value)


def test_everything_that_lacks_is_named_at_once():
    said = refusal("synthetic", {})
    for key in ("metro", "core", "buffer", "country", "period"):
        assert f"- {key}: expected" in said
        assert f"--{key}" in said
    assert "ring" not in said and "question" not in said


def test_blank_answers_lack(given):
    given |= {"core": ["", " ; "], "metro": {}}
    assert [*lacking(given)] == ["metro", "core"]
    assert "- core: expected" in refusal("synthetic", given)


def test_areas_come_as_codes_with_names_plain_names_lists_and_mappings(given):
    given |= {
        "core": "E08000035=Leeds",
        "buffer": ["Wakefield; 02 = Kirklees", "São Bernardo do Campo"],
        "ring": {"R1": "Ring"},
    }
    areas = understood("synthetic", given).areas
    assert areas["core"] == (Area("E08000035", "Leeds"),)
    assert areas["buffer"] == (
        Area("WAKEFIELD", "Wakefield"),
        Area("02", "Kirklees"),
        Area("SAO-BERNARDO-DO-CAMPO", "São Bernardo do Campo"),
    )
    assert areas["ring"] == (Area("R1", "Ring"),)
    assert areas["comparison"] == ()


@drawn(st.from_regex(r"[A-Za-z][\w .'-]{0,30}", fullmatch=True))
def test_a_code_made_from_a_name_fits_the_table_of_areas(name):
    pattern = schema("areas")["fields"][0]["constraints"]["pattern"]
    answers = {"metro": "M", "buffer": "1/=B", "country": "2/=C", "period": "2011-2021"}
    assume(name.strip().upper() != "METRO")
    [area] = understood("synthetic", answers | {"core": [name]}).areas["core"]
    assert re.fullmatch(pattern, area.code)


def test_the_first_name_of_the_metropolis_serves_as_english_where_english_is_not_wanted(given):
    answers = understood("synthetic", given | {"metro": ["pt=Metrópole", "id=Metro"]})
    assert answers.languages == ("pt", "id")
    assert answers.metro == {"en": "Metrópole", "pt": "Metrópole", "id": "Metro"}


def test_a_name_without_a_language_is_english(given):
    answers = understood("synthetic", given | {"metro": "Leeds"})
    assert (answers.languages, answers.metro) == (("en",), {"en": "Leeds"})


def test_the_question_is_drafted_from_the_names_in_the_languages_that_have_one(given):
    question = understood("synthetic", given | {"metro": {"pt": "M", "id": "Metro"}}).question
    assert sorted(question) == ["en", "id"]
    assert "Synthetic Core" in question["en"] and "Synthetic Buffer West" in question["en"]
    assert question["id"].startswith("Bagaimana Metro terjalin")


def test_one_year_is_a_period(given):
    assert understood("synthetic", given | {"period": "2021"}).period == (2021, 2021)


def test_an_own_question_takes_the_place_of_the_draft(given):
    asked = "How, then; and why is a = b?"
    question = understood("synthetic", given | {"question": [asked, "id=Mengapa?"]}).question
    assert question == {"en": asked, "id": "Mengapa?"}


@pytest.mark.parametrize(
    ("key", "value", "advice"),
    [
        ("metro", ["xx=Nowhere"], "Look up the code"),
        ("metro", ["eng=Leeds"], "Look up the code"),
        ("metro", ["en=A", "en=B"], "Write one for it."),
        ("metro", {"en": " "}, "Write one for it."),
        ("core", ["a b=Name"], "no blanks"),
        ("core", ["C1="], "no blanks"),
        ("core", ["???"], "no blanks"),
        ("buffer", ["C1=Other"], "change or remove one"),
        ("ring", ["METRO=Other"], "change or remove one"),
        ("ring", ["XX=Other"], "change or remove one"),
        ("period", "2021-2011", "Write them as 2011-2021, or"),
        ("period", "1066-2011", "Write them as 2011-2021, or"),
        ("period", {"start": "2011"}, "Write them as 2011-2021, or"),
        ("technique", ["guessing"], "Correct it."),
        ("colour", "blue", "Correct it, or remove it."),
    ],
)
def test_a_wrong_answer_is_refused_with_advice(given, key, value, advice):
    assert advice in refusal("synthetic", given | {key: value})


@pytest.mark.parametrize("name", ["", "Leeds", "a b", "../up", "-a", "a_b", "id", "data", "é"])
def test_a_name_that_is_no_folder_or_belongs_to_the_site_is_refused(given, name):
    assert "- name" in refusal(name, given)


def test_a_name_that_is_there_is_refused(given, found):
    found("synthetic")
    assert "a name that no study has" in refusal("synthetic", given)


def test_words_of_a_file_stay_the_text_that_they_are(tmp_path, given):
    file = tmp_path / "answers.yml"
    file.write_text(
        "metro:\n  no: Oslo\ncore:\n  - 0301=Oslo\nbuffer:\n  3020: Nordre Follo\n"
        "country: NO=Norway\nperiod: 2011-2021\n",
        encoding="utf-8",
    )
    answers = understood("synthetic", read_answers(file))
    assert answers.languages == ("no",)
    assert answers.areas["core"] == (Area("0301", "Oslo"),)
    assert answers.areas["buffer"] == (Area("3020", "Nordre Follo"),)


@pytest.mark.parametrize(
    "content", [b"", b"- a list", b"metro: [", b"\xff\xfe\x00broken", b"\x00", b"just words"]
)
def test_a_file_without_answers_is_refused_by_its_name(tmp_path, content):
    file = tmp_path / "answers.yml"
    file.write_bytes(content)
    with pytest.raises(StudyError, match=r"answers\.yml"):
        read_answers(file)


def test_a_file_that_is_not_there_is_refused_by_its_name(tmp_path):
    with pytest.raises(StudyError, match=r"nowhere\.yml"):
        read_answers(tmp_path / "nowhere.yml")
