import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.triangulation.convergence import STATES, across, convergence_matrix
from metrobook.triangulation.criteria import as_items, read_criteria
from metrobook.triangulation.stances import leading

SIDES = {"+": "supports", "o": "qualifies", "-": "contradicts"}
CRITERIA = ["criterion_id", "claim_id", "step", "result", "direction", "supports", "contradicts"]


def items(**signs):
    """Planted items on claim K1: one per sign, by technique."""
    rows = [
        ("K1", f"{technique}{n}", technique, SIDES[sign], False)
        for technique, given_signs in signs.items()
        for n, sign in enumerate(given_signs)
    ]
    columns = ["claim_id", "evidence_id", "technique", "stance", "examined"]
    return pd.DataFrame(rows, columns=columns).astype({"examined": bool})


def state(signs):
    matrix = convergence_matrix(items(survey=signs), ["K1"], ["survey"], ["survey"])
    return matrix["state"].item()


def agreement(**signs):
    found = across(convergence_matrix(items(**signs), ["K1"], list(signs), list(signs)))
    return tuple(found.loc["K1", ["speaking", "convergence"]])


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ("+", "agreement"),
        ("++o", "agreement"),
        ("+o", "partial agreement"),
        ("o", "partial agreement"),
        ("+-", "partial agreement"),
        ("+++-", "partial agreement"),
        ("o-", "partial agreement"),
        ("-", "dissonance"),
        ("+--", "dissonance"),
        ("o--", "dissonance"),
        ("", "silence"),
    ],
)
def test_a_technique_agrees_with_a_claim_as_its_items_do(signs, expected):
    assert state(signs) == expected


def test_the_matrix_is_complete_and_in_order():
    matrix = convergence_matrix(
        items(survey="+-"), ["K2", "K1"], ["interview", "survey"], ["survey"]
    )
    assert matrix.to_numpy().tolist() == [
        ["K2", "interview", 0, 0, 0, "not collected"],
        ["K2", "survey", 0, 0, 0, "silence"],
        ["K1", "interview", 0, 0, 0, "not collected"],
        ["K1", "survey", 1, 0, 1, "partial agreement"],
    ]
    columns = ["claim_id", "technique", "supports", "qualifies", "contradicts", "state"]
    assert list(matrix) == columns


def test_a_removed_technique_is_not_collected():
    both = items(survey="+", interview="-")
    fewer = both[both["technique"] != "interview"]
    techniques = ["survey", "interview"]
    before = across(convergence_matrix(both, ["K1"], techniques, techniques))
    matrix = convergence_matrix(fewer, ["K1"], techniques, ["survey"])
    assert matrix["state"].to_list() == ["agreement", "not collected"]
    assert before.loc["K1", "convergence"] == "dissonance"
    assert across(matrix).loc["K1", "convergence"] == "one technique"


def test_the_examined_paper_does_not_speak():
    table = items(survey="++").assign(examined=True)
    matrix = convergence_matrix(table, ["K1"], ["survey"], ["survey"])
    assert matrix["state"].item() == "examined paper only"
    assert matrix["supports"].item() == 0
    assert across(matrix).loc["K1"].to_list() == [0, "silence"]


def test_the_examined_paper_adds_nothing_to_what_others_say():
    table = items(survey="-++").assign(examined=[False, True, True])
    matrix = convergence_matrix(table, ["K1"], ["survey"], ["survey"])
    assert matrix["state"].item() == "dissonance"


def statistics(numbers):
    rows = [
        ("C1", "K1", "05", "one", "higher", 1, 0),
        ("C2", "K2", "05", "two", "higher", 1, 0),
        ("C3", "K2", "05", "three", "higher", 1, 0),
    ]
    named = {("05", name): value for name, value in numbers.items()}
    readings = read_criteria(pd.DataFrame(rows, columns=CRITERIA), named)
    matrix = convergence_matrix(
        as_items(readings), ["K1", "K2", "K3"], ["statistics"], [], readings
    )
    return matrix["state"].to_list()


def test_statistics_are_one_technique():
    assert statistics({"one": 1, "two": 1, "three": 0}) == [
        "agreement",
        "partial agreement",
        "silence",
    ]


def test_a_claim_whose_result_is_missing_is_not_collected():
    assert statistics({"two": 1, "three": 1}) == ["not collected", "agreement", "silence"]


def test_one_result_is_enough_to_speak():
    assert statistics({"one": 0, "two": 0}) == ["dissonance", "dissonance", "silence"]


def test_without_any_result_statistics_are_not_collected():
    assert statistics({}) == ["not collected"] * 3


@pytest.mark.parametrize(
    ("signs", "expected"),
    [
        ({"survey": "", "interview": ""}, (0, "silence")),
        ({"survey": "-", "interview": ""}, (1, "one technique")),
        ({"survey": "+", "interview": "++"}, (2, "agreement")),
        ({"survey": "-", "interview": "--"}, (2, "agreement")),
        ({"survey": "+", "interview": "-"}, (2, "dissonance")),
        ({"survey": "+", "interview": "-", "press": "o"}, (3, "dissonance")),
        ({"survey": "+", "interview": "o"}, (2, "partial agreement")),
        ({"survey": "-", "interview": "o"}, (2, "partial agreement")),
        ({"survey": "o", "interview": "o"}, (2, "partial agreement")),
    ],
)
def test_techniques_converge_as_far_as_they_are_on_one_side(signs, expected):
    assert agreement(**signs) == expected


def test_claims_keep_their_order_across_techniques():
    matrix = convergence_matrix(items(survey="+"), ["K3", "K1", "K2"], ["survey"], ["survey"])
    assert across(matrix).index.to_list() == ["K3", "K1", "K2"]


def test_no_claims_give_empty_tables():
    matrix = convergence_matrix(items(survey="+"), [], ["survey"], ["survey"])
    assert matrix.empty and across(matrix).empty


SIGNS = st.lists(st.sampled_from("+o-"), max_size=6)


@given(SIGNS, SIGNS, st.integers(0, 9))
def test_the_order_of_rows_never_matters(survey, interview, seed):
    table = items(survey=survey, interview=interview)
    arguments = ["K1"], ["survey", "interview"], ["survey", "interview"]
    matrix = convergence_matrix(table, *arguments)
    shuffled = convergence_matrix(table.sample(frac=1, random_state=seed), *arguments)
    pd.testing.assert_frame_equal(matrix, shuffled)
    assert set(matrix["state"]) <= set(STATES)


@given(SIGNS)
def test_dissonance_is_where_contradiction_leads(signs):
    side = leading(*(signs.count(sign) for sign in "+o-"))
    assert (state(signs) == "dissonance") == (side == "contradicts")
