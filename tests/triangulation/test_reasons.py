import ast
import inspect
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.triangulation import reasons
from metrobook.triangulation.confidence import COMPONENTS, CONCERNS, LEVELS
from metrobook.triangulation.findings import LABELS, Rule
from metrobook.triangulation.robustness import CHECKS

CONFIDENCE = {
    "label": "supported",
    "methodological": "minor",
    "coherence": "none",
    "adequacy": "moderate",
    "relevance": "none",
    "confidence": "moderate",
    "press": 0.25,
    "judged": 5,
    "alike": 4,
    "automated": True,
    "against": 0.0,
    "convergence": "agreement",
    "sided": 2,
    "techniques": 2,
    "items": 6,
    "indirect": 1,
    "estimates": 0,
}
FINDING = {"label": "supported", "supports": 3, "qualifies": 1, "contradicts": 0, "techniques": 2}
FLIPS = pd.DataFrame(columns=["claim_id", "check", "left_out", "label"])
TURNS = pd.DataFrame(columns=["claim_id", "stance", "needed", "label"])


def same(text):
    return text


def percent(share):
    return f"{share:.0%}"


def explained(**changes):
    return reasons.component_reasons({**CONFIDENCE, **changes}, str, percent, same)


def flips(*rows):
    return pd.DataFrame(rows, columns=["check", "left_out", "label"]).assign(claim_id="K1")


def turns(*rows):
    return pd.DataFrame(rows, columns=["stance", "needed", "label"]).assign(claim_id="K1")


def test_each_component_is_explained_from_its_counts():
    texts = explained()
    assert list(texts) == list(COMPONENTS)
    assert "25% of the weight" in texts["methodological"]
    assert "judged: 5; with the same stance: 4" in texts["methodological"]
    assert "automated" in texts["methodological"]
    assert texts["coherence"].startswith("No witness goes against")
    assert "side: 2; techniques on the stronger side: 2" in texts["adequacy"]
    assert "1 of 6" in texts["relevance"]


def test_the_flaws_are_named_only_where_they_are():
    texts = explained(press=0.0, judged=0, alike=0, automated=False, indirect=0)
    assert "No weight rests on press" in texts["methodological"]
    assert "No item was judged by several" in texts["methodological"]
    assert "automated" not in texts["methodological"]
    assert texts["relevance"].startswith("All coders saw")


@pytest.mark.parametrize(
    ("label", "against", "opening"),
    [
        ("supported with limits", 0.25, "Of the weight that takes a side, 25% goes against"),
        ("contradicted", 0.0, "No witness goes against"),
        ("mixed", 0.4, "The witnesses stand on both sides; the lesser one carries 40%"),
        ("mixed", 0.0, "The witnesses take one side only"),
        ("not testable", 0.0, "There is no finding yet"),
    ],
)
def test_coherence_is_told_by_what_the_finding_is(label, against, opening):
    assert explained(label=label, against=against)["coherence"].startswith(opening)


def test_disagreement_of_techniques_is_told():
    assert "another contradicts" in explained(convergence="dissonance")["coherence"]
    assert "technique" not in explained(convergence="silence")["coherence"]


def test_estimates_are_called_estimates():
    assert "estimates and not observations: 2 of 6" in explained(estimates=2)["relevance"]
    assert "estimates" not in explained()["relevance"]


def test_too_little_evidence_is_named_where_nothing_can_be_tested():
    texts = explained(label="not testable", sided=1, items=0)
    assert texts["adequacy"].endswith("side: 1, too few for a finding.")
    assert texts["relevance"] == "Nothing was collected that speaks to the claim."
    assert texts["methodological"] == "No evidence was weighed."


@pytest.mark.parametrize(
    ("label", "changes", "words"),
    [
        ("supported", {}, "none contradicts it"),
        ("supported with limits", {"contradicts": 1}, "others contradict the claim (1)"),
        ("supported with limits", {"techniques": 1}, "too few techniques"),
        ("supported with limits", {"qualifies": 3}, "many merely qualify it (3)"),
        ("mixed", {"contradicts": 2}, "against (2)"),
        ("contradicted", {"contradicts": 8}, "against the claim (8)"),
        ("not testable", {"supports": 1}, "(in favour: 1, against: 0)"),
        ("not testable", {"supports": 0, "qualifies": 4}, "merely qualify it (4)"),
        ("not testable", {"supports": 0, "qualifies": 0}, "no independent evidence"),
    ],
)
def test_a_finding_is_told_by_the_reason_that_decided_it(label, changes, words):
    text = reasons.finding_sentence({**FINDING, **changes, "label": label}, str, same)
    assert words in text
    assert text.lower().startswith(f"{label}:")


def test_the_rule_in_force_decides_whether_techniques_are_too_few():
    row = {**FINDING, "label": "supported with limits"}
    assert "too few techniques" in reasons.finding_sentence(row, str, same, Rule(techniques=3))
    assert "too few techniques" not in reasons.finding_sentence(row, str, same, Rule())


