"""Exports of KoboToolbox and ODK Central, in their real layouts, with synthetic answers."""

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.kobo import read_kobo
from metrobook.imports.respondents import groups
from metrobook.imports.survey import SurveyOptions, read_survey
from metrobook.imports.xlsforms import read_form
from tests.imports.small_study import small_study
from tests.imports.survey_samples import (
    CHOICES,
    PEOPLE,
    kobo_tables,
    write_form,
    write_kobo_csv,
    write_odk_zip,
    write_workbook,
)

CITED = {"publisher": "Synthetic answers of a test", "title": "Synthetic survey"}


@pytest.fixture
def form(tmp_path):
    return write_form(tmp_path / "form.xlsx")


def lost(responses, words):
    return [entry for entry in responses.report.of("lost") if words in entry.what + entry.why]


def counts(responses, name):
    variable = responses.variable(name)
    answers = responses.answers[variable.counted][name]
    if variable.kind == "multiple":
        return answers.dropna().explode().value_counts().to_dict()
    return answers[answers != ""].value_counts().to_dict()


@pytest.mark.parametrize(
    ("labels", "groups", "split"),
    [
        ("", True, True), ("", True, False), ("", False, True), ("", False, False),
        ("en", True, True), ("en", False, True), ("id", True, True), ("id", False, False),
    ],
)  # fmt: skip
def test_every_layout_of_kobotoolbox_says_the_same(tmp_path, form, labels, groups, split):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables(labels, groups, split))
    responses = read_kobo(path, form)
    assert counts(responses, "area") == {"N": 12, "S": 8}
    assert counts(responses, "modes") == {"bus": 10, "walk": 10, "other": 5}
    assert counts(responses, "view") == {"2": 8, "1": 4, "4": 4, "98": 4}
    assert counts(responses, "by_what") == {"bus": 20, "walk": 20}
    assert responses.variable("by_what").counted == "trips"
    assert len(responses.people) == PEOPLE


def test_the_form_tells_kinds_labels_missing_codes_and_sides(form):
    variables = {q.name: q.variable for q in read_form(form).questions}
    assert {name: v.kind for name, v in variables.items() if v.kind} == {
        "area": "single", "modes": "multiple", "minutes": "number", "view": "likert",
        "by_what": "single", "remark": "text", "your_name": "text",
    }  # fmt: skip
    assert variables["view"].labels == {"en": "Buses are on time", "id": "Bus tepat waktu"}
    assert variables["view"].missing == ("98",)
    sides = [choice.side for choice in variables["view"].choices]
    assert sides == ["high", "high", "neutral", "low", ""]
    assert [choice.code for choice in variables["modes"].choices] == ["bus", "walk", "other"]


@pytest.mark.parametrize("languages", [("English", "Indonesian"), ("en", "id")])
def test_languages_are_known_by_their_names_too(tmp_path, languages):
    form = read_form(write_form(tmp_path / "form.xlsx", languages=languages))
    assert set(form.questions[2].variable.labels) == {"en", "id"}


def test_pictures_places_and_metadata_are_left_out_and_said_so(tmp_path, form):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    responses = read_kobo(path, form)
    names = {variable.name for variable in responses.variables}
    assert names == {"area", "modes", "minutes", "view", "by_what", "remark", "your_name"}
    assert [entry.count for entry in lost(responses, "photo")] == [1]
    assert [entry.count for entry in lost(responses, "exact places")] == [1]
    assert [entry.why for entry in lost(responses, "columns")] == [
        "the form does not know them: modes_other"
    ]


