"""Plain forms: what is guessed from synthetic answers alone, said, and can be named."""

import pandas as pd
import pytest

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.plainforms import read_plain_form
from metrobook.imports.questionnaire import Choice
from metrobook.imports.scales import as_scale, side_of, stands_for_missing
from metrobook.imports.survey import SurveyOptions, read_survey
from tests.imports.small_study import small_study

PEOPLE = 24
CITED = {"publisher": "Synthetic answers of a test", "title": "Synthetic survey"}
AGREE = ["Sangat setuju", "Setuju", "Netral", "Tidak setuju"] * 6


def google(**more):
    """Return answers as Google Forms exports them."""
    return pd.DataFrame(
        {
            "Stempel waktu": [f"{n + 1:02d}/03/2026 09:12:33" for n in range(PEOPLE)],
            "Alamat Email": [f"synthetic{n}@example.org" for n in range(PEOPLE)],
            "Di mana Anda tinggal?": ["Utara"] * 14 + ["Selatan"] * 9 + ["Di perahu buatan"],
            "Bagaimana Anda bepergian?": ["Bus, Jalan kaki", "Bus", "Jalan kaki", "Motor"] * 6,
            "Bus tepat waktu [Pagi]": AGREE,
            "Berapa menit?": [str(10 + n) for n in range(PEOPLE)],
            "Nama lengkap": [f"Synthetic Person {n}" for n in range(PEOPLE)],
            "Ada lagi?": [f"a synthetic remark of person {n}" for n in range(PEOPLE)],
        }
    ).assign(**more)


def microsoft():
    """Return answers as Microsoft Forms exports them: several answers end in semicolons."""
    return pd.DataFrame(
        {
            "ID": range(1, PEOPLE + 1),
            "Start time": ["2026-03-01 09:00:00"] * PEOPLE,
            "Completion time": ["2026-03-01 09:05:00"] * PEOPLE,
            "Email": ["anonymous"] * PEOPLE, "Name": [""] * PEOPLE,
            "How do you travel?": ["By bus;On foot;", "By bus;", "On foot;", ""] * 6,
            "Buses are on time": ["Strongly agree", "Agree", "Disagree", "Don't know"] * 6,
        }
    )  # fmt: skip


def read(table, tmp_path, kinds=None, language="", encoding="utf-8"):
    path = tmp_path / "answers.csv"
    path.write_bytes(table.to_csv(index=False).encode(encoding))
    return read_plain_form(path, {}, kinds or {}, language)


def test_kinds_are_guessed_from_the_answers_and_said(tmp_path):
    responses = read(google(), tmp_path, language="id")
    assert {v.name: v.kind for v in responses.variables} == {
        "di_mana_anda_tinggal": "single", "bagaimana_anda_bepergian": "multiple",
        "bus_tepat_waktu_pagi": "likert", "berapa_menit": "number", "nama_lengkap": "text",
        "ada_lagi": "text",
    }  # fmt: skip
    said = " ".join(responses.understood)
    assert "a scale from low to high: Tidak setuju < Netral < Setuju < Sangat setuju" in said
    assert "--type ada_lagi=" in said


def test_a_row_of_a_grid_is_part_of_its_question(tmp_path):
    variable = read(google(), tmp_path, language="id").variable("bus_tepat_waktu_pagi")
    assert variable.labels == {"id": "Bus tepat waktu – Pagi"}


def test_several_answers_are_parted_at_commas_and_at_semicolons(tmp_path):
    answers = read(google(), tmp_path).answers[""]["bagaimana_anda_bepergian"]
    assert answers.explode().value_counts().to_dict() == {"bus": 12, "jalan_kaki": 12, "motor": 6}
    responses = read(microsoft(), tmp_path)
    answers = responses.answers[""]["how_do_you_travel"]
    assert answers.explode().value_counts().to_dict() == {"by_bus": 12, "on_foot": 12}
    assert responses.variable("buses_are_on_time").missing == ("don_t_know",)


