import pandas as pd
import pytest

from metrobook.triangulation.deskcheck import compare, desk_label


@pytest.mark.parametrize(
    ("wording", "label"),
    [
        ("Supported", "supported"),
        ("supported by statements, not by accounts", "supported with limits"),
        ("confirmed, with earlier forerunners", "supported with limits"),
        ("partly contradicted", "mixed"),
        ("contradicted for 2024", "contradicted"),
        ("not supported", "not testable"),
        ("unverified (no copy found)", "not testable"),
        ("plausible, not corroborated", "not testable"),
        ("weak indicator", None),
        ("wording wrong, order of dates plausible", None),
    ],
)
def test_wordings(wording, label):
    assert desk_label(wording) == label


def test_comparison_tells_the_four_cases_apart():
    labels = pd.Series(
        ["mixed", "contradicted", "mixed", "supported"],
        index=pd.Index(["K1", "K2", "K3", "K4"], name="claim_id"),
    )
    desk = pd.DataFrame(
        {
            "claim_id": ["K1", "K2", "K3"],
            "verdict_en": ["partly contradicted", "supported", "weak indicator"],
            "evidence_en": ["x", "y", "z"],
        }
    )
    table = compare(labels, desk)
    assert table["comparison"].to_dict() == {
        "K1": "same",
        "K2": "differs",
        "K3": "not mapped",
        "K4": "no desk check",
    }