@pytest.mark.parametrize("status", ["Not approved", "validation_status_not_approved"])
def test_what_was_not_approved_is_left_out_with_its_trips(tmp_path, form, status):
    main, trips = kobo_tables()
    main.loc[:2, "_validation_status"] = status
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    assert len(responses.people) == PEOPLE - 3
    assert len(responses.answers["trips"]) == 2 * (PEOPLE - 3)
    assert [entry.count for entry in lost(responses, "not approved")] == [3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_with_semicolons_is_read_in_any_encoding(tmp_path, form, encoding):
    path = write_kobo_csv(tmp_path / "export.csv", kobo_tables()[0], encoding)
    assert counts(read_kobo(path, form), "area") == {"N": 12, "S": 8}


def test_an_archive_of_odk_central_is_read_with_its_repeat(tmp_path, form):
    responses = read_kobo(write_odk_zip(tmp_path / "export.zip"), form)
    assert responses.origin.startswith("ODK Central")
    assert len(responses.people) == PEOPLE - 1, "one submission was rejected"
    assert counts(responses, "by_what") == {"walk": 20, "bus": 18}
    assert counts(responses, "modes")["bus"] == 10
    assert responses.people["date"].iloc[0] == "2026-03-01"


def test_ticks_written_as_true_and_false_are_read(tmp_path, form):
    main, trips = kobo_tables()
    split = [column for column in main if column.startswith("travel/modes/")]
    main[split] = main[split].astype(bool)
    main = main.drop(columns="travel/modes")
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    assert counts(responses, "modes") == {"bus": 10, "walk": 10, "other": 5}


@pytest.mark.parametrize("sheet", ["trips", "Trips", "Perjalanan lain"])
def test_a_repeat_is_known_by_its_name_or_label(tmp_path, form, sheet):
    main, trips = kobo_tables()
    path = write_workbook(tmp_path / "export.xlsx", main, trips, sheet)
    assert counts(read_kobo(path, form), "by_what") == {"bus": 20, "walk": 20}


def test_a_sheet_that_is_no_repeat_of_the_form_is_named(tmp_path, form):
    main, trips = kobo_tables()
    path = write_workbook(tmp_path / "export.xlsx", main, trips, "members")
    assert [entry.why for entry in lost(read_kobo(path, form), "members")] == [
        "are no repeat of the form: members"
    ]


def test_a_submission_that_stands_twice_counts_once(tmp_path, form):
    main, trips = kobo_tables()
    main = pd.concat([main, main.iloc[:2]], ignore_index=True)
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    assert len(responses.people) == PEOPLE
    assert counts(responses, "by_what") == {"bus": 20, "walk": 20}
    assert [entry.count for entry in lost(responses, "stand there twice")] == [2]


def test_nested_rows_without_a_submission_are_counted(tmp_path, form):
    main, trips = kobo_tables()
    trips.loc[0, "_submission__id"] = 99
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    assert [entry.count for entry in lost(responses, "belong to no submission")] == [1]


def test_a_repeat_within_a_repeat_belongs_to_those_who_answered_the_outer_one(tmp_path):
    survey = [
        ("select_one yes", "drive", "Do you drive?"), ("begin_repeat", "trips", "Trips"),
        ("text", "where", "Where?"), ("begin_repeat", "stops", "Stops"),
        ("select_one yes", "long", "Was it long?"), ("end_repeat", "", ""), ("end_repeat", "", ""),
    ]  # fmt: skip
    form = tmp_path / "form.xlsx"
    with pd.ExcelWriter(form) as book:
        frame = pd.DataFrame(survey, columns=["type", "name", "label"])
        frame.to_excel(book, sheet_name="survey", index=False)
        choices = pd.DataFrame({"list_name": "yes", "name": ["y", "n"], "label": ["Yes", "No"]})
        choices.to_excel(book, sheet_name="choices", index=False)
    main = pd.DataFrame({"drive": ["y", "n", "y"], "_index": [1, 2, 3]})
    trips = pd.DataFrame(
        {"where": ["a", "b", "c"], "_index": [1, 2, 3], "_parent_table_name": "main",
         "_parent_index": [3, 3, 1]}
    )  # fmt: skip
    stops = pd.DataFrame(
        {"long": ["y", "n", "y"], "_index": [1, 2, 3], "_parent_table_name": "trips",
         "_parent_index": [2, 3, 1]}
    )  # fmt: skip
    with pd.ExcelWriter(tmp_path / "export.xlsx") as book:
        for sheet, table in (("main", main), ("trips", trips), ("stops", stops)):
            table.to_excel(book, sheet_name=sheet, index=False)
    answers = read_kobo(tmp_path / "export.xlsx", form).answers
    assert answers["trips"]["respondent"].tolist() == [2, 2, 0]
    assert answers["stops"]["respondent"].tolist() == [2, 0, 2]


def test_an_answer_that_is_not_offered_is_counted_apart(tmp_path, form):
    main, trips = kobo_tables()
    main.loc[[3, 4], "home/area"] = ["W", "a synthetic answer"]
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    assert counts(responses, "area")["unlisted"] == 2
    changed = [entry for entry in responses.report.of("changed") if "area" in entry.what]
    assert "rows 5, 6" in changed[0].why


def test_a_number_that_is_none_is_said_with_its_row(tmp_path, form):
    main, trips = kobo_tables()
    main["travel/minutes"] = main["travel/minutes"].astype(object)
    main.loc[[0, 1], "travel/minutes"] = ["about ten", "12,5"]
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    assert [entry.why for entry in lost(responses, "minutes")] == ["are no number: rows 2"]
    assert responses.answers[""]["minutes"].iloc[1] == "12.5"


def test_a_column_that_stands_twice_is_read_once(tmp_path, form):
    main = kobo_tables()[0]
    main.insert(3, "twice", "S")
    main.columns = ["home/area" if column == "twice" else column for column in main.columns]
    path = tmp_path / "export.csv"
    write_kobo_csv(path, main)
    responses = read_kobo(path, form)
    assert counts(responses, "area") == {"N": 12, "S": 8}
    assert any("home/area (2)" in entry.why for entry in lost(responses, "columns"))


def test_form_and_export_of_different_surveys_are_refused(tmp_path, form):
    path = write_workbook(tmp_path / "export.xlsx", pd.DataFrame({"a": [1], "b": [2]}))
    with pytest.raises(ForeignFileError, match=r"do not belong together.*area, modes.*a, b"):
        read_kobo(path, form)


def test_a_form_without_a_list_is_refused_with_its_row(tmp_path):
    form = write_form(tmp_path / "form.xlsx", [row for row in CHOICES if row[0] != "mode"])
    with pytest.raises(ForeignFileError, match=r"row 11: question 'modes' offers the list 'mode'"):
        read_form(form)


def test_a_workbook_that_is_no_form_is_refused(tmp_path):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    with pytest.raises(ForeignFileError, match="is no XLSForm"):
        read_form(path)


@pytest.mark.parametrize("share", [0.02, 0.5, 0.98])
def test_a_truncated_workbook_is_refused(tmp_path, form, share):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(ForeignFileError, match=r"damaged|cut off"):
        read_kobo(path, form)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02 nothing", b"only,a,header\n"])
def test_a_file_without_answers_is_refused(tmp_path, form, content):
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    with pytest.raises(ForeignFileError):
        read_kobo(path, form)


def test_repeats_alone_are_refused(tmp_path, form):
    path = write_workbook(tmp_path / "export.xlsx", kobo_tables()[1])
    with pytest.raises(ForeignFileError, match="repeats only"):
        read_kobo(path, form)


@pytest.fixture
def study(tmp_path):
    return small_study(tmp_path, {"N": "North", "S": "South"})


def test_an_export_without_its_form_is_told_what_to_bring(tmp_path, study):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    with pytest.raises(ForeignFileError, match="--form names the XLSForm"):
        read_survey(path, study, SurveyOptions("trial"), **CITED)


def test_a_form_in_place_of_answers_is_told_from_them(study, form):
    with pytest.raises(
        ForeignFileError, match=r"holds questions and no answers.*--form form\.xlsx"
    ):
        read_survey(form, study, SurveyOptions("trial"), **CITED)


def test_trips_are_counted_as_trips_but_trusted_as_people(tmp_path, study, form):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    proposal = read_survey(path, study, SurveyOptions("trial", form, synthetic=True), **CITED)
    proposal.amendment.make()
    answers = type(study)(study.folder).table("survey_answers")
    trips = answers[answers["variable_id"] == "by_what"]
    assert trips["base"].tolist() == [40, 40]
    assert trips["effective"].tolist() == [20, 20]
    variables = type(study)(study.folder).table("survey_variables").set_index("variable_id")
    assert variables.loc["by_what", "counted"] == "trips"
    assert "your_name" not in variables.index, "it asks who somebody is"


def test_nothing_of_places_names_and_devices_is_written(tmp_path, study, form):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    options = SurveyOptions("trial", form, by=("spot",), synthetic=True)
    with pytest.raises(ForeignFileError, match="the study needs the layer areas"):
        read_survey(path, study, options, **CITED)
    options = SurveyOptions("trial", form, by=("area",), synthetic=True)
    proposal = read_survey(path, study, options, **CITED)
    written = " ".join(map(str, proposal.amendment.files.values()))
    for trace in ("107.6", "-6.9", "Synthetic Person", "device-", "uuid-", "horse", ".jpg"):
        assert trace not in written


class Mapped:
    """A study with two zones side by side, drawn for this test."""

    zones = ("N", "S")

    def has_layer(self, name):
        return True

    def layer(self, name):
        shapes = [box(107.5, -7.0, 107.65, -6.85), box(107.65, -6.85, 107.8, -6.7)]
        return gpd.GeoDataFrame({"area_code": ["N", "S"]}, geometry=shapes, crs=4326)


def test_places_are_only_counted_by_area(tmp_path, form):
    main, trips = kobo_tables()
    main.loc[0, "home/spot"] = "51.5 -0.1 10 5"
    main.loc[1, "home/spot"] = ""
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    found = groups(responses, "spot", Mapped())
    assert found.value_counts().to_dict() == {"N": 10, "S": 8, "not_stated": 2}


def test_places_of_odk_central_are_counted_alike(tmp_path, form):
    responses = read_kobo(write_odk_zip(tmp_path / "export.zip"), form)
    found = groups(responses, "spot", Mapped())
    assert found.value_counts().to_dict() == {"N": 12, "S": 7}


def test_too_many_groups_are_refused(tmp_path, form):
    main, trips = kobo_tables()
    main = pd.concat([main] * 4, ignore_index=True).assign(who=range(4 * PEOPLE), _uuid="")
    responses = read_kobo(write_workbook(tmp_path / "export.xlsx", main, trips), form)
    with pytest.raises(ForeignFileError, match="80 different values are no groups"):
        groups(responses, "who", Mapped())


def test_codes_that_stand_for_no_answer_can_be_named(tmp_path, study, form):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    options = SurveyOptions("trial", form, missing=("S", "29"), synthetic=True)
    read_survey(path, study, options, **CITED).amendment.make()
    study = type(study)(study.folder)
    variables = study.table("survey_variables").set_index("variable_id")
    assert variables.loc["area", "missing_codes"] == "S"
    assert variables.loc["area", "missing"] == 8
    answers = study.table("survey_answers").set_index(["variable_id", "choice"])
    assert answers.loc[("area", "N"), "base"] == 12
    assert answers.loc[("minutes", "mean"), "base"] == PEOPLE - 1


def test_a_kind_that_cannot_be_is_refused(tmp_path, study, form):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    for kind, message in (("minutes=likert", "asks minutes as number"), ("x=single", "expected")):
        with pytest.raises(ForeignFileError, match=message):
            read_survey(path, study, SurveyOptions("trial", form, kinds=(kind,)), **CITED)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"by": ("nowhere",)}, "--by: the export has no question or column 'nowhere'"),
        ({"weight": "nowhere"}, "--weight: the export has no question"),
        ({"start": "March"}, "a day such as 2026-03-01"),
        ({"consent": "nowhere=yes"}, "--consent: the export has no question"),
        ({"name": "Two Words"}, "a short name for the survey"),
    ],
)
def test_options_that_fit_nothing_are_said(tmp_path, study, form, options, message):
    path = write_workbook(tmp_path / "export.xlsx", *kobo_tables())
    with pytest.raises(ForeignFileError, match=message):
        read_survey(
            path, study, SurveyOptions(**({"name": "trial", "form": form} | options)), **CITED
        )