def test_a_comma_within_one_of_several_answers_parts_nothing_where_semicolons_do(tmp_path):
    cells = ["Bus, tram;Walk", "Bus, tram", "Walk", "Car;Walk"] * 6
    answers = read(google(**{"How?": cells}), tmp_path).answers[""]["how"]
    assert answers.explode().value_counts().to_dict() == {"walk": 18, "bus_tram": 12, "car": 6}


@pytest.mark.parametrize(
    ("cells", "numbers", "told"),
    [
        (["1.500.000", "2.000", "750", "10.000"], {1500000, 2000, 750, 10000}, ""),
        (["1,500", "20", "7,250", "30"], {1500, 20, 7250, 30}, "“1,500” is read as 1500"),
        (["2,5", "3", "10,25", "4"], {2.5, 3, 10.25, 4}, ""),
        (["Rp 1.500.000", "Rp 2.000.000", "750.000", "0"], {1.5e6, 2e6, 7.5e5, 0}, ""),
        (["2,5", "3.5", "1.500", "4"], {2.5, 3.5, 4}, "are no number"),
    ],
)
def test_numbers_that_people_wrote_are_read_as_they_meant_them(tmp_path, cells, numbers, told):
    responses = read(google(Paid=cells * 6), tmp_path, {"Paid": "number"})
    answers = responses.answers[""]["paid"]
    assert {*answers[answers != ""].astype(float)} == numbers
    said = [entry.why for entry in responses.report.entries if "paid" in entry.what]
    assert len(said) == bool(told) and told in " ".join(said)


def test_an_answer_with_a_comma_stays_whole(tmp_path):
    cells = ["Yes, often", "Yes, rarely", "No", "Yes, often"] * 6
    variable = read(google(**{"Bus?": cells}), tmp_path).variable("bus")
    assert variable.kind == "single"
    assert {next(iter(c.labels.values())) for c in variable.choices} == {*cells}


def test_what_one_person_wrote_is_no_choice_of_its_own(tmp_path):
    responses = read(google(), tmp_path)
    variable = responses.variable("di_mana_anda_tinggal")
    assert [choice.code for choice in variable.choices] == ["utara", "selatan", "other"]
    assert "perahu" not in str(variable)


def test_named_kinds_replace_the_guess(tmp_path):
    points = ["1", "2", "4", "4"] * 6
    table = google(Points=points)
    assert read(table, tmp_path).variable("points").kind == "number"
    variable = read(table, tmp_path, {"Points": "likert:1-5"}).variable("points")
    assert [next(iter(c.labels.values())) for c in variable.choices] == ["1", "2", "3", "4", "5"]
    assert [c.side for c in variable.choices] == ["low", "low", "neutral", "high", "high"]


def test_a_scale_with_other_words_goes_by_its_order(tmp_path):
    words = ["Never", "Sometimes", "Always"] * 8
    responses = read(google(Often=words), tmp_path, {"often": "likert"})
    assert responses.variable("often").kind == "likert"
    assert any("Often" in said and "as you said" in said for said in responses.understood)


@pytest.mark.parametrize(
    ("kind", "message"),
    [("Nowhere=single", "no question 'Nowhere'"), ("ada_lagi=opinion", "no kind of answer")],
)
def test_a_kind_that_fits_nothing_is_said(tmp_path, kind, message):
    with pytest.raises(ForeignFileError, match=message):
        read(google(), tmp_path, dict([kind.split("=")]))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_answers_in_any_encoding_are_read(tmp_path, encoding):
    table = google(Weg=["schön", "mäßig"] * 12)
    variable = read(table, tmp_path, encoding=encoding).variable("weg")
    assert [next(iter(c.labels.values())) for c in variable.choices] == ["mäßig", "schön"]


