"""The study's own questionnaire: written as a form, answered synthetically, and imported again."""

import json

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from metrobook.cli import app
from metrobook.collection import district_choices, xlsform
from metrobook.collection.answers import share_interval
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.survey import SurveyOptions, read_survey
from metrobook.render.xlsform import workbook
from metrobook.study import Study

PEOPLE = 40
CITED = {"publisher": "Synthetic answers of a test", "title": "Synthetic survey", "year": "2026"}
OPTIONS = {"consent": "que_03_consent=public,anonymised,withheld", "synthetic": True}
EASE = ["very_easy"] * 6 + ["easy"] * 12 + ["neither"] * 7 + ["difficult"] * 8 + ["dont_know"] * 7
MODES = [("walk", "bus"), ("motorcycle",), ("motorcycle", "bus"), ()] * 10


@pytest.fixture
def study(compendium):
    return Study.load("bandung-cimahi")


@pytest.fixture
def form(study, tmp_path):
    """The form as the book offers it."""
    districts = district_choices(study.areas, ["3273", "3277"])
    choices = pd.concat([districts, study.table("choices")])
    sheets = xlsform(study.table("questions"), choices, "questionnaire", "Form", "form")
    path = tmp_path / "form.xlsx"
    path.write_bytes(workbook(sheets))
    return path


def synthetic_export(path, groups=True, **more):
    """Write an export in the layout of KoboToolbox with XML values; all answers are synthetic."""
    stem = {True: lambda group, name: f"{group}/{name}", False: lambda group, name: name}[groups]
    modes = ["walk", "bicycle", "motorcycle", "car", "ride_hailing", "angkot", "bus"]
    rows = []
    for n in range(PEOPLE):
        row = {
            "start": f"2026-03-{1 + n // 10:02d}T08:00:00.000+07:00",
            "end": f"2026-03-{1 + n // 10:02d}T08:20:00.000+07:00",
            stem("que_01_consent_part", "que_03_consent"): "anonymised",
            stem("que_01_consent_part", "que_04_card"): "",
            stem("que_05_home_part", "que_06_age"): "25_34" if n % 2 else "no_answer",
            stem("que_05_home_part", "que_07_home"): "3273180" if n % 2 else "3277020",
            stem("que_08_movement", "que_11_days"): 1 + n % 5,
            stem("que_08_movement", "que_12_modes"): " ".join(MODES[n]),
        }
        for mode in modes:
            row[stem("que_08_movement", f"que_12_modes/{mode}")] = int(mode in MODES[n])
        row[stem("que_33_voice", "que_36_ease")] = EASE[n]
        row[stem("que_52_closing", "que_53_more")] = "a synthetic remark" if n == 3 else ""
        row |= {
            "_id": 1000 + n, "_uuid": f"uuid-{n}",
            "_submission_time": f"2026-03-{1 + n // 10:02d}T08:21:00",
            "_validation_status": "", "_notes": "", "_status": "submitted_via_web",
            "_submitted_by": "", "__version__": "v1", "_tags": "", "_index": n + 1,
        }  # fmt: skip
        rows.append(row)
    frame = pd.DataFrame(rows).assign(**more)
    for question in PLAIN:
        frame[stem(*question)] = ""
    frame.to_excel(path, index=False, sheet_name="form")
    return path


PLAIN = [
    ("que_08_movement", name)
    for name in (
        "que_09_travels", "que_10_destination", "que_13_crossing", "que_14_purposes",
        "que_15_transit", "que_16_transit_provider", "que_17_trip_services", "que_18_trip_change",
    )
] + [
    ("que_19_services", name)
    for name in (
        "que_20_internet", "que_21_known", "que_22_used", "que_23_outcome", "que_24_reasons",
        "que_25_online", "que_26_rw_programme", "que_27_digital_village", "que_28_parking",
    )
]  # fmt: skip


def answers_of(study, variable, by=""):
    rows = study.table("survey_answers")
    rows = rows[(rows["variable_id"] == variable) & (rows["by"].fillna("") == by)]
    return rows.sort_values("order")


def imported(path, study, form, **options):
    """Import and write; whether the study is then sound is checked in a test of its own."""
    proposal = read_survey(
        path, study, SurveyOptions("residents", form, **(OPTIONS | options)), **CITED
    )
    proposal.keep_record()
    proposal.amendment.make()
    return proposal, Study.load(study.id)


