"""Exports of LimeSurvey with their structure, in the real layouts, with synthetic answers."""

import pandas as pd
import pytest

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.limesurvey import is_structure, read_limesurvey, read_structure
from metrobook.imports.survey import SurveyOptions, read_survey
from tests.imports.small_study import small_study

PEOPLE = 24
CITED = {"publisher": "Synthetic answers of a test", "title": "Synthetic survey"}
AGREE = {"A1": "Agree", "A2": "Neutral", "A3": "Disagree"}
VIEW = ["A1"] * 10 + ["A2"] * 6 + ["A3"] * 6 + [""] * 2
HOME = ["N"] * 12 + ["S"] * 10 + ["-oth-"] * 2


def cell(tag, text):
    return f"<{tag}><![CDATA[{text}]]></{tag}>"


def row(**cells):
    return "<row>" + "".join(cell(tag, text) for tag, text in cells.items()) + "</row>"


def section(name, *rows):
    return f"<{name}><fields></fields><rows>{''.join(rows)}</rows></{name}>"


def write_lss(path):
    """The structure as LimeSurvey 4 and later write it: texts in tables of their own."""
    questions = [
        ("1", "HOME", "L", "Where do you live?"), ("2", "VIEW", "F", "What do you think?"),
        ("3", "MODES", "M", "How do you travel?"), ("4", "MIN", "N", "Minutes to work"),
        ("5", "SAY", "T", "Anything else?"), ("6", "CAR", "Y", "Do you own a car?"),
    ]  # fmt: skip
    parts = [("21", "2", "SQ001", "Buses are on time"), ("22", "2", "SQ002", "Trains are on time"),
             ("31", "3", "SQ001", "Bus"), ("32", "3", "SQ002", "Walk")]  # fmt: skip
    answers = [("1", "N", "North"), ("1", "S", "South"), *(("2", *pair) for pair in AGREE.items())]
    xml = "".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?><document>',
            "<LimeSurveyDocType>Survey</LimeSurveyDocType><DBVersion>415</DBVersion>",
            "<languages><language>en</language></languages>",
            section("answers", *(row(aid=str(n), qid=qid, code=code, sortorder=str(n), scale_id="0")
                                 for n, (qid, code, _) in enumerate(answers))),
            section("answer_l10ns", *(row(id=str(n), aid=str(n), answer=text, language="en")
                                      for n, (_, _, text) in enumerate(answers))),
            section("questions", *(row(qid=qid, parent_qid="0", sid="9", type=kind, title=code,
                                       question_order=qid) for qid, code, kind, _ in questions)),
            section("subquestions", *(row(qid=qid, parent_qid=parent, sid="9", type="T", title=code,
                                          question_order=qid, scale_id="0")
                                      for qid, parent, code, _ in parts)),
            section("question_l10ns", *(row(id=str(n), qid=qid, question=f"<p>{text}</p>",
                                            language="en")
                                        for n, (qid, *_, text) in enumerate([*questions, *parts]))),
            section("surveys", row(sid="9", language="en")),
            "</document>",
        ]
    )  # fmt: skip
    path.write_text(xml, encoding="utf-8")
    return path


def write_tsv(path):
    """The same structure as tab-separated values."""
    rows = [
        ("S", "", "language", "en", "en"), ("SL", "", "surveyls_title", "Synthetic", "en"),
        ("G", "", "Group", "", "en"),
        ("Q", "L", "HOME", "Where do you live?", "en"), ("A", "0", "N", "North", "en"),
        ("A", "0", "S", "South", "en"),
        ("Q", "F", "VIEW", "What do you think?", "en"),
        ("SQ", "0", "SQ001", "Buses are on time", "en"),
        ("SQ", "0", "SQ002", "Trains are on time", "en"),
        *(("A", "0", code, text, "en") for code, text in AGREE.items()),
        ("Q", "M", "MODES", "How do you travel?", "en"), ("SQ", "0", "SQ001", "Bus", "en"),
        ("SQ", "0", "SQ002", "Walk", "en"),
        ("Q", "N", "MIN", "Minutes to work", "en"), ("Q", "T", "SAY", "Anything else?", "en"),
        ("Q", "Y", "CAR", "Do you own a car?", "en"),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["class", "type/scale", "name", "text", "language"])
    frame.to_csv(path, sep="\t", index=False, encoding="utf-8-sig")
    return path


