import pandas as pd
import pytest

from metrobook.triangulation.criteria import read_criteria
from metrobook.triangulation.findings import Rule
from metrobook.triangulation.robustness import CHECKS, flips, fragility, trials
from metrobook.triangulation.weights import Weights, grid

NO_ORIGINS = pd.DataFrame(columns=["origin_id", "evidence_id"])
NO_CRITERIA = pd.DataFrame(
    columns=["criterion_id", "claim_id", "step", "result", "direction", "supports", "contradicts"]
)
READERS = dict.fromkeys(["E1", "E2", "E3", "E4"], frozenset("ab"))
NO_READINGS = read_criteria(NO_CRITERIA, {})
SUPPORTS = pd.DataFrame(
    [("C1", "K1", "04-development", "ahead", "higher", 1.0, 0.0)], columns=list(NO_CRITERIA)
)


@pytest.fixture
def sources():
    return pd.DataFrame({"source_id": ["S1", "S2", "S3", "S4"], "reliability": "official"})


@pytest.fixture
def evidence():
    rows = [
        ("E1", "documentation", "S1", "2018-05-23"),
        ("E2", "statement", "S2", "2019"),
        ("E3", "statement", "S3", "2019-02"),
        ("E4", "documentation", "S4", None),
    ]
    return pd.DataFrame(rows, columns=["evidence_id", "technique", "source_id", "date"])


def stances(*rows):
    return pd.DataFrame(rows, columns=["evidence_id", "coder", "claim_id", "stance"])


def alike(*items, stance="supports", claim="K1"):
    return stances(*[(item, coder, claim, stance) for item in items for coder in "ab"])


def tried(given, evidence, sources, claims=("K1",), origins=NO_ORIGINS, **options):
    options = {"readings": NO_READINGS, **options}
    table = trials(given, evidence, sources, READERS, claims, origins=origins, **options)
    return table.set_index(["claim_id", "check", "left_out"])["label"]


def test_every_source_technique_year_and_coder_is_left_out_once(evidence, sources):
    found = tried(alike("E1", "E2", "E3", "E4"), evidence, sources)["K1"]
    assert found["source"].index.to_list() == ["S1", "S2", "S3", "S4"]
    assert found["technique"].index.to_list() == ["documentation", "statement"]
    assert found["year"].index.to_list() == ["2018", "2019"]
    assert found["coder"].index.to_list() == ["a", "b"]
    assert len(found["both_coders"]) == len(found["origins"]) == 1
    assert len(found["weights"]) == len(grid(Weights()))
    assert set(found.index.get_level_values("check")) == set(CHECKS)


def test_a_label_that_hangs_on_one_source_is_found(evidence, sources):
    found = tried(alike("E1", "E2"), evidence, sources)["K1"]
    assert found["source"].to_dict() == {"S1": "not testable", "S2": "not testable"}


def test_a_label_that_hangs_on_one_technique_is_found(evidence, sources):
    found = tried(alike("E1", "E2", "E3"), evidence, sources)["K1"]
    assert found["technique"].to_dict() == {
        "documentation": "supported with limits",
        "statement": "not testable",
    }


def test_a_label_that_hangs_on_one_year_is_found(evidence, sources):
    found = tried(alike("E1", "E2", "E3", "E4"), evidence, sources)["K1"]
    assert found["year"].to_dict() == {"2018": "supported", "2019": "supported with limits"}


def test_items_without_a_year_are_in_every_trial_of_years(evidence, sources):
    undated = evidence.assign(date=None)
    found = tried(alike("E1", "E2"), undated, sources)["K1"]
    assert "year" not in found.index.get_level_values("check")


def test_a_label_that_hangs_on_one_coder_is_found(evidence, sources):
    given = pd.concat(
        [
            stances(*[(item, "a", "K1", "supports") for item in ("E1", "E2", "E3")]),
            stances(("E1", "b", "K1", "supports")),
        ]
    )
    found = tried(given, evidence, sources)["K1"]
    assert found["coder"].to_dict() == {"a": "supported", "b": "not testable"}
    assert found["both_coders"].to_list() == ["not testable"]


def test_stances_that_coders_gave_differently_are_no_common_ground(evidence, sources):
    given = pd.concat(
        [
            alike("E1", "E2"),
            stances(("E3", "a", "K1", "supports"), ("E3", "b", "K1", "contradicts")),
        ]
    )
    found = tried(given, evidence, sources)["K1"]
    assert found["both_coders"].to_list() == ["supported"]


def test_one_coder_alone_has_nobody_to_agree_with(evidence, sources):
    alone = alike("E1", "E2").query("coder == 'a'")
    found = tried(alone, evidence, sources)["K1"]
    assert "both_coders" not in found.index.get_level_values("check")
    assert found["coder"].index.to_list() == ["a"]


