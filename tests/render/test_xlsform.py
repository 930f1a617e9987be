"""Forms as workbooks: the same bytes on every run, no formulas, accepted by pyxform."""

from datetime import datetime
from io import BytesIO
from xml.etree import ElementTree
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyxform.xls2xform import convert

from metrobook.collection.instruments import (
    AGREEMENT,
    CONSENT_LEVELS,
    district_choices,
    draft_choices,
    draft_questions,
    xlsform,
)
from metrobook.render.xlsform import workbook
from metrobook.study import Study

XFORM = "{http://www.w3.org/2002/xforms}"
FORMS = ("questionnaire", "observation", "interview")
ANSWERED = {f"{XFORM}{tag}" for tag in ("input", "select", "select1", "upload", "trigger")}


@pytest.fixture(scope="module")
def case() -> Study:
    return Study.load("bandung-cimahi")


@pytest.fixture(scope="module")
def forms(case) -> dict[str, dict[str, pd.DataFrame]]:
    districts = district_choices(case.areas, [*case.codes("core"), *case.codes("buffer")])
    choices = pd.concat([districts, case.table("choices")])
    questions = case.table("questions")
    return {name: xlsform(questions, choices, name, "Title", f"form-{name}") for name in FORMS}


def converted(frames) -> tuple[ElementTree.Element, list[str]]:
    result = convert(workbook(frames), validate=False, file_type=".xlsx")
    return ElementTree.fromstring(result.xform), result.warnings


def cells(content: bytes, sheet: str) -> list[tuple]:
    return list(openpyxl.load_workbook(BytesIO(content))[sheet].iter_rows(values_only=True))


@pytest.mark.parametrize("name", FORMS)
def test_pyxform_accepts_the_form_without_complaint(forms, name):
    _xform, warnings = converted(forms[name])
    assert warnings == []


@pytest.mark.parametrize("name", FORMS)
def test_every_question_arrives_in_the_form(case, forms, name):
    questions = case.table("questions").query("instrument == @name")
    xform, _warnings = converted(forms[name])
    controls = [node for node in xform.iter() if node.tag in ANSWERED]
    assert len(controls) == (questions["type"] != "begin_group").sum()
    groups = list(xform.iter(f"{XFORM}group"))
    assert len(groups) == (questions["type"] == "begin_group").sum()


@pytest.mark.parametrize("name", FORMS)
def test_every_question_is_there_in_both_languages(case, forms, name):
    questions = case.table("questions").query("instrument == @name")
    xform, _warnings = converted(forms[name])
    for code, language in (("en", "English (en)"), ("id", "Indonesia (id)")):
        texts = next(n for n in xform.iter(f"{XFORM}translation") if n.get("lang") == language)
        said = {"".join(value.itertext()) for value in texts.iter(f"{XFORM}value")}
        assert set(questions[f"text_{code}"]) <= said
        assert set(questions[f"hint_{code}"].dropna()) <= said


def test_districts_can_be_chosen(case, forms):
    xform, _warnings = converted(forms["questionnaire"])
    lists = [n for n in xform.iter(f"{XFORM}instance") if n.get("id") == "district"]
    names = {node.text for node in lists[0].iter(f"{XFORM}name")}
    assert {"3273010", "3277030", "elsewhere_metro"} <= names


@pytest.mark.parametrize("name", FORMS)
def test_two_runs_give_the_same_bytes(forms, name, monkeypatch):
    first = workbook(forms[name])

    class Later(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2031, 1, 2, 3, 4, 5, tzinfo=tz)

    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", Later)
    monkeypatch.setattr("time.time", lambda: 1_900_000_000.0)
    assert workbook(forms[name]) == first


def test_the_archive_carries_no_time(forms):
    content = workbook(forms["observation"])
    with ZipFile(BytesIO(content)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("1980-01-01T00:00:00Z") == 2


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "=cmd|' /C calc'!A0", "#REF!"])
def test_text_that_looks_like_a_formula_stays_text(text):
    sheet = openpyxl.load_workbook(BytesIO(workbook({"survey": pd.DataFrame({text: [text]})})))
    for cell in sheet["survey"]["A"]:
        assert (cell.value, cell.data_type, cell.number_format) == (text, "s", "@")


@settings(max_examples=25)
@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1))
def test_every_text_comes_back_as_it_was(texts):
    content = workbook({"survey": pd.DataFrame({"label": texts})})
    assert cells(content, "survey") == [("label",), *((text,) for text in texts)]


def test_numbers_become_text_and_gaps_stay_empty():
    frame = pd.DataFrame({"name": ["0012", None, pd.NA], "n": [1, 2, 3]})
    assert cells(workbook({"a": frame}), "a")[1:] == [("0012", "1"), (None, "2"), (None, "3")]


def test_sheets_keep_their_order_and_may_be_empty():
    content = workbook({"survey": pd.DataFrame({"a": [1]}), "choices": pd.DataFrame()})
    assert openpyxl.load_workbook(BytesIO(content)).sheetnames == ["survey", "choices"]


def test_a_draft_is_a_form_too(case):
    words = {
        "consent": "Consent?", "codes": "Codes", "claims": "Claims", "code": "{name}?",
        "claim": "{text}?",
    }  # fmt: skip
    labels = {name: name for name in (*CONSENT_LEVELS, *AGREEMENT)}
    claims = case.table("claims")
    draft = draft_questions(case.codebook, claims, {"en": words, "id": words})
    offered = draft_choices({"en": labels, "id": labels})
    xform, warnings = converted(xlsform(draft, offered, "questionnaire", "Draft", "draft"))
    assert warnings == []
    assert len(list(xform.iter(f"{XFORM}select1"))) == len(claims) + 1
