import pandas as pd
import pytest

from metrobook.triangulation.findings import LABELS
from metrobook.triangulation.wording import (
    STATUSES,
    channel_sentences,
    contradicted_sentence,
    cooperation_sentences,
    gap_sentence,
    label_names,
    levels_sentence,
    opening,
    status,
    tally,
)


def same(text):
    return text


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([], "open"),
        (["not testable", "not testable"], "open"),
        (["supported", "supported"], "borne out"),
        (["supported with limits", "supported"], "with limits"),
        (["not testable", "supported"], "in part, otherwise untested"),
        (["supported with limits", "mixed", "not testable"], "in part, otherwise mixed"),
        (["supported with limits", "mixed", "contradicted"], "in part, otherwise contradicted"),
        (["contradicted", "not testable"], "contradicted"),
        (["mixed"], "mixed"),
    ],
)
def test_status_of_a_theme(labels, expected):
    assert status(labels) == expected
    assert expected in STATUSES


def test_every_label_has_a_name():
    assert set(label_names(same)) == set(LABELS)


def test_the_opening_follows_the_counts():
    openings = [
        opening(counts, "A", "B", same)
        for counts in (
            {"not testable": 3, "supported": 2},
            {"not testable": 1, "supported": 1, "supported with limits": 2},
            {"mixed": 2, "contradicted": 1, "supported": 1},
            {"mixed": 1, "supported": 1},
        )
    ]
    assert len(set(openings)) == 4
    assert "cannot be tested" in openings[0]
    assert "stand." in openings[1]
    assert "do not stand" in openings[2]
    assert "divided" in openings[3]
    assert all("A and B" in text for text in openings)


def test_where_no_claim_could_be_tested_the_opening_says_so():
    assert opening({"not testable": 4, "mixed": 0}, "A", "B", same).startswith("No claim about A")


def test_channels_are_named_under_their_status_only():
    channels = pd.DataFrame(
        {
            "name": ["water", "jobs and shops", "data"],
            "status": ["open", "in part, otherwise contradicted", "open"],
        }
    )
    sentences = channel_sentences(channels, same)
    assert sentences == [
        "Partly supported: “jobs and shops” (otherwise contradicted).",
        "Not testable: “water”; “data”.",
    ]
    assert channel_sentences(channels.iloc[:0], same) == []


def test_every_status_has_a_sentence():
    for name in STATUSES:
        channels = pd.DataFrame({"name": ["water"], "status": [name]})
        assert len(channel_sentences(channels, same)) == 1


def test_contradicted_claims_are_named():
    assert contradicted_sentence(["A runs the buses"], 1, same) == (
        "Contradicted: “A runs the buses”."
    )
    assert "among others: “x”; “y”" in contradicted_sentence(["x", "y"], 3, same)


def test_the_tally_adds_up():
    text = tally({"supported": 2, "mixed": 1, "not testable": 4}, str, same)
    assert text.startswith("Of 7 claims, 2 are supported, 0 supported with limits, 1 mixed")
    assert "4 cannot be tested" in text


def test_the_gap_sentence_weighs_chance():
    beyond = gap_sentence(20, 12, 6, 0.01, str, same)
    chance = gap_sentence(20, 12, 2, 0.39, str, same)
    nothing = gap_sentence(20, 12, 0, 1.0, str, same)
    unknown = gap_sentence(20, 12, 0, None, str, same)
    assert "6 did so more than" in beyond and "more than chance brings" in beyond
    assert "as chance alone may bring" in chance
    assert "none of them stands out" in nothing
    assert "not known" in unknown
    assert all(text.startswith("Of 20 gaps") for text in (beyond, chance, nothing, unknown))


def test_levels_follow_the_majority():
    assert levels_sentence(38, 10, 28, str, same).endswith("stands worse in 28.")
    assert "does not stand worse" in levels_sentence(10, 5, 4, str, same)
    assert levels_sentence(10, 5, 4, str, same).endswith("not stand worse in 6.")


def test_the_tally_says_none_in_words():
    text = tally({"mixed": 1, "not testable": 4}, str, same)
    assert text.startswith("Of 5 claims, none is supported without limits, 0 are supported with")


def cooperation(agreements, naming, takeover) -> str:
    names = {"core": "A", "buffer": "B", "programme": "“smart city”"}
    return " ".join(cooperation_sentences(agreements, naming, takeover, names, str, same))


def test_cooperation_says_what_is_documented_and_what_is_not():
    texts = [
        cooperation(agreements, naming, takeover)
        for agreements, naming in ((0, 0), (6, 0), (6, 1))
        for takeover in ("claimed", "documented")
    ]
    assert len(set(texts)) == 6
    assert texts[2].startswith("6 agreements") and "none of them names “smart city”" in texts[2]
    assert texts[2].endswith("Only the examined paper says that B took over software from A.")
    assert "1 of them name" in texts[5] and texts[5].endswith("from A is documented.")
    assert not any("independent" in text for text in texts)


def test_of_cooperation_nothing_is_said_that_was_not_collected():
    assert cooperation(None, None, None) == ""
    assert "agreement" not in cooperation(None, None, "claimed")
    assert "took over" not in cooperation(6, 1, None)
    assert cooperation(0, 0, None) == "No agreement to which both are parties was found."
    assert cooperation(6, 0, "unsaid").endswith("No source says that B took over software from A.")