def test_statistics_stay_whoever_coded_and_can_be_left_out_as_a_technique(evidence, sources):
    readings = read_criteria(SUPPORTS, {("04-development", "ahead"): 1.0})
    given = stances(("E1", "a", "K1", "supports"), ("E2", "b", "K2", "supports"))
    found = tried(given, evidence, sources, readings=readings)["K1"]
    assert found["coder"].to_dict() == {"a": "supported", "b": "not testable"}
    assert found["technique", "statistics"] == "not testable"
    assert found["source", "step:04-development:ahead"] == "not testable"


def test_ignoring_origins_lets_repeated_reports_count(evidence, sources):
    origins = pd.DataFrame({"origin_id": "O1", "evidence_id": ["E1", "E2"]})
    found = tried(alike("E1", "E2"), evidence, sources, origins=origins)["K1"]
    assert found["source"].to_dict() == {"S1": "not testable", "S2": "not testable"}
    assert found["origins"].to_list() == ["supported"]


def test_reports_do_not_become_independent_because_a_third_is_missing(evidence, sources):
    chain = pd.DataFrame(
        {"origin_id": ["O1", "O1", "O2", "O2"], "evidence_id": ["E1", "E2", "E2", "E3"]}
    )
    found = tried(alike("E1", "E2", "E3"), evidence, sources, origins=chain)["K1"]
    assert found["source", "S2"] == "not testable"


def test_the_parameters_of_the_rule_move(evidence, sources):
    found = tried(alike("E1", "E2"), evidence, sources)["K1"]["rule"]
    assert found["minimum=1"] == "supported"
    assert found["minimum=3"] == "not testable"
    assert found["techniques=3"] == "supported with limits"


def test_the_weights_move(evidence, sources):
    mixed = sources.assign(reliability=["official", "press", "press", "press"])
    given = pd.concat([alike("E1", stance="contradicts"), alike("E2", "E3", "E4")])
    found = tried(given, evidence, mixed)["K1"]["weights"]
    assert found.nunique() > 1


def test_leaving_out_touches_only_the_claims_concerned(evidence, sources):
    given = pd.concat([alike("E1", "E2"), alike("E3", "E4", claim="K2")])
    found = tried(given, evidence, sources, ["K2", "K1", "K3"])
    assert found["K2"]["source"].to_dict() == {
        "S1": "supported", "S2": "supported", "S3": "not testable", "S4": "not testable"
    }  # fmt: skip
    assert set(found["K3"]) == {"not testable"}
    assert found.groupby("claim_id").size().nunique() == 1
    assert list(found.index.get_level_values("claim_id").unique()) == ["K2", "K1", "K3"]


def test_every_trial_equals_the_whole_computation_anew(evidence, sources):
    """Recomputing only the claims concerned gives what a study without the source would give."""
    given = pd.concat([alike("E1", "E2", "E3"), alike("E3", "E4", stance="qualifies", claim="K2")])
    found = tried(given, evidence, sources, ["K1", "K2"])
    for source in ("S1", "S2", "S3", "S4"):
        rest = evidence[evidence["source_id"] != source]
        anew = tried(given[given["evidence_id"].isin(rest["evidence_id"])], rest, sources,
                     ["K1", "K2"])  # fmt: skip
        for claim in ("K1", "K2"):
            # without origins to ignore, that trial changes nothing and gives the finding itself
            assert found[claim, "source", source] == anew[claim, "origins", ""]


def test_a_finding_that_flips_is_fragile_and_shows_what_flips_it(evidence, sources):
    table = trials(
        alike("E1", "E2"),
        evidence,
        sources,
        READERS,
        ["K1", "K2"],
        origins=NO_ORIGINS,
        readings=NO_READINGS,
    )
    labels = pd.Series({"K1": "supported", "K2": "not testable"})
    row = fragility(table, labels).loc["K1"]
    assert row["fragile"]
    assert "source:S1→not testable" in row["flips"].split("|")
    changed = flips(table, labels)
    assert set(changed["claim_id"]) == {"K1"}
    assert row["trials"] - row["kept"] == len(changed) == len(row["flips"].split("|"))
    assert row["share"] == pytest.approx(row["kept"] / row["trials"])


def test_a_finding_that_never_flips_is_firm(evidence, sources):
    table = trials(
        alike("E1"), evidence, sources, READERS, ["K2"], origins=NO_ORIGINS, readings=NO_READINGS
    )
    row = fragility(table, pd.Series({"K2": "not testable"})).loc["K2"]
    assert not row["fragile"] and row["flips"] == "" and row["share"] == 1


def test_no_stances_no_other_labels(evidence, sources):
    found = tried(stances(), evidence, sources)
    assert set(found) == {"not testable"}


def test_the_parameters_given_are_the_ones_moved(evidence, sources):
    found = tried(alike("E1", "E2"), evidence, sources, rule=Rule(minimum=5))["K1"]
    assert found["rule", "minimum=6"] == "not testable"
    assert found["origins", ""] == "not testable"