@pytest.mark.parametrize("groups", [True, False])
def test_the_forms_own_answers_come_back_as_shares_counted_by_hand(study, form, tmp_path, groups):
    path = synthetic_export(tmp_path / "answers.xlsx", groups)
    _, study = imported(path, study, form)
    ease = answers_of(study, "que_36_ease").set_index("choice")
    assert ease["base"].eq(PEOPLE - 7).all()
    assert ease["n"].to_dict() == {
        "very_easy": 6, "easy": 12, "neither": 7, "difficult": 8, "very_difficult": 0,
    }  # fmt: skip
    assert ease.loc["easy", "share"] == pytest.approx(12 / 33, abs=1e-4)
    assert ease.loc["easy", ["low", "high"]].tolist() == pytest.approx(
        share_interval(12 / 33, 33), abs=1e-4
    )
    assert ease["side"].tolist() == ["high", "high", "neutral", "low", "low"]
    assert ease["label_id"].iloc[0] == "Sangat mudah"


def test_an_imported_survey_leaves_a_sound_study(study, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx")
    options = SurveyOptions("residents", form, by=("que_07_home",), **OPTIONS)
    assert read_survey(path, study, options, **CITED).amendment.problems() == []


def test_several_choices_are_counted_each(study, form, tmp_path):
    _, study = imported(synthetic_export(tmp_path / "answers.xlsx"), study, form)
    modes = answers_of(study, "que_12_modes").set_index("choice")
    assert modes.loc[["walk", "bus", "motorcycle", "car"], "n"].tolist() == [10, 20, 20, 0]
    assert modes["base"].eq(PEOPLE).all()


def test_numbers_are_summed_up_without_their_ends(study, form, tmp_path):
    _, study = imported(synthetic_export(tmp_path / "answers.xlsx"), study, form)
    days = answers_of(study, "que_11_days").set_index("choice")["value"]
    assert days.to_dict() == pytest.approx(
        {"mean": 3, "sd": 1.432, "lower_quartile": 2, "median": 3, "upper_quartile": 4}, abs=1e-3
    )


def test_the_codebook_takes_over_codes_and_claims_of_the_questions(study, form, tmp_path):
    _, study = imported(synthetic_export(tmp_path / "answers.xlsx"), study, form)
    variables = study.table("survey_variables").set_index("variable_id")
    questions = study.table("questions").set_index("question_id")
    assert variables.loc["que_36_ease", "codes"] == questions.loc["que_36_ease", "codes"]
    assert variables.loc["que_36_ease", "missing_codes"] == "dont_know"
    assert variables.loc["que_36_ease", "missing"] == 7
    assert variables["respondents"].eq(PEOPLE).all()
    assert variables["period"].eq("2026-03").all()
    assert variables["synthetic"].all()
    assert "que_02_information" not in variables.index


def test_the_answers_of_nobody_enter_the_repository(study, form, tmp_path):
    proposal, study = imported(synthetic_export(tmp_path / "answers.xlsx"), study, form)
    written = " ".join(map(str, proposal.amendment.files.values()))
    assert "uuid-" not in written
    assert "synthetic remark" not in written
    record = yaml.safe_load((study.folder / "imports.yml").read_text())
    assert len(record[0]["sha256"]) == 64
    assert str(tmp_path) not in json.dumps(record)
    assert any("stay in answers.xlsx" in sentence for sentence in proposal.understood)


def test_importing_twice_changes_nothing_and_a_corrected_file_only_its_survey(
    study, form, tmp_path
):
    path = synthetic_export(tmp_path / "answers.xlsx")
    _, study = imported(path, study, form)
    again = read_survey(path, study, SurveyOptions("residents", form, **OPTIONS), **CITED)
    assert again.amendment.files == {}
    other = read_survey(path, study, SurveyOptions("others", form, **OPTIONS), **CITED)
    other.amendment.make()
    synthetic_export(path, **{"que_33_voice/que_36_ease": "difficult"})
    _, study = imported(path, study, form)
    rows = study.table("survey_answers")
    ease = rows[(rows["variable_id"] == "que_36_ease") & (rows["choice"] == "difficult")]
    assert ease.set_index("survey")["n"].to_dict() == {"residents": 40, "others": 8}


def test_consent_must_be_named_where_the_form_asks_for_it(study, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx")
    with pytest.raises(ForeignFileError, match=r"--consent que_03_consent=ANSWER"):
        read_survey(path, study, SurveyOptions("residents", form), **CITED)
    with pytest.raises(ForeignFileError, match="maybe is no answer"):
        options = SurveyOptions("residents", form, consent="que_03_consent=maybe")
        read_survey(path, study, options, **CITED)


def test_only_those_who_consented_count(study, form, tmp_path):
    consents = ["refused"] * 10 + ["public"] * 30
    path = synthetic_export(
        tmp_path / "answers.xlsx", **{"que_01_consent_part/que_03_consent": consents}
    )
    proposal, study = imported(path, study, form)
    assert study.table("survey_variables")["respondents"].eq(30).all()
    assert [e.count for e in proposal.report.of("lost") if "did not consent" in e.why] == [10]


def test_groups_come_with_their_own_base(study, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx")
    _, study = imported(path, study, form, by=("que_07_home",))
    ease = answers_of(study, "que_36_ease", "que_07_home")
    assert set(ease["group"]) == {"3273180", "3277020"}
    assert ease.dropna(subset="base").groupby("group")["base"].first().sum() == 33
    everyone = answers_of(study, "que_36_ease")
    assert everyone["group"].isna().all()


def test_weights_are_used_and_named(study, form, tmp_path):
    weights = [2.0 if answer == "easy" else 1.0 for answer in EASE]
    path = synthetic_export(tmp_path / "answers.xlsx", w=weights)
    _, study = imported(path, study, form, weight="w")
    ease = answers_of(study, "que_36_ease").set_index("choice")
    assert ease.loc["easy", "share"] == pytest.approx(24 / 45, abs=1e-4)
    assert ease.loc["easy", "effective"] == pytest.approx(45**2 / (12 * 4 + 21), abs=0.05)
    assert study.table("survey_variables")["weights"].eq("w").all()


def test_a_weight_that_is_none_names_its_row(study, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx", w=["1"] * 39 + ["many"])
    with pytest.raises(ForeignFileError, match="row 41: 'many' is no weight"):
        options = SurveyOptions("residents", form, weight="w", **OPTIONS)
        read_survey(path, study, options, **CITED)


def test_tests_before_a_day_are_left_out(study, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx")
    _, study = imported(path, study, form, start="2026-03-02")
    assert study.table("survey_variables")["respondents"].eq(30).all()


def test_few_people_are_no_survey(study, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx")
    with pytest.raises(ForeignFileError, match="fewer than 5 people nothing can be published"):
        options = SurveyOptions("residents", form, start="2026-04-01", **OPTIONS)
        read_survey(path, study, options, **CITED)


def test_free_answers_are_withheld_and_never_made_up(study, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx")
    with pytest.raises(ForeignFileError, match="made up are no evidence"):
        options = SurveyOptions("residents", form, texts=True, **OPTIONS)
        read_survey(path, study, options, **CITED)
    _, study = imported(path, study, form, texts=True, synthetic=False)
    evidence = study.whole_table("evidence")
    added = evidence[evidence["technique"] == "survey"]
    assert added["text_en"].tolist() == ["a synthetic remark"]
    assert added["consent"].tolist() == ["withheld"]
    assert added["speaker"].isna().all()
    assert "survey" not in set(study.table("evidence")["technique"])
    again = read_survey(
        path, study, SurveyOptions("residents", form, texts=True, consent=OPTIONS["consent"]),
        **CITED,
    )  # fmt: skip
    assert again.amendment.files == {}


def test_the_command_shows_asks_and_writes(compendium, form, tmp_path):
    path = synthetic_export(tmp_path / "answers.xlsx")
    words = [
        "import", "survey", str(path), "--name", "residents", "--form", str(form),
        "--study", "bandung-cimahi", "--synthetic", "--consent", OPTIONS["consent"],
        "--publisher", "Synthetic", "--title", "Synthetic",
    ]  # fmt: skip
    refused = CliRunner().invoke(app, words, input="n\n")
    assert refused.exit_code == 1
    assert not (compendium / "data/bandung-cimahi/collection/survey_answers.csv").exists()
    written = CliRunner().invoke(app, [*words, "--yes"])
    assert written.exit_code == 0, written.output
    assert "Written: " in written.output
    again = CliRunner().invoke(app, [*words, "--yes"])
    assert "All of it stands in the study already." in again.output