def responses_table(layout="codes", answers="codes"):
    """Return synthetic responses; the last two people did not finish."""
    texts = {
        "HOME": "Where do you live?", "HOME[other]": "Where do you live? [Other]",
        "VIEW[SQ001]": "What do you think? [Buses are on time]",
        "VIEW[SQ002]": "What do you think? [Trains are on time]",
        "MODES[SQ001]": "How do you travel? [Bus]", "MODES[SQ002]": "How do you travel? [Walk]",
        "MODES[other]": "How do you travel? [Other]", "MIN": "Minutes to work",
        "SAY": "Anything else?", "CAR": "Do you own a car?",
    }  # fmt: skip
    full = {"N": "North", "S": "South", "-oth-": "Other", "Y": "Yes", "": "", **AGREE}

    def value(code):
        return full[code] if answers == "full" else code

    rows = [
        {
            "id": n + 1, "submitdate": "" if n >= PEOPLE - 2 else f"2026-02-{n + 1:02d} 10:00:00",
            "lastpage": 1, "startlanguage": "en", "seed": 7,
            "HOME": value(HOME[n]), "HOME[other]": "on a boat" if HOME[n] == "-oth-" else "",
            "VIEW[SQ001]": value(VIEW[n]), "VIEW[SQ002]": value("A1"),
            "MODES[SQ001]": value("Y" if n % 2 else ""), "MODES[SQ002]": value("Y"),
            "MODES[other]": "boat" if n < 6 else "", "MIN": f"{10 + n}.0000000000",
            "SAY": "a synthetic remark", "CAR": value("Y"),
        }
        for n in range(PEOPLE)
    ]  # fmt: skip
    names = {
        "codes": lambda code: code,
        "code and text": lambda code: f"{code}. {texts[code]}",
        "texts": lambda code: texts[code],
        "old codes": lambda code: code.replace("[", "_").replace("]", ""),
    }[layout]
    meta = ["id", "submitdate", "lastpage", "startlanguage", "seed"]
    full_meta = ["Response ID", "Date submitted", "Last page", "Start language", "Seed"]
    frame = pd.DataFrame(rows)
    written = full_meta if layout == "texts" else meta
    return frame.set_axis([*written, *map(names, frame.columns[5:])], axis=1)


@pytest.fixture(params=["lss", "txt"])
def structure(request, tmp_path):
    write = {"lss": write_lss, "txt": write_tsv}[request.param]
    return write(tmp_path / f"survey.{request.param}")


def counts(responses, name):
    answers = responses.answers[""][name]
    if responses.variable(name).kind == "multiple":
        return answers.dropna().explode().value_counts().to_dict()
    return answers[answers != ""].value_counts().to_dict()


@pytest.mark.parametrize("layout", ["codes", "code and text", "texts", "old codes"])
@pytest.mark.parametrize("answers", ["codes", "full"])
def test_every_layout_says_the_same(tmp_path, structure, layout, answers):
    path = tmp_path / "results.csv"
    responses_table(layout, answers).to_csv(path, index=False)
    responses = read_limesurvey(path, structure)
    assert len(responses.people) == PEOPLE - 2
    assert counts(responses, "HOME") == {"N": 12, "S": 10}
    assert counts(responses, "VIEW_SQ001") == {"A1": 10, "A2": 6, "A3": 6}
    assert counts(responses, "MODES") == {"SQ001": 11, "SQ002": 22, "other": 6}
    assert counts(responses, "CAR") == {"Y": 22}


def test_spreadsheets_are_read_too(tmp_path, structure):
    path = tmp_path / "results.xlsx"
    responses_table().to_excel(path, index=False)
    assert counts(read_limesurvey(path, structure), "VIEW_SQ001")["A1"] == 10