def test_questions_that_stand_twice_are_kept_apart(tmp_path):
    table = google()
    table.columns = [*table.columns[:-1], "Di mana Anda tinggal?"]
    names = [variable.name for variable in read(table, tmp_path).variables]
    assert names.count("di_mana_anda_tinggal") == 1
    assert "di_mana_anda_tinggal_2" in names


@pytest.mark.parametrize(
    ("stamps", "period"),
    [
        (["13/03/2026 09:00:00", "02/04/2026 09:00:00"], "2026-03/2026-04"),
        (["03/13/2026 09:00:00", "04/02/2026 09:00:00"], "2026-03/2026-04"),
        (["2026/03/13 9:00:00 am GMT+7", "2026/04/02 9:00:00 am GMT+7"], "2026-03/2026-04"),
        (["03/04/2026 09:00:00", "05/04/2026 09:00:00"], ""),
    ],
)
def test_days_and_months_are_told_apart_or_left_open(tmp_path, stamps, period):
    from metrobook.imports.survey import _period

    responses = read(google(**{"Stempel waktu": stamps * 12}), tmp_path)
    assert _period(responses.people["date"]) == period


L, N, H = "low", "neutral", "high"
SCALES = [
    (["Strongly disagree", "Disagree", "Neutral", "Agree", "Strongly agree"], [L, L, N, H, H]),
    (["Sangat setuju", "Setuju", "Ragu-ragu", "Tidak setuju"], [H, H, N, L]),
    (["Stimme voll zu", "Stimme eher zu", "teils/teils", "Stimme eher nicht zu"], [H, H, N, L]),
    (["Discordo totalmente", "Discordo", "Não concordo nem discordo", "Concordo"], [L, L, N, H]),
    (["Muy insatisfecho", "Insatisfecho", "Satisfecho", "Muy satisfecho"], [L, L, H, H]),
    (["Pas d'accord", "Plutôt pas d'accord", "Plutôt d'accord", "D'accord"], [L, L, H, H]),
    (["1 - Very poor", "2 - Poor", "3 - Good", "4 - Very good"], [L, L, H, H]),
]


@pytest.mark.parametrize(("words", "sides"), SCALES)
def test_scales_are_known_in_several_languages(words, sides):
    choices = [Choice(f"c{n}", {"": word}) for n, word in enumerate(words)]
    assert [choice.side for choice in as_scale(choices)] == sides


@pytest.mark.parametrize(
    "words",
    [
        ["Bus", "Train", "Car"], ["Yes", "No", "Don't know"], ["Good", "Better"],
        ["Agree", "Disagree", "Agree strongly"], ["Never", "Sometimes", "Often"],
    ],
)  # fmt: skip
def test_what_is_no_scale_is_not_taken_for_one(words):
    assert as_scale([Choice(word, {"": word}) for word in words]) is None


@pytest.mark.parametrize("text", ["Don't know", "Tidak tahu", "Keine Angabe", "Não sei", "NS/NR"])
def test_answers_that_are_none_are_known(text):
    assert stands_for_missing(Choice("98", {"": text}))
    assert side_of("Bandung") == ""


def test_a_plain_form_becomes_shares_that_name_nobody(tmp_path):
    path = tmp_path / "answers.csv"
    google().to_csv(path, index=False)
    study = small_study(tmp_path, {"N": "North", "S": "South"})
    options = SurveyOptions("trial", language="id", synthetic=True, invited=48)
    proposal = read_survey(path, study, options, **CITED)
    assert proposal.amendment.problems() == []
    proposal.amendment.make()
    study = type(study)(study.folder)
    variables = study.table("survey_variables").set_index("variable_id")
    assert "nama_lengkap" not in variables.index
    assert variables["invited"].eq(48).all()
    assert variables.loc["berapa_menit", "label_en"] == "Berapa menit?", "the text it has"
    written = " ".join(map(str, proposal.amendment.files.values()))
    assert "Synthetic Person" not in written
    assert "example.org" not in written
    again = read_survey(path, study, options, **CITED)
    assert again.amendment.files == {}