def test_the_gravest_concerns_are_named():
    def text(**changes):
        return reasons.confidence_sentence({**CONFIDENCE, **changes}, " and ".join, same)

    assert text() == (
        "Confidence is moderate, because of moderate concern about adequacy of the evidence."
    )
    assert text(adequacy="minor", confidence="high") == (
        "Confidence is high, in spite of minor concern about methodological limitations and "
        "adequacy of the evidence."
    )
    assert text(methodological="none", adequacy="none", confidence="high") == (
        "Confidence is high: no component gives cause for concern."
    )
    untested = text(label="not testable", coherence="serious", adequacy="serious",
                    confidence="very low")  # fmt: skip
    assert untested.endswith("because of serious concern about adequacy of the evidence.")


def test_what_would_change_a_finding_is_told_for_either_side():
    texts = reasons.change_sentences(
        turns(("supports", 1, "supported"), ("contradicts", 3, "mixed")), 5, str, same
    )
    assert texts[0].startswith("One further") and texts[0].endswith("“supported”.")
    assert "3 further independent official sources against" in texts[1]
    assert texts[1].endswith("“mixed”.")


def test_a_finding_out_of_reach_is_told_as_such():
    assert reasons.change_sentences(TURNS, 5, str, same) == [
        "Even 5 further independent official sources of one stance would not change it."
    ]


def test_every_stance_has_a_sentence_for_one_and_for_several():
    for stance in ("supports", "qualifies", "contradicts"):
        for needed in (1, 4):
            texts = reasons.change_sentences(turns((stance, needed, "mixed")), 5, str, same)
            assert len(texts) == 1 and ("4" in texts[0]) == (needed == 4)


def test_what_flips_a_finding_is_grouped_by_what_was_left_out():
    texts = reasons.flip_sentences(
        flips(
            ("source", "S1", "mixed"),
            ("source", "S2", "mixed"),
            ("source", "S3", "contradicted"),
            ("rule", "minimum=3", "not testable"),
        ),
        {"S3": "a report"},
        " or ".join,
        same,
    )
    assert texts == [
        "Without any one of the sources S1 or S2, it would read “mixed”.",
        "Without the source a report, it would read “contradicted”.",
        "With another rule (minimum=3), it would read “not testable”.",
    ]


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("number", [1, 2])
def test_every_check_has_a_sentence(check, number):
    rows = [(check, str(place), "mixed") for place in range(number)]
    texts = reasons.flip_sentences(flips(*rows), {}, " or ".join, same)
    assert len(texts) == 1 and "{" not in texts[0]


def test_a_fragile_finding_is_called_fragile():
    assert reasons.stability_sentence(9, 9, str, same).endswith("in all 9 trials of robustness.")
    text = reasons.stability_sentence(9, 7, str, same)
    assert "fragile" in text and "in 2 of 9 trials" in text


@given(
    st.sampled_from(LABELS),
    st.sampled_from(LEVELS),
    st.tuples(*[st.sampled_from(CONCERNS)] * 4),
    st.integers(0, 3),
    st.sampled_from(["agreement", "silence", None]),
)
def test_the_paragraph_names_its_own_finding_first_and_leaves_nothing_open(
    label, level, concerns, number, convergence
):
    row = {**CONFIDENCE, **dict(zip(COMPONENTS, concerns, strict=True)), "label": label,
           "confidence": level, "convergence": convergence, "items": number,
           "sided": number}  # fmt: skip
    text = reasons.why(
        {**FINDING, "label": label, "supports": number},
        row,
        {"trials": 9, "kept": 9 - number},
        flips(*[("source", f"S{place}", "mixed") for place in range(number)]),
        turns(*[("supports", 2, "mixed")] * (number > 1)),
        names={}, most=5, write=str, percent=percent, join=" or ".join, _=same,
    )  # fmt: skip
    assert text.lower().startswith(f"{label}:")
    assert not re.search(r"[{}]|None|nan", text)
    assert text.endswith(".")


def test_the_paragraph_tells_only_the_nearest_change():
    text = reasons.why(
        FINDING, CONFIDENCE, {"trials": 9, "kept": 9}, FLIPS,
        turns(("supports", 4, "mixed"), ("qualifies", 2, "mixed"), ("contradicts", 2, "mixed")),
        names={}, most=5, write=str, percent=percent, join=" or ".join, _=same,
    )  # fmt: skip
    assert text.count("It would take 2") == 2 and "4 further" not in text


def test_names_cover_every_value():
    assert set(reasons.confidence_names(same)) == set(LEVELS)
    assert set(reasons.component_names(same)) == set(COMPONENTS)
    assert set(reasons.concern_names(same)) == set(CONCERNS)
    assert {"high", "medium", "low", "act", "find out"} == set(reasons.priority_names(same))


def test_no_digit_stands_in_a_text_to_translate():
    calls = [
        node for node in ast.walk(ast.parse(inspect.getsource(reasons)))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_"
    ]  # fmt: skip
    texts = [node.args[0].value for node in calls]
    assert len(texts) > 40
    assert not [text for text in texts if re.search(r"\d", text)]
