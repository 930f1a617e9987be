"""Time the trials of robustness against a new triangulation for each of them.

The same trials, with the same labels, on Bandung–Cimahi and on a synthetic study with many more
claims and items. *Ours* is ``trials``, which groups the items once, gives each claim of each trial
an id of its own and labels all of them in one go. The alternative calls for each trial what anyone
would call to triangulate once: stances of items, their grouping, witnesses, findings. Run
``python benchmarks/triangulation.py``; it prints the rows for ``docs/benchmarks.md``.
"""

from __future__ import annotations

import time

import numpy as np
import pandas as pd

from metrobook.study import Study
from metrobook.triangulation.criteria import as_items, read_criteria
from metrobook.triangulation.findings import Rule, alternatives, findings
from metrobook.triangulation.robustness import LEFT_OUT, trials
from metrobook.triangulation.stances import KEY, STANCES, item_stances
from metrobook.triangulation.weights import Weights, grid
from metrobook.triangulation.witnesses import grouping, witnesses

CLAIMS, ITEMS, SOURCES, TECHNIQUES = 200, 2000, 300, 5


def bandung_cimahi() -> dict[str, pd.DataFrame]:
    study = Study.load("bandung-cimahi")
    names = ("stances", "evidence", "sources", "claims", "origins", "criteria")
    return {name: study.table(name) for name in names}


def synthetic() -> dict[str, pd.DataFrame]:
    """Return made-up tables of a study with two coders who often agree."""
    random = np.random.default_rng(0)
    number = np.arange(ITEMS)
    evidence = pd.DataFrame(
        {
            "evidence_id": [f"E{item}" for item in number],
            "source_id": [f"S{source}" for source in random.integers(SOURCES, size=ITEMS)],
            "technique": [f"T{one}" for one in random.integers(TECHNIQUES, size=ITEMS)],
            "date": [str(year) for year in random.integers(2010, 2026, size=ITEMS)],
        }
    )
    kinds = random.choice(["official", "secondary", "press"], size=SOURCES)
    sources = pd.DataFrame(
        {"source_id": [f"S{source}" for source in range(SOURCES)], "reliability": kinds}
    )
    shared = random.choice(number, size=ITEMS // 10, replace=False)
    origins = pd.DataFrame(
        {
            "origin_id": [f"origin {place // 3}" for place in range(len(shared))],
            "evidence_id": [f"E{item}" for item in shared],
        }
    )
    pairs = pd.DataFrame(
        {
            "claim_id": [f"K{claim}" for claim in random.integers(CLAIMS, size=2 * ITEMS)],
            "evidence_id": [f"E{item}" for item in np.repeat(number, 2)],
        }
    ).drop_duplicates()
    agreed = random.choice(STANCES, size=len(pairs))
    own = random.choice(STANCES, size=len(pairs))
    other = np.where(random.random(len(pairs)) < 0.7, agreed, own)
    stances = pd.concat(
        [pairs.assign(coder="a", stance=agreed), pairs.assign(coder="b", stance=other)]
    )
    claims = pd.DataFrame({"claim_id": [f"K{claim}" for claim in range(CLAIMS)]})
    criteria = bandung_cimahi()["criteria"].iloc[:0]
    return {"stances": stances, "evidence": evidence, "sources": sources, "claims": claims,
            "origins": origins, "criteria": criteria}  # fmt: skip


def trial_by_trial(
    stances: pd.DataFrame,
    evidence: pd.DataFrame,
    sources: pd.DataFrame,
    claims: list[str],
    *,
    origins: pd.DataFrame,
    readings: pd.DataFrame,
) -> pd.DataFrame:
    statistics = as_items(readings)

    def items_of(given: pd.DataFrame) -> pd.DataFrame:
        return pd.concat([item_stances(given, evidence, sources), statistics], ignore_index=True)

    def labels(given=stances, without=("", None), weights=None, rule=None, origins=origins):
        groups = grouping(items_of(stances), origins)
        items = items_of(given)
        column, left = without
        kept = items if not column else items[items[column].ne(left).fillna(True)]
        return findings(witnesses(kept, origins, weights, groups), claims, rule)["label"]

    items = items_of(stances)
    counted = items[~items["examined"]]
    found = [
        (check, str(left), labels(without=(column, left)))
        for check, column in LEFT_OUT.items()
        for left in sorted(counted[column].dropna().unique())
    ]
    coders = sorted(stances["coder"].unique())
    found += [("coder", one, labels(stances[stances["coder"] == one])) for one in coders]
    alike = stances.groupby([*KEY, "stance"])["coder"].transform("nunique") == len(coders)
    found.append(("both_coders", "", labels(stances[alike])))
    found += [("weights", "", labels(weights=new)) for new in grid(Weights())]
    found += [("rule", "", labels(rule=new)) for new in alternatives(Rule())]
    found.append(("origins", "", labels(origins=origins.iloc[:0])))
    return pd.concat(
        [label.reset_index(name="label").assign(check=check) for check, _left, label in found]
    )


def timed(function, *arguments, **named):
    start = time.perf_counter()
    result = function(*arguments, **named)
    return time.perf_counter() - start, result


def main() -> None:
    for name, tables in (("Bandung–Cimahi", bandung_cimahi()), ("synthetic", synthetic())):
        order = list(tables["claims"]["claim_id"])
        given = [*(tables[table] for table in ("stances", "evidence", "sources")), order]
        named = {"origins": tables["origins"], "readings": read_criteria(tables["criteria"], {})}
        (fast, ours), (slow, theirs) = (
            timed(function, *given, **named) for function in (trials, trial_by_trial)
        )
        by = ["check", "claim_id"]
        counts = [table.groupby(by)["label"].value_counts() for table in (ours, theirs)]
        assert counts[0].sort_index().equals(counts[1].sort_index())
        number = len(ours) // len(order)
        described = f"{name}: {number} trials of {len(order)} claims"
        print(f"| {described} | {fast:.1f} s | {slow:.1f} s | {fast / slow:.3f} |")


if __name__ == "__main__":
    main()
