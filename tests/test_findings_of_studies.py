"""The findings of the real studies: complete, founded, and changed only by what ought to.

Everything planted here was made up for the tests and is evidence of nothing.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from itertools import cycle, islice

import pandas as pd
import pytest

from metrobook import coding, triangulation
from metrobook.consent import NAMES_ITEM, ids
from metrobook.results import Results, results_folder
from metrobook.study import Study
from metrobook.triangulation.criteria import NOT_COLLECTED, STATISTICS
from metrobook.triangulation.findings import (
    CONTRADICTED,
    LABELS,
    LIMITED,
    MIXED,
    SUPPORTED,
    UNTESTABLE,
    verdict,
)
from metrobook.triangulation.robustness import CHECKS
from metrobook.triangulation.witnesses import grouping
from tests.conftest import UNDER_CI

FLAGSHIP, OTHER = STUDIES = ("bandung-cimahi", "jabodetabek")
STATED_BY_THE_PAPER = 21
STANDING = (SUPPORTED, LIMITED)
TECHNIQUES = ("documentation", "statement")
TABLES = ("claims", "evidence", "codings", "readers", "stances", "sources", "origins", "criteria")
MADE_UP = "synthetic item of the tests"


@dataclass(frozen=True, eq=False)
class Chain:
    """The way from the tables of a study to its findings."""

    claims: pd.DataFrame
    evidence: pd.DataFrame
    codings: pd.DataFrame
    readers: pd.DataFrame
    stances: pd.DataFrame
    sources: pd.DataFrame
    origins: pd.DataFrame
    criteria: pd.DataFrame
    readings: pd.DataFrame

    @cached_property
    def keys(self) -> list[str]:
        return list(self.claims["claim_id"])

    @cached_property
    def read(self) -> dict[str, frozenset[str]]:
        return coding.readers(self.evidence, self.readers, self.stances, self.codings)

    @cached_property
    def items(self) -> pd.DataFrame:
        collected = triangulation.item_stances(self.stances, self.evidence, self.sources, self.read)
        items = pd.concat([collected, triangulation.as_items(self.readings)], ignore_index=True)
        estimates = self.criteria.loc[self.criteria["estimate"].eq(True), "criterion_id"]
        return items.assign(estimate=items["evidence_id"].isin(estimates))

    @cached_property
    def witnesses(self) -> pd.DataFrame:
        return triangulation.witnesses(self.items, self.origins)

    @cached_property
    def findings(self) -> pd.DataFrame:
        return triangulation.findings(self.witnesses, self.keys)

    @property
    def labels(self) -> pd.Series:
        return self.findings["label"]

    @cached_property
    def trials(self) -> pd.DataFrame:
        return triangulation.trials(
            self.stances, self.evidence, self.sources, self.read, self.keys,
            origins=self.origins, readings=self.readings,
        )  # fmt: skip

    @cached_property
    def confidence(self) -> pd.DataFrame:
        techniques = sorted({*self.evidence["technique"], *self.items["technique"]})
        matrix = triangulation.convergence_matrix(
            self.items, self.keys, techniques, techniques, self.readings
        )
        coders = coding.automated(self.stances["coder"].unique())
        return triangulation.confidence(
            self.findings, self.witnesses, self.items, bool(coders), triangulation.across(matrix)
        )

    def faults(self, **changed: pd.DataFrame) -> list[str]:
        tables = {name: getattr(self, name) for name in ("claims", "evidence", "sources")}
        ledger = self.findings.reset_index()
        return triangulation.audit(ledger, self.items, self.witnesses, **(tables | changed))

    def planted(self, claim: str, number: int, stance: str = "contradicts", **shared) -> "Chain":
        """Add official items that every coder judged alike; ``shared`` may name one source."""
        names = [f"X{place:02d}" for place in range(number)]
        evidence = pd.DataFrame(
            {
                "evidence_id": names,
                "technique": list(islice(cycle(TECHNIQUES), number)),
                "date": "2020",
                "source_id": shared.get("source_id", [f"S{name}" for name in names]),
                "note": MADE_UP,
            }
        )
        sources = pd.DataFrame({"source_id": evidence["source_id"].unique()})
        coders = pd.DataFrame({"coder": self.stances["coder"].unique()})
        judged = evidence[["evidence_id"]].merge(coders, how="cross")
        origins = pd.DataFrame({"evidence_id": names, "origin_id": shared.get("origin_id")})
        return replace(
            self,
            evidence=added(self.evidence, evidence),
            sources=added(self.sources, sources.assign(reliability="official")),
            stances=added(self.stances, judged.assign(claim_id=claim, stance=stance)),
            origins=added(self.origins, origins.dropna()),
        )


def added(table: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([table, rows.astype(object)], ignore_index=True) if len(rows) else table


def numbers_of(study: str, step: str) -> dict:
    """The numbers that a step of the built book handed on."""
    if not (results_folder(study, "en", step) / "result.json").exists():
        message = "the book is not built: run 'make book' first ('make test' does)"
        pytest.fail(message) if UNDER_CI else pytest.skip(message)
    return Results.read(study, "en", step).numbers


def chain_of(study: Study) -> Chain:
    tables = {name: study.table(name) for name in TABLES}
    wanted = zip(tables["criteria"]["step"], tables["criteria"]["result"], strict=True)
    known = {key: numbers_of(study.id, key[0]).get(key[1], {}).get("value") for key in wanted}
    return Chain(**tables, readings=triangulation.read_criteria(tables["criteria"], known))


@pytest.fixture(scope="module")
def chains() -> dict[str, Chain]:
    return {name: chain_of(Study.load(name)) for name in STUDIES}


@pytest.fixture(scope="module")
def flagship(chains) -> Chain:
    return chains[FLAGSHIP]


@pytest.fixture(params=STUDIES)
def chain(request, chains) -> Chain:
    return chains[request.param]


def test_every_claim_of_the_paper_is_there(flagship):
    assert len(flagship.keys) == len(set(flagship.keys)) == STATED_BY_THE_PAPER


def test_every_claim_has_a_finding_a_confidence_and_trials_of_every_kind(chain):
    assert list(chain.findings.index) == list(chain.confidence.index) == chain.keys
    assert chain.labels.isin(LABELS).all()
    assert chain.confidence["confidence"].isin(["high", "moderate", "low", "very low"]).all()
    assert (chain.confidence.loc[chain.labels == UNTESTABLE, "confidence"] == "very low").all()
    firm = triangulation.fragility(chain.trials, chain.labels)
    assert list(firm.index) == chain.keys
    assert (firm["trials"] >= 10).all() and firm["share"].between(0, 1).all()
    assert (firm["fragile"] == (firm["kept"] < firm["trials"])).all()


def test_every_kind_of_trial_is_made_of_every_claim(flagship):
    made = flagship.trials.groupby("claim_id")["check"].agg(set)
    assert all(made[claim] == set(CHECKS) for claim in flagship.keys)


def test_no_finding_hides_a_fault_in_its_chain(chain):
    assert chain.faults() == []


def test_the_chapter_hands_on_the_findings_of_the_package(chains):
    for study, chain in chains.items():
        numbers_of(study, "07-triangulation")
        handed = Results.read(study, "en", "07-triangulation")
        for name, own in (("findings", chain.labels), ("confidence", chain.confidence["label"])):
            table = handed.table(name).set_index("claim_id")
            assert table["label"].to_dict() == own.to_dict(), (study, name)
        built = handed.table("confidence").set_index("claim_id")["confidence"]
        assert built.to_dict() == chain.confidence["confidence"].to_dict()


def test_the_rule_of_the_chapter_draws_its_lines_where_the_rule_of_the_package_does():
    numbers = numbers_of(FLAGSHIP, "07-triangulation")
    names = ("minimum", "leaning", "clear", "agreeing_techniques")
    chapter = triangulation.Rule(*(numbers[name]["value"] for name in names))
    for mean in (-1 / 3, 1 / 3, 2 / 3):
        assert verdict(2, 0, 2, mean, chapter) == verdict(2, 0, 2, mean), mean


def standing(chain: Chain) -> list[str]:
    claims = [claim for claim in chain.keys if chain.labels[claim] in STANDING]
    assert claims, "no claim stands: nothing can be tipped"
    return claims


def test_independent_contradictions_turn_a_standing_claim_to_mixed_then_contradicted(flagship):
    order = [*STANDING, MIXED, CONTRADICTED]
    for claim in standing(flagship):
        path = [flagship.planted(claim, number).labels for number in range(0, 40, 2)]
        labels = [labels[claim] for labels in path]
        places = [order.index(label) for label in labels]
        assert places == sorted(places), (claim, labels)
        assert MIXED in labels and labels[-1] == CONTRADICTED, (claim, labels)
        for after in path:
            assert after.drop(claim).equals(flagship.labels.drop(claim))


@pytest.mark.parametrize("shared", [{"source_id": "SX"}, {"origin_id": "one-event"}], ids=str)
def test_contradictions_of_one_source_or_origin_weigh_as_one(flagship, shared):
    for claim in standing(flagship):
        alone, many = (flagship.planted(claim, number, **shared) for number in (1, 40))
        assert many.findings.drop(columns="techniques").equals(
            alone.findings.drop(columns="techniques")
        )
        assert many.labels[claim] != CONTRADICTED
        assert flagship.planted(claim, 40).labels[claim] == CONTRADICTED


@pytest.mark.parametrize("claim", ["K01", "K10", "K24"])
def test_one_technique_lifts_a_claim_to_limits_at_most_and_two_to_supported(flagship, claim):
    stances, readings = (
        table[table["claim_id"] != claim] for table in (flagship.stances, flagship.readings)
    )
    silent = replace(flagship, stances=stances, readings=readings)
    assert silent.labels[claim] == UNTESTABLE
    assert silent.planted(claim, 1, "supports").labels[claim] == UNTESTABLE
    both = silent.planted(claim, 4, "supports")
    one = replace(both, evidence=both.evidence.assign(technique="documentation"))
    assert (one.labels[claim], both.labels[claim]) == (LIMITED, SUPPORTED)


def repeated(chain: Chain, item: str, times: int = 10) -> Chain:
    """The same item entered again under other names, as copies of one report would be."""
    tables = {}
    for name in ("evidence", "stances"):
        table = getattr(chain, name)
        copies = [
            table[table["evidence_id"] == item].assign(evidence_id=f"{item}-{place}")
            for place in range(times)
        ]
        tables[name] = pd.concat([table, *copies], ignore_index=True)
    return replace(chain, **tables)


def swayed_by_copies(chain: Chain) -> dict[str, set[str]]:
    """The claims whose finding changes when an item is entered ten times over, by item."""
    changed = {
        item: repeated(chain, item).labels.compare(chain.labels).index
        for item in sorted(set(chain.stances["evidence_id"]))
    }
    return {item: {*claims} for item, claims in changed.items() if len(claims)}


def test_copies_of_an_item_change_no_finding_at_all(flagship):
    assert swayed_by_copies(flagship) == {}


def test_an_item_judged_twice_by_the_same_coder_alike_counts_once(flagship):
    again = replace(flagship, stances=pd.concat([flagship.stances] * 3, ignore_index=True))
    assert again.items.equals(flagship.items)


def test_removing_a_technique_changes_the_findings_as_the_trials_say(chain):
    groups = grouping(chain.items, chain.origins)
    said = chain.trials[chain.trials["check"] == "technique"]
    techniques = set(triangulation.counted(chain.items)["technique"])
    assert set(said["left_out"]) == techniques
    for technique, trial in said.groupby("left_out"):
        left = chain.items[chain.items["technique"] != technique]
        voices = triangulation.witnesses(left, chain.origins, groups=groups)
        label = triangulation.findings(voices, chain.keys)["label"]
        assert trial.set_index("claim_id")["label"].to_dict() == label.to_dict(), technique


def test_removing_some_technique_matters(flagship):
    said = flagship.trials[flagship.trials["check"] == "technique"]
    assert len(triangulation.flips(said, flagship.labels))


def test_withholding_an_item_takes_it_out_of_all_that_rests_on_it(compendium, flagship):
    items = triangulation.counted(flagship.items)
    in_origins = set(flagship.origins["evidence_id"])
    item = items.loc[items["evidence_id"].isin(in_origins), "evidence_id"].iloc[0]
    path = compendium / "data" / FLAGSHIP / "evidence" / "evidence.csv"
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    table.loc[table["evidence_id"] == item, "consent"] = "withheld"
    table.to_csv(path, index=False, lineterminator="\n")
    study = Study.load(FLAGSHIP)
    assert study.folder.is_relative_to(compendium)
    for name in {resource.table for resource in study.resources if resource.table}:
        frame = study.table(name)
        for column in frame.columns.intersection(NAMES_ITEM):
            named = {one for cell in frame[column] for one in ids(cell)}
            assert item not in named, (name, column)
    tables = {name: study.table(name) for name in TABLES}
    left = Chain(**tables, readings=flagship.readings)
    assert item not in set(left.items["evidence_id"])
    assert not left.witnesses["evidence_ids"].str.split(";").map(lambda own: item in own).any()
    assert left.findings["label"].isin(LABELS).all()
    assert left.faults() == []
    assert any(item in fault for fault in flagship.faults(evidence=left.evidence))


@pytest.mark.parametrize("note", [MADE_UP, "Synthetic", "  SYNTHETIC: made up"])
def test_a_synthetic_item_behind_a_finding_is_objected_to(flagship, note):
    item = triangulation.counted(flagship.items)["evidence_id"].iloc[0]
    marked = flagship.evidence["evidence_id"] == item
    noted = flagship.evidence.assign(note=flagship.evidence["note"].where(~marked, note))
    faults = flagship.faults(evidence=noted)
    assert len(faults) == 1 and item in faults[0] and "synthetic" in faults[0]


def test_what_the_tests_plant_is_objected_to(flagship):
    claim = standing(flagship)[0]
    faults = flagship.planted(claim, 2).faults()
    assert [name in " ".join(faults) for name in ("X00", "X01")] == [True, True]


def own_items(chain: Chain) -> set[str]:
    """The items that come from the paper under test."""
    examined = chain.sources.loc[chain.sources["reliability"] == "examined paper", "source_id"]
    return set(chain.evidence.loc[chain.evidence["source_id"].isin(examined), "evidence_id"])


def test_nothing_of_the_examined_paper_reaches_a_witness(flagship):
    own = own_items(flagship)
    assert own & set(flagship.stances["evidence_id"])
    reached = {one for cell in flagship.witnesses["evidence_ids"] for one in cell.split(";")}
    assert not own & reached
    assert not flagship.witnesses["reliability"].eq("examined paper").any()


def test_the_examined_paper_ties_no_others_together(flagship):
    others = sorted(set(triangulation.counted(flagship.items)["evidence_id"]))
    ties = pd.DataFrame(
        [
            (f"~{item}-{other}", one)
            for item in own_items(flagship)
            for other in others
            for one in (item, other)
        ],
        columns=["origin_id", "evidence_id"],
    )
    tied = replace(flagship, origins=added(flagship.origins, ties))
    assert tied.witnesses.equals(flagship.witnesses)
    assert tied.findings.equals(flagship.findings)


def test_a_paper_that_says_everything_of_itself_changes_nothing(flagship):
    item = sorted(own_items(flagship))[0]
    every = pd.MultiIndex.from_product(
        [[item], flagship.stances["coder"].unique(), flagship.keys],
        names=["evidence_id", "coder", "claim_id"],
    ).to_frame(index=False)
    others = flagship.stances[flagship.stances["evidence_id"] != item]
    loud = replace(flagship, stances=added(others, every.assign(stance="supports")))
    assert loud.findings.equals(flagship.findings)


def test_origins_name_items_that_exist_each_in_one_origin(flagship):
    origins = flagship.origins
    assert set(origins["evidence_id"]) <= set(flagship.evidence["evidence_id"])
    assert origins["evidence_id"].is_unique
    assert not set(origins["origin_id"]) & set(flagship.sources["source_id"])
    assert origins[["reason_en", "reason_id"]].notna().all(axis=None)


def test_every_origin_ties_several_items(flagship):
    assert (flagship.origins.groupby("origin_id").size() > 1).all()


def test_every_criterion_reads_a_number_that_its_step_hands_on(chains):
    handed = {
        study: {
            (step, key): number["value"]
            for step in set(chain.criteria["step"])
            for key, number in numbers_of(study, step).items()
        }
        for study, chain in chains.items()
    }
    somewhere = {key for numbers in handed.values() for key in numbers}
    for study, chain in chains.items():
        for row in chain.readings.itertuples():
            key = (row.step, row.result)
            assert key in somewhere, (study, row.criterion_id, key)
            if row.stance == NOT_COLLECTED:
                gaps = Results.read(study, "en", row.step).gaps
                assert gaps, f"{study}: {key} is missing and {row.step} names no gap"
            else:
                value = handed[study][key]
                assert isinstance(value, int | float) and not isinstance(value, bool)
                assert row.value == pytest.approx(value)


def test_the_flagship_has_a_value_for_every_criterion(flagship):
    assert not flagship.readings["stance"].eq(NOT_COLLECTED).any()


@pytest.mark.parametrize("table", ["wanted", "recommendations", "channels", "dimensions"])
def test_tables_of_the_study_name_only_claims_that_exist(table):
    study = Study.load(FLAGSHIP)
    frame, claims = study.table(table), set(study.table("claims")["claim_id"])
    named = frame["claim_ids"].map(ids)
    assert len(frame) and set(named.explode().dropna()) <= claims
    assert table == "dimensions" or named.map(len).gt(0).all()


@pytest.mark.parametrize("study", STUDIES)
def test_criteria_and_stances_name_only_claims_that_exist(study):
    case = Study.load(study)
    claims = set(case.table("claims")["claim_id"])
    for table in ("criteria", "stances"):
        assert set(case.table(table)["claim_id"]) <= claims, table


def test_what_is_wanted_comes_by_a_technique_of_the_design():
    study = Study.load(FLAGSHIP)
    known = {*study.settings["techniques"], STATISTICS}
    assert set(study.table("wanted")["technique"]) <= known
    assert set(study.table("recommendations")["area_code"]) <= set(
        study.table("areas")["area_code"]
    )


def test_the_other_study_has_findings_from_statistics_alone(chains):
    chain = chains[OTHER]
    assert chain.evidence.empty and chain.stances.empty
    assert len(chain.keys) == 2
    assert set(chain.items["technique"]) == {STATISTICS}
    assert (chain.labels != UNTESTABLE).any()
    assert not chain.labels.eq(SUPPORTED).any(), "one technique can support with limits at most"


def test_without_criteria_no_claim_of_the_other_study_is_testable(chains):
    bare = replace(chains[OTHER], readings=chains[OTHER].readings.iloc[:0])
    assert bare.labels.tolist() == [UNTESTABLE] * 2
    assert bare.confidence["confidence"].tolist() == ["very low"] * 2
    assert bare.faults() == []
