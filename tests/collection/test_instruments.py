"""The instruments for the field: what they cover, how they are worded, how they become forms."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.collection.instruments import (
    AGREEMENT,
    CONSENT_LEVELS,
    INSTRUMENTS,
    district_choices,
    draft_choices,
    draft_questions,
    instrument_coverage,
    interview_guide,
    xlsform,
)
from metrobook.study import Study

WORDING = {
    "en": {
        "consent": "Synthetic: may we use it?", "codes": "Codes", "claims": "Claims",
        "code": "What about {name} ({definition})?", "claim": "Do you agree? {text}",
    },
    "id": {
        "consent": "Sintetis: bolehkah?", "codes": "Kode", "claims": "Klaim",
        "code": "Bagaimana dengan {name}?", "claim": "Setujukah Anda? {text}",
    },
}  # fmt: skip
LABELS = {code: {name: name for name in (*CONSENT_LEVELS, *AGREEMENT)} for code in ("en", "id")}


@pytest.fixture(scope="module")
def case() -> Study:
    return Study.load("bandung-cimahi")


@pytest.fixture(scope="module")
def questions(case) -> pd.DataFrame:
    return case.table("questions")


@pytest.fixture(scope="module")
def choices(case) -> pd.DataFrame:
    generated = district_choices(case.areas, [*case.codes("core"), *case.codes("buffer")])
    return pd.concat([generated, case.table("choices")])


def small(**columns) -> pd.DataFrame:
    """Return two synthetic questions, the second closed, with columns changed."""
    frame = draft_questions(pd.DataFrame(), pd.DataFrame(), WORDING).iloc[:0]
    rows = pd.DataFrame(
        {"question_id": ["a", "b"], "instrument": "interview", "section": "s", "order": [1, 2],
         "respondent": ["officials", "all"], "type": ["text", "select_one"], "text_en": ["A", "B"],
         "text_id": ["A", "B"], "choices": [None, "agreement"], "required": False}
    )  # fmt: skip
    return pd.concat([frame.astype(object), rows.assign(**columns)], ignore_index=True)


# The real instruments


def test_every_code_and_every_claim_is_asked_about(case, questions):
    coverage = instrument_coverage(
        questions, case.codebook["code"], case.table("claims")["claim_id"]
    )
    assert len(coverage) == len(case.codebook) + len(case.table("claims"))
    assert coverage.loc[coverage["questions"] == 0, "id"].tolist() == []
    assert (coverage[list(INSTRUMENTS)].sum() > 0).all()


@pytest.mark.parametrize("instrument", INSTRUMENTS)
def test_consent_comes_before_every_other_answer(questions, choices, instrument):
    rows = questions[questions["instrument"] == instrument].sort_values("order")
    first = rows[~rows["type"].isin(["begin_group", "note"])].iloc[0]
    assert first["question_id"].endswith("_consent")
    assert first["required"]
    offered = choices.loc[choices["list"] == first["choices"], "name"]
    assert set(offered) - {"refused"} == {"public", "anonymised", "withheld"}


@pytest.mark.parametrize("instrument", ["questionnaire", "interview"])
def test_who_refuses_is_asked_nothing_more(questions, instrument):
    rows = questions[questions["instrument"] == instrument].sort_values("order")
    consent = rows.loc[rows["question_id"].str.endswith("_consent"), "question_id"].item()
    later = rows[rows["order"] > rows.set_index("question_id").loc[consent, "order"]]
    headings = later[(later["type"] == "begin_group") | (later["section"] == "consent")]
    assert headings["relevant"].str.contains(consent, regex=False).all()


def test_no_question_reads_out_a_claim(case, questions):
    words = lambda text: set(re.findall(r"\w{4,}", text.lower()))  # noqa: E731
    claims = case.table("claims")
    for column in ("text_en", "text_id"):
        for claim in claims[column]:
            for question in questions[column]:
                shared = words(claim) & words(question)
                assert len(shared) < 0.9 * len(words(claim)), (claim, question)


def test_interview_questions_are_open(questions):
    asked = questions[(questions["instrument"] == "interview") & (questions["type"] == "text")]
    closed = asked["text_en"].str.match(r"(?:Do|Does|Did|Is|Are|Was|Were|Has|Have|Can) ")
    assert asked.loc[closed, "question_id"].tolist() == []
    assert asked.loc[asked["codes"].notna(), "probes_en"].notna().all()


def test_closed_questions_offer_not_knowing(questions, choices):
    about = questions[questions["codes"].notna() & questions["choices"].notna()]
    for question in about.itertuples():
        offered = set(choices.loc[choices["list"] == question.choices, "name"])
        assert offered & {"dont_know", "no_answer", "not_shown"}, question.question_id


@pytest.mark.parametrize("scale", ["change", "ease", "compare", "effect"])
def test_scales_are_balanced(choices, scale):
    names = choices[choices["list"] == scale].sort_values("order")["name"].tolist()
    assert names[-1] == "dont_know"
    assert len(names) == 6  # two degrees on either side, the middle, don't know
    assert names[2] in {"same", "neither", "none"}


def test_every_choice_list_is_used_and_every_used_list_is_there(questions, choices):
    closed = questions["type"].isin(["select_one", "select_multiple"])
    assert set(questions.loc[closed, "choices"]) == set(choices["list"])
    assert questions.loc[~closed, "choices"].isna().all()


def test_exclusive_answers_exclude_the_others(questions, choices):
    for question in questions[questions["type"] == "select_multiple"].itertuples():
        offered = set(choices.loc[choices["list"] == question.choices, "name"])
        for alone in offered & {"none", "dont_know"}:
            assert f"not(selected(., '{alone}') and count-selected(.) > 1)" in question.constraint


def test_conditions_name_questions_that_come_earlier(questions):
    order = questions.set_index("question_id")["order"]
    own = questions.set_index("question_id")["instrument"]
    for question in questions.dropna(subset=["relevant"]).itertuples():
        named = re.findall(r"\$\{(\w+)\}", question.relevant)
        assert named, question.question_id
        for name in named:
            assert own[name] == question.instrument
            assert order[name] < question.order


def test_orders_are_complete_and_sections_hang_together(questions):
    for _instrument, rows in questions.groupby("instrument"):
        rows = rows.sort_values("order")
        assert rows["order"].tolist() == list(range(1, len(rows) + 1))
        changes = rows["section"] != rows["section"].shift()
        assert (rows["type"] == "begin_group").tolist() == changes.tolist()
        assert rows.loc[changes, "section"].is_unique


def test_no_form_asks_for_a_position_a_name_or_a_number_of_a_person(questions):
    assert not questions["type"].isin(["geopoint"]).any()
    asked = questions[~questions["type"].isin(["begin_group", "note"])]
    assert not asked["text_en"].str.contains(r"your (?:name|address|phone)", case=False).any()


def test_texts_and_hints_come_in_both_languages(questions, choices):
    for part in ("text", "hint", "probes"):
        assert (questions[f"{part}_en"].isna() == questions[f"{part}_id"].isna()).all()
    counts = [questions[f"probes_{code}"].str.count(r"\|") for code in ("en", "id")]
    assert counts[0].equals(counts[1])
    assert choices[["label_en", "label_id"]].notna().all().all()


@pytest.mark.parametrize("respondent", ["officials", "academics", "residents"])
def test_each_group_has_a_guide_with_opening_questions_and_closing(questions, respondent):
    guide = interview_guide(questions, respondent)
    assert guide["section"].iloc[0] == "consent"
    assert guide["section"].iloc[-1] == "closing"
    assert guide["codes"].notna().sum() >= 8
    headings = guide[guide["type"] == "begin_group"]
    assert set(headings["section"]) == set(guide.loc[guide["type"] != "begin_group", "section"])


def test_only_officials_are_asked_for_documents(questions):
    asks = questions["probes_en"].str.contains("have a copy", na=False)
    assert asks.sum() >= 5
    assert questions.loc[asks, "respondent"].str.contains("officials").all()


def test_districts_are_those_of_the_areas(case):
    generated = district_choices(case.areas, ["3273", "3277"])
    assert len(generated) == 30 + 3
    assert generated["label_en"].iloc[0] == "Andir, Bandung City"
    assert generated["label_id"].iloc[-1] == "Cimahi Utara, Kota Cimahi"
    assert set(generated["name"]) <= set(case.areas["area_code"])


def test_no_districts_make_an_empty_list(case):
    assert district_choices(case.areas, ["3273010"]).empty


# The method


def test_coverage_counts_per_instrument_and_shows_what_is_not_asked():
    asked = pd.DataFrame(
        {"instrument": ["interview", "observation"], "codes": ["x; y", "x"], "claim_ids": None}
    )
    coverage = instrument_coverage(asked, ["x", "y", "z"], ["K1"]).set_index("id")
    assert coverage.loc["x", list(INSTRUMENTS)].tolist() == [0, 1, 1]
    assert coverage["questions"].to_dict() == {"x": 2, "y": 1, "z": 0, "K1": 0}
    assert coverage["kind"].tolist() == ["code"] * 3 + ["claim"]


def test_without_questions_nothing_is_covered():
    coverage = instrument_coverage(small().iloc[:0], ["x"], ["K1"])
    assert coverage["questions"].tolist() == [0, 0]


def test_guide_keeps_what_concerns_a_group_and_drops_empty_sections():
    rows = small(type=["begin_group", "text"], respondent=["all", "officials"])
    assert interview_guide(rows, "officials")["question_id"].tolist() == ["a", "b"]
    assert interview_guide(rows, "residents").empty


def test_form_groups_sections_and_joins_types_with_lists():
    rows = small(type=["begin_group", "select_one"], required=[False, True])
    form = xlsform(rows, draft_choices(LABELS), "interview", "T", "t")
    survey = form["survey"]
    assert survey["type"].tolist() == [
        "start", "end", "begin_group", "select_one agreement", "end_group",
    ]  # fmt: skip
    assert survey["required"].tolist()[3] == "yes"
    assert "label::English (en)" in survey
    assert "label::Indonesia (id)" in survey
    assert form["choices"]["list_name"].unique().tolist() == ["agreement"]
    assert form["choices"]["name"].tolist() == list(AGREEMENT)


def test_form_opens_in_the_language_of_the_reader():
    settings = xlsform(small(), draft_choices(LABELS), "interview", "T", "t", "id")["settings"]
    assert settings.loc[0, "default_language"] == "Indonesia (id)"
    assert settings.loc[0, ["form_title", "form_id"]].tolist() == ["T", "t"]


def test_version_follows_the_content():
    version = lambda rows: xlsform(  # noqa: E731
        rows, draft_choices(LABELS), "interview", "T", "t"
    )["settings"].loc[0, "version"]
    assert version(small()) == version(small().sample(frac=1, random_state=1))
    assert version(small()) != version(small(text_en=["A", "C"]))
    assert int(version(small())) < 2**32


def test_long_lists_become_menus(questions, choices):
    survey = xlsform(questions, choices, "questionnaire", "T", "t")["survey"].set_index("name")
    assert survey.loc["que_07_home", "appearance"] == "minimal"
    assert survey["appearance"].notna().sum() == 2


@pytest.mark.parametrize(
    ("rows", "instrument", "message"),
    [
        (small(), "observation", "No questions for the instrument 'observation'.*interview"),
        (small(question_id=["a", "a"]), "interview", "stand twice: a"),
        (small(choices=[None, "lost"]), "interview", "choice list is missing for b"),
        (small(choices=[None, None]), "interview", "choice list is missing for b"),
    ],
)
def test_a_broken_form_is_refused_with_the_name_of_the_question(rows, instrument, message):
    with pytest.raises(ValueError, match=message):
        xlsform(rows, draft_choices(LABELS), instrument, "T", "t")


def test_a_choice_that_stands_twice_is_refused():
    twice = pd.concat([draft_choices(LABELS)] * 2)
    with pytest.raises(ValueError, match="Choices stand twice in a list: strongly_agree"):
        xlsform(small(), twice, "interview", "T", "t")


# Drafts for a study without questions


def test_a_draft_covers_all_codes_and_claims_and_says_that_it_is_one(case):
    claims = case.table("claims")
    draft = draft_questions(case.codebook, claims, WORDING)
    coverage = instrument_coverage(draft, case.codebook["code"], claims["claim_id"])
    assert (coverage["questions"] == 1).all()
    assert draft["question_id"].str.startswith("draft_").all()
    asked = draft[draft["codes"] == "scale"].iloc[0]
    assert asked["text_en"] == (
        "What about Scale (How much is built: number of apps, cameras, wifi points, budget or "
        "investment volume.)?"
    )
    assert asked["text_id"] == "Bagaimana dengan Skala?"
    assert list(draft.columns) == list(case.table("questions").columns)


def test_a_draft_of_nothing_still_asks_for_consent():
    draft = draft_questions(pd.DataFrame(), pd.DataFrame(), WORDING)
    assert draft["section"].tolist() == ["consent", "codes", "consent", "claims"]
    form = xlsform(draft, draft_choices(LABELS), "questionnaire", "T", "t")
    assert form["choices"]["name"].tolist() == list(CONSENT_LEVELS)


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.sets(st.sampled_from("abcdef")))
def test_uncovered_is_what_no_question_names(asked, codes):
    rows = pd.DataFrame(
        {"instrument": ["interview"], "codes": [";".join(asked) or None], "claim_ids": [None]}
    )
    coverage = instrument_coverage(rows, sorted(codes), [])
    assert set(coverage.loc[coverage["questions"] == 0, "id"]) == codes - set(asked)
