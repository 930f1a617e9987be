"""Reliability of a multi-label coding: agreement per code, and on the whole sets of codes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable

import numpy as np
import pandas as pd

from metrobook.coding.agreement import gwet_ac1, krippendorff_alpha, percent_agreement
from metrobook.coding.disagreement import Difference, alpha_statistic, with_difference
from metrobook.coding.estimate import ZERO, Agreement, AgreementWarning, estimate
from metrobook.coding.ratings import read_ratings
from metrobook.coding.readers import Readers
from metrobook.coding.resampling import patterns_of


def automated(coders: Iterable[str]) -> list[str]:
    """Return the coders that are automated annotators: those named by a single letter.

    Annotators of one kind share their blind spots, so that their agreement overstates what
    people would reach; whoever shows their agreement must say so.

    Examples
    --------
    >>> automated(["a", "b", "rina"])
    ['a', 'b']
    """
    return [coder for coder in coders if len(coder) == 1]


def decisions(codings: pd.DataFrame, code: str, readers: Readers) -> pd.DataFrame:
    """Return for one code what each coder decided on each item that the coder read.

    A code that a reader did not give is a decision against it.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``.
    code : str
    readers : mapping of str to set of str
        Who read each evidence item, see :func:`~metrobook.coding.readers.readers`.

    Returns
    -------
    pandas.DataFrame
        A long table of ratings: ``unit``, ``coder``, ``value`` (boolean).
    """
    table = _pairs(readers)
    chosen = codings[codings["code"] == code]
    given = table.isin(list(zip(chosen["evidence_id"], chosen["coder"], strict=True)))
    return table.to_frame(index=False).assign(value=given)


def _pairs(readers: Readers) -> pd.MultiIndex:
    """Return every item with each of its readers."""
    pairs = [(unit, coder) for unit, coders in readers.items() for coder in sorted(coders)]
    return pd.MultiIndex.from_tuples(pairs, names=["unit", "coder"])


def agreement_by_code(
    codings: pd.DataFrame,
    codes: Iterable[str],
    readers: Readers,
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Return percent agreement, alpha and AC1 of each code over the items that several read.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``; codings of other items are left out.
    codes : iterable of str
        The codes to show, in their order, also those never given.
    readers : mapping of str to set of str
        Who read each evidence item, see :func:`~metrobook.coding.readers.readers`.
    resamples, confidence, seed
        As in :func:`~metrobook.coding.agreement.percent_agreement`.

    Returns
    -------
    pandas.DataFrame
        One row per code: ``code``, ``either`` and ``both`` (items to which at least one coder,
        or every reader, gave the code), ``n_units`` (items that several coders read),
        ``prevalence`` (share of decisions that gave it), ``varies`` (False where all decisions
        are alike, so that alpha is zero by convention), and ``percent``, ``alpha``, ``ac1``, each
        with ``_low`` and ``_high``.
    """
    several = sum(len(coders) > 1 for coders in readers.values())
    options = {"resamples": resamples, "confidence": confidence, "seed": seed}
    coefficients = {"percent": percent_agreement, "alpha": krippendorff_alpha, "ac1": gwet_ac1}
    rows = []
    for code in codes:
        ratings = decisions(codings, code, readers)
        given = ratings.groupby("unit")["value"].agg(["any", "all"])
        row = {
            "code": code,
            "either": int(given["any"].sum()),
            "both": int(given["all"].sum()),
            "n_units": several,
            "prevalence": ratings["value"].mean(),
            "varies": ratings["value"].nunique() > 1,
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", AgreementWarning)
            for name, coefficient in coefficients.items():
                result = coefficient(ratings, **options)
                row |= {name: result.value, f"{name}_low": result.low, f"{name}_high": result.high}
        rows.append(row)
    constant = [row["code"] for row in rows if not row["varies"]]
    if constant and several:
        warnings.warn(
            f"All decisions are alike for {', '.join(constant)}. Without variation reliability "
            "cannot be inferred: alpha counts as 0, percent agreement and AC1 as 1.",
            AgreementWarning,
            stacklevel=2,
        )
    return pd.DataFrame(rows)


def masi_alpha(
    codings: pd.DataFrame,
    readers: Readers,
    *,
    resamples: int = 1000,
    confidence: float = 0.95,
    seed: int = 0,
) -> Agreement:
    """Return Krippendorff's alpha of whole sets of codes, with the MASI distance between sets.

    MASI (Passonneau 2006, *Measuring Agreement on Set-valued Items*) multiplies the Jaccard
    coefficient of two sets by 1 if they are equal, 2/3 if one holds the other, 1/3 if they only
    overlap, 0 if they are disjoint; the distance is one minus that. An item left without codes has
    the empty set, at distance 0 from itself and 1 from any other.

    Parameters
    ----------
    codings : pandas.DataFrame
        Columns ``evidence_id``, ``coder``, ``code``; codings of other items are left out.
    readers, resamples, confidence, seed
        As in :func:`agreement_by_code`.

    Returns
    -------
    Agreement
        Its prevalences are of sets, written as their codes in order, separated by ``;``.

    Examples
    --------
    >>> codings = pd.DataFrame({"evidence_id": ["E1", "E1", "E1"], "coder": ["a", "a", "b"],
    ...                         "code": ["scale", "focus", "scale"]})
    >>> readers = {"E1": {"a", "b"}, "E2": {"a", "b"}}
    >>> round(float(masi_alpha(codings, readers, resamples=0)), 3)
    0.571
    """
    given = codings.drop_duplicates(["evidence_id", "coder", "code"]).sort_values("code")
    sets = given.groupby(["evidence_id", "coder"])["code"].agg(";".join)
    ratings = sets.reindex(_pairs(readers), fill_value="").rename("value").reset_index()
    read = read_ratings(ratings)
    patterns = patterns_of(read.counts(at_least=2))
    alpha = alpha_statistic(with_difference(patterns, masi_distance(read.scale)), patterns)
    return estimate(alpha, patterns.units, read, resamples, confidence, seed, constant=ZERO)


def masi_distance(sets: Iterable[str]) -> Difference:
    """Return the MASI distance between sets, given as codes separated by ``;``.

    Examples
    --------
    >>> distance = masi_distance(["a;b", "a;b;c", "b;c", ""])
    >>> distance(np.array([0, 0, 1, 3]), np.array([1, 2, 3, 3])).round(3).tolist()
    [0.556, 0.889, 1.0, 0.0]
    """
    holds = pd.Series(list(sets), dtype=str).str.get_dummies(sep=";").to_numpy(dtype=float)
    size = holds.sum(axis=1)

    def distance(first, second):
        common = np.einsum("...i,...i->...", holds[first], holds[second])
        together = size[first] + size[second] - common
        kinds = [common == together, common == np.minimum(size[first], size[second]), common > 0]
        monotonicity = np.select(kinds, [1, 2 / 3, 1 / 3])
        jaccard = np.divide(common, together, out=np.ones_like(common), where=together > 0)
        return 1 - jaccard * monotonicity

    return distance
