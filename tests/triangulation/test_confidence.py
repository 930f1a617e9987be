import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrobook.triangulation.confidence import (
    COMPONENTS,
    CONCERNS,
    LEVELS,
    Concerns,
    confidence,
    overall,
)
from metrobook.triangulation.findings import findings

REACHED = pd.DataFrame({"convergence": ["agreement"]}, index=pd.Index(["K1"], name="claim_id"))


def witnesses(*rows):
    """Rows of stance, technique, reliability and weight, all on the claim K1."""
    frame = pd.DataFrame(rows, columns=["stance", "techniques", "reliability", "weight"])
    names = [f"W{place}" for place in range(len(frame))]
    return frame.assign(claim_id="K1", witness=names, direct=True).astype({"weight": float})


def items(*coders, **columns):
    frame = pd.DataFrame({"coders": list(coders)}).assign(
        claim_id="K1", technique="documentation", stance="supports", examined=False
    )
    return frame.assign(**columns)


OFFICIAL = ("supports", "documentation", "official", 1)
STATED = ("supports", "statement", "official", 1)
WELL = [OFFICIAL, OFFICIAL, OFFICIAL, STATED, STATED]


def judged(known, said=None, automated=False, convergence=REACHED, thresholds=None):
    said = items(*["same"] * len(known)) if said is None else said
    table = findings(known, ["K1"])
    return confidence(table, known, said, automated, convergence, thresholds).loc["K1"]


def test_confidence_is_high_where_nothing_gives_concern():
    row = judged(witnesses(*WELL))
    assert [row[name] for name in COMPONENTS] == ["none"] * 4
    assert row["confidence"] == "high"


@pytest.mark.parametrize(
    ("press", "coders", "automated", "concern"),
    [
        (2, "same same same same", False, "none"),
        (2, "same same same same", True, "minor"),
        (3, "same same same same", False, "minor"),
        (2, "same same differ one", False, "none"),  # two of three alike
        (2, "same same differ differ", False, "minor"),
        (3, "same differ one one", False, "moderate"),
        (3, "same same same same", True, "moderate"),
        (3, "differ differ differ same", True, "serious"),
    ],
)
def test_each_flaw_of_method_raises_the_concern_by_one_step(press, coders, automated, concern):
    known = [("supports", "statement", "press", 1.0)] * press
    known += [OFFICIAL] * (6 - press)
    row = judged(witnesses(*known), items(*coders.split()), automated)
    assert row["methodological"] == concern
    assert row["press"] == pytest.approx(press / 6)


def test_only_the_press_share_of_the_weight_counts():
    light = witnesses(*[("supports", "statement", "press", 0.5)] * 3, OFFICIAL, OFFICIAL)
    assert judged(light)["press"] == pytest.approx(1.5 / 3.5)


def test_statistics_need_no_coders():
    said = items("same", "same", technique="statistics")
    row = judged(witnesses(*[("supports", "statistics", "derived", 1)] * 2), said, automated=True)
    assert row["methodological"] == "none" and not row["automated"] and row["judged"] == 0


@pytest.mark.parametrize(
    ("against", "concern"), [(0, "none"), (1, "minor"), (2, "moderate"), (5, "serious")]
)
def test_witnesses_against_the_finding_lower_coherence(against, concern):
    rows = [OFFICIAL] * 10 + [("contradicts", "statement", "official", 1)] * against
    row = judged(witnesses(*rows))
    assert row["coherence"] == concern
    assert row["against"] == pytest.approx(against / (10 + against))


def test_reservations_do_not_dilute_the_witnesses_against_the_finding():
    rows = [OFFICIAL] * 8 + [("contradicts", "statement", "official", 1)] * 2
    reserved = [("qualifies", "literature", "official", 1)] * 3
    assert judged(witnesses(*rows))["against"] == pytest.approx(0.2)
    assert judged(witnesses(*rows, *reserved))["against"] == pytest.approx(0.2)


def test_support_goes_against_a_contradicted_claim():
    rows = [("contradicts", "statement", "official", 1)] * 8 + [OFFICIAL] * 2
    row = judged(witnesses(*rows))
    assert row["label"] == "contradicted" and row["against"] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("state", "concern"),
    [("dissonance", "moderate"), ("partial agreement", "minor"), ("agreement", "none"),
     ("one technique", "none"), ("silence", "none")],
)  # fmt: skip
def test_techniques_that_disagree_lower_coherence(state, concern):
    assert judged(witnesses(*WELL), convergence=REACHED.assign(convergence=state))[
        "coherence"
    ] == concern  # fmt: skip