def test_the_structure_tells_kinds_labels_and_sides(tmp_path, structure):
    path = tmp_path / "results.csv"
    responses_table().to_csv(path, index=False)
    responses = read_limesurvey(path, structure)
    assert {v.name: v.kind for v in responses.variables} == {
        "HOME": "single", "VIEW_SQ001": "likert", "VIEW_SQ002": "likert", "MODES": "multiple",
        "MIN": "number", "SAY": "text", "CAR": "single",
    }  # fmt: skip
    view = responses.variable("VIEW_SQ001")
    assert view.labels == {"en": "What do you think? – Buses are on time"}
    assert [choice.side for choice in view.choices] == ["high", "neutral", "low"]


def test_unfinished_responses_and_free_texts_beside_choices_are_counted(tmp_path, structure):
    path = tmp_path / "results.csv"
    responses_table().to_csv(path, index=False)
    lost = {entry.what: entry for entry in read_limesurvey(path, structure).report.of("lost")}
    assert lost["submissions"].count == 2
    assert "incomplete" in lost["submissions"].why
    assert "texts beside HOME" in lost


def test_an_undated_survey_has_no_period(tmp_path, structure):
    table = responses_table()
    table["submitdate"] = "1980-01-01 00:00:00"
    path = tmp_path / "results.csv"
    table.to_csv(path, index=False)
    responses = read_limesurvey(path, structure)
    assert len(responses.people) == PEOPLE
    assert (responses.people["date"] == "").all()


def test_an_answer_beside_the_structure_is_counted_apart(tmp_path, structure):
    table = responses_table()
    table.loc[0, "VIEW[SQ001]"] = "A9"
    path = tmp_path / "results.csv"
    table.to_csv(path, index=False)
    responses = read_limesurvey(path, structure)
    assert counts(responses, "VIEW_SQ001")["unlisted"] == 1
    assert "unlisted" in responses.variable("VIEW_SQ001").missing


@pytest.mark.parametrize(
    ("code", "kind", "first", "last"), [("5", "likert", "1", "5"), ("B", "likert", "1", "10")]
)
def test_point_scales_have_their_points(tmp_path, code, kind, first, last):
    structure = write_tsv(tmp_path / "survey.txt")
    structure.write_text(structure.read_text("utf-8-sig").replace("Q\tF\tVIEW", f"Q\t{code}\tVIEW"))
    table = responses_table().assign(**{"VIEW[SQ001]": "4", "VIEW[SQ002]": "1", "VIEW": "3"})
    path = tmp_path / "results.csv"
    table.to_csv(path, index=False)
    names = {v.name: v for v in read_limesurvey(path, structure).variables}
    view = names["VIEW" if code == "5" else "VIEW_SQ001"]
    assert view.kind == kind
    assert [view.choices[0].code, view.choices[-1].code] == [first, last]
    assert (view.choices[0].side, view.choices[-1].side) == ("low", "high")


RANKING = """class\ttype/scale\tname\ttext\tlanguage
S\t\tlanguage\ten\ten
Q\tR\tFIRST\tWhat matters most?\ten
A\t0\tP\tPrice\ten
A\t0\tT\tTime\ten
A\t0\tS\tSafety\ten
Q\t1\tDUAL\tHow often, how well?\ten
SQ\t0\tSQ001\tBus\ten
A\t0\tA1\tOften\ten
A\t0\tA2\tSeldom\ten
A\t1\tA1\tWell\ten
A\t1\tA2\tBadly\ten
Q\t:\tGRID\tMinutes\ten
SQ\t0\tY1\tBus\ten
SQ\t1\tX1\tMorning\ten
SQ\t1\tX2\tEvening\ten
"""


def read_text(tmp_path, structure, table):
    (tmp_path / "survey.txt").write_text(structure, encoding="utf-8")
    table.to_csv(tmp_path / "results.csv", index=False)
    return read_limesurvey(tmp_path / "results.csv", tmp_path / "survey.txt")


