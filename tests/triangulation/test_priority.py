import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrobook.triangulation.confidence import LEVELS
from metrobook.triangulation.priority import PRIORITIES, priority


def recommendations(**claims):
    return pd.DataFrame({"recommendation_id": list(claims), "claim_ids": list(claims.values())})


def founded(**claims):
    rows = {claim: level.split("/") for claim, level in claims.items()}
    return pd.DataFrame.from_dict(rows, orient="index", columns=["label", "confidence"])


def channels(*claims):
    return pd.DataFrame({"channel_id": [str(n) for n in range(len(claims))], "claim_ids": claims})


def test_the_best_founded_claim_and_the_reach_make_the_priority():
    known = founded(
        K1="supported/high", K2="mixed/moderate", K3="contradicted/low", K4="mixed/very low"
    )
    table = priority(
        recommendations(A="K4", B="K3;K4", C="K2;K4", D="K1"),
        known,
        channels("K4", "K2;K4", "K3"),
    ).set_index("recommendation_id")
    assert table["confidence"].to_dict() == {
        "A": "very low", "B": "low", "C": "moderate", "D": "high"
    }  # fmt: skip
    assert table["reach"].to_dict() == {"A": 2, "B": 3, "C": 2, "D": 0}
    assert table["priority"].to_dict() == {"A": "medium", "B": "medium", "C": "high", "D": "medium"}
    assert table["order"].to_dict() == {"C": 1, "B": 2, "D": 3, "A": 4}


def test_only_untested_claims_are_an_invitation_to_find_out():
    known = founded(K1="not testable/very low", K2="contradicted/low")
    table = priority(recommendations(A="K1", B="K1;K2"), known, channels())
    assert table.set_index("recommendation_id")["kind"].to_dict() == {"A": "find out", "B": "act"}


def test_an_unknown_or_missing_claim_is_named():
    known = founded(K1="mixed/low")
    with pytest.raises(ValueError, match=r"Recommendation A, .*no finding on K9"):
        priority(recommendations(A="K1;K9"), known, channels())
    with pytest.raises(ValueError, match=r"Recommendation A, .*no finding on any claim"):
        priority(recommendations(A=" ; "), known, channels())


def test_no_recommendations_no_rows():
    table = priority(recommendations(), founded(K1="mixed/low"), channels("K1"))
    assert table.empty and "priority" in table


@given(st.sampled_from(LEVELS), st.sampled_from(LEVELS), st.integers(0, 4), st.integers(0, 4))
def test_more_confidence_and_more_reach_never_lower_the_priority(first, second, few, many):
    def rank(level, reach):
        table = priority(
            recommendations(A="K1"), founded(K1=f"mixed/{level}"), channels(*["K1"] * reach)
        )
        return PRIORITIES.index(table.loc[0, "priority"])

    better, worse = sorted((first, second), key=LEVELS.index)
    few, many = sorted((few, many))
    assert rank(better, many) <= rank(worse, few)