@pytest.mark.parametrize(
    ("documents", "statements", "concern"),
    [(1, 0, "serious"), (1, 1, "moderate"), (2, 0, "serious"), (2, 1, "minor"), (3, 0, "moderate"),
     (4, 1, "none"), (5, 0, "minor")],
)  # fmt: skip
def test_few_witnesses_and_a_single_technique_lower_adequacy(documents, statements, concern):
    row = judged(witnesses(*[OFFICIAL] * documents, *[STATED] * statements))
    assert row["adequacy"] == concern


def test_witnesses_that_only_qualify_add_nothing_to_adequacy():
    qualified = [("qualifies", "literature", "official", 1)] * 9
    row = judged(witnesses(*[OFFICIAL] * 2, *[STATED] * 2, *qualified))
    assert row["sided"] == 4 and row["techniques"] == 2 and row["adequacy"] == "minor"


@pytest.mark.parametrize(
    ("indirect", "concern"), [(1, "none"), (2, "minor"), (4, "moderate"), (6, "serious")]
)
def test_indirect_items_lower_relevance(indirect, concern):
    said = items(*["one"] * indirect, *["same"] * (8 - indirect))
    assert judged(witnesses(*WELL), said)["relevance"] == concern


@pytest.mark.parametrize(("estimates", "concern"), [(0, "none"), (1, "minor"), (3, "moderate")])
def test_estimates_lower_relevance(estimates, concern):
    flags = [True] * estimates + [False] * (3 - estimates)
    row = judged(witnesses(*WELL), items("same", "same", "same", estimate=flags))
    assert row["relevance"] == concern and row["estimates"] == estimates


def test_the_examined_paper_adds_no_items():
    said = items("same", "one", examined=[False, True])
    row = judged(witnesses(*WELL), said)
    assert row["items"] == 1 and row["indirect"] == 0


def test_the_thresholds_are_parameters():
    known = witnesses(*WELL)
    assert judged(known, thresholds=Concerns(sided=(2, 3, 6)))["adequacy"] == "minor"


def test_nothing_collected_leaves_very_low_confidence_for_want_of_evidence():
    silent = REACHED.assign(convergence="silence")
    row = judged(witnesses(), items(), automated=True, convergence=silent)
    assert row["label"] == "not testable" and row["confidence"] == "very low"
    assert row["adequacy"] == "serious"
    assert row[["methodological", "coherence", "relevance"]].to_list() == ["none"] * 3
    assert not row[["press", "against", "items", "sided"]].isna().any()


def test_what_is_not_testable_is_never_more_than_very_low():
    row = judged(witnesses(OFFICIAL, ("qualifies", "statement", "official", 1)))
    assert row["label"] == "not testable" and row["confidence"] == "very low"


def test_two_serious_concerns_leave_very_low_confidence():
    assert overall(("serious", "none", "none", "none")) == "low"
    assert overall(("serious", "none", "none", "serious")) == "very low"
    assert overall(("minor", "minor", "none", "none")) == "high"
    assert overall(("minor", "minor", "minor", "none")) == "moderate"


def test_more_concern_never_raises_confidence():
    for concerns in itertools.product(CONCERNS, repeat=4):
        for place, concern in enumerate(concerns[:4]):
            if concern != "serious":
                worse = list(concerns)
                worse[place] = CONCERNS[CONCERNS.index(concern) + 1]
                assert LEVELS.index(overall(tuple(worse))) >= LEVELS.index(overall(concerns))


SAID = st.tuples(
    st.sampled_from(["supports", "qualifies", "contradicts"]),
    st.sampled_from(["documentation", "statement", "documentation;statistics"]),
    st.sampled_from(["official", "secondary", "press"]),
    st.sampled_from([1.0, 0.75, 0.5, 0.25]),
)


@settings(max_examples=50)
@given(st.lists(SAID, max_size=9), st.sampled_from(["documentation", "survey"]), st.booleans())
def test_a_further_independent_support_never_lowers_confidence_in_support(rows, technique, coded):
    said = items(*["same"] * 4)
    before = judged(witnesses(*rows), said, coded)
    more = witnesses(*rows, ("supports", technique, "official", 1.0))
    after = judged(more, said, coded)
    if before["label"] in ("supported", "supported with limits"):
        assert CONCERNS.index(after["adequacy"]) <= CONCERNS.index(before["adequacy"])
        assert LEVELS.index(after["confidence"]) <= LEVELS.index(before["confidence"])