@pytest.mark.parametrize("answers", [("P", "T", "S"), ("Price", "Time", "Safety")])
@pytest.mark.parametrize(
    "headers",
    ["FIRST[{}]", "FIRST_{}", "FIRST[{}]. What matters most? [Rank {}]",
     "What matters most? [Rank {}]", "What matters most? [Rang {}]"],
)  # fmt: skip
def test_each_place_of_a_ranking_is_a_variable(tmp_path, headers, answers):
    price, time, safety = answers
    places = [[price, price, safety], [time, safety, price], [safety, "", ""]]
    structure = RANKING.partition("Q\t1")[0]
    columns = [headers.replace("{}", str(place)) for place in (1, 2, 3)]
    table = pd.DataFrame(dict(zip(columns, places, strict=True)))
    responses = read_text(tmp_path, structure, table)
    assert [v.name for v in responses.variables] == ["FIRST_1", "FIRST_2", "FIRST_3"]
    assert counts(responses, "FIRST_1") == {"P": 2, "S": 1}
    assert counts(responses, "FIRST_3") == {"S": 1}
    first = responses.variable("FIRST_1")
    assert (first.kind, first.labels) == ("single", {"en": "What matters most? – rank 1"})
    assert [choice.labels["en"] for choice in first.choices] == ["Price", "Time", "Safety"]
    assert responses.report.of("lost") == []


def test_two_scales_keep_their_own_answers_and_cells_of_a_table_are_told_apart(tmp_path):
    table = pd.DataFrame(
        {"FIRST[1]": ["P"], "DUAL[SQ001][1]": ["A1"], "DUAL[SQ001][2]": ["A2"],
         "GRID[Y1_X1]": ["10"], "GRID[Y1_X2]": ["20"]}
    )  # fmt: skip
    responses = read_text(tmp_path, RANKING, table)
    label = {
        name: [choice.labels["en"] for choice in responses.variable(name).choices]
        for name in ("DUAL_SQ001_1", "DUAL_SQ001_2")
    }
    assert label == {"DUAL_SQ001_1": ["Often", "Seldom"], "DUAL_SQ001_2": ["Well", "Badly"]}
    assert responses.variable("GRID_Y1_X2").labels == {"en": "Minutes – Bus – Evening"}


def test_structure_and_responses_of_different_surveys_are_refused(tmp_path, structure):
    path = tmp_path / "results.csv"
    pd.DataFrame({"id": [1], "submitdate": ["2026-01-01"], "Q1": ["A"]}).to_csv(path, index=False)
    with pytest.raises(
        ForeignFileError, match=r"do not belong together: of 6 questions of the form, 0"
    ):
        read_limesurvey(path, structure)


@pytest.mark.parametrize(
    "content",
    [
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType>",
        "<document><LimeSurveyDocType>Survey</LimeSurveyDocType></document>",
        '<!DOCTYPE d [<!ENTITY a "b">]><document><LimeSurveyDocType>Survey</LimeSurveyDocType>'
        "</document>",
        "class\tname\nQ\tHOME\n",
    ],
)
def test_a_broken_structure_is_refused(tmp_path, content):
    path = tmp_path / "survey.lss"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ForeignFileError, match=r"survey\.lss"):
        read_structure(path)


def test_structures_are_told_from_forms(tmp_path, structure):
    assert is_structure(structure)
    other = tmp_path / "form.csv"
    other.write_text("type,name\ntext,a\n")
    assert not is_structure(other)


def test_responses_without_their_structure_are_told_what_to_bring(tmp_path):
    path = tmp_path / "results.csv"
    responses_table().to_csv(path, index=False)
    study = small_study(tmp_path, {"N": "North", "S": "South"})
    with pytest.raises(ForeignFileError, match=r"looks like an export of LimeSurvey.*--form"):
        read_survey(path, study, SurveyOptions("trial"), **CITED)


def test_a_survey_of_limesurvey_becomes_shares(tmp_path, structure):
    path = tmp_path / "results.csv"
    responses_table().to_csv(path, index=False)
    study = small_study(tmp_path, {"N": "North", "S": "South"})
    proposal = read_survey(path, study, SurveyOptions("trial", structure, synthetic=True), **CITED)
    proposal.amendment.make()
    answers = type(study)(study.folder).table("survey_answers")
    view = answers[answers["variable_id"] == "VIEW_SQ001"].set_index("choice")
    assert view["n"].to_dict() == {"A1": 10, "A2": 6, "A3": 6}
    assert view.loc["A1", "share"] == pytest.approx(10 / 22, abs=1e-4)
    assert proposal.amendment.problems() == []
