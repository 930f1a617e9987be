"""Spread: who took over the core's software, and which governments agreed on what."""

from __future__ import annotations

import re
from itertools import combinations

import networkx as nx
import pandas as pd

from metrobook.development.dimensions import split

KIND = re.compile(r" (City|Regency|County|District|Municipality|Town)$")


def replication_network(replications: pd.DataFrame) -> nx.DiGraph:
    """Return the network of governments that replicate another's software.

    Parameters
    ----------
    replications : pandas.DataFrame
        ``origin_code``, ``adopter``, ``adopter_code`` (may be missing), ``application``,
        ``year``, ``quality`` (``documented`` or ``claimed``).

    Returns
    -------
    networkx.DiGraph
        Edges from origin to adopter with ``applications`` (sorted), ``year`` (the first known,
        or None) and ``quality``: documented as soon as one record is. Adopters without a code
        are nodes by their name.
    """
    network = nx.DiGraph()
    known = replications.assign(node=replications["adopter_code"].fillna(replications["adopter"]))
    for (origin, node), records in known.groupby(["origin_code", "node"]):
        years = records["year"].dropna()
        network.add_node(node, name=records["adopter"].iloc[0])
        network.add_edge(
            origin,
            node,
            applications=sorted(set(records["application"].dropna())),
            year=None if years.empty else int(years.min()),
            quality="documented" if (records["quality"] == "documented").any() else "claimed",
        )
    return network


def adopters(replications: pd.DataFrame, metro: list[str]) -> pd.DataFrame:
    """Return one row per adopter of the network.

    Returns
    -------
    pandas.DataFrame
        ``origin_code``, ``adopter_code`` (code or name), ``adopter``, ``applications`` (list
        cell), ``year``, ``quality``, ``in_metro``; by quality (documented first), year and name.
    """
    network = replication_network(replications)
    rows = [
        (origin, node, network.nodes[node]["name"], ";".join(edge["applications"]),
         edge["year"], edge["quality"], node in metro)
        for origin, node, edge in network.edges(data=True)
    ]  # fmt: skip
    columns = [
        "origin_code",
        "adopter_code",
        "adopter",
        "applications",
        "year",
        "quality",
        "in_metro",
    ]
    frame = pd.DataFrame(rows, columns=columns).astype({"year": "Int64", "in_metro": bool})
    claimed_last = frame.assign(claimed=frame["quality"] != "documented")
    return claimed_last.sort_values(["claimed", "year", "adopter"], ignore_index=True)[columns]


def adopter_range(adopters: pd.DataFrame) -> tuple[int, int]:
    """Return the least and the greatest number of governments that the adopters may be.

    "Madiun" beside "Madiun Regency" may be one government under two names or a city and a regency;
    the lower number takes them for one, the higher for two.

    Parameters
    ----------
    adopters : pandas.DataFrame
        ``adopter``: the names as the sources give them.

    Examples
    --------
    >>> adopter_range(pd.DataFrame({"adopter": ["Madiun", "Madiun Regency", "Pati Regency"]}))
    (2, 3)
    >>> adopter_range(pd.DataFrame({"adopter": ["Madiun City", "Madiun Regency"]}))
    (2, 2)
    """
    names = set(adopters["adopter"])
    bare = {KIND.sub("", name) for name in names if KIND.search(name)}
    return len(names - bare), len(names)


def distinct_agreements(agreements: pd.DataFrame) -> pd.DataFrame:
    """Return the agreements without second records of one agreement and without mere mentions.

    Parameters
    ----------
    agreements : pandas.DataFrame
        ``record`` (``agreement`` or ``mention``), ``same_as`` (missing, or the key of the row that
        stands for the same agreement) and whatever else shall be kept.
    """
    return agreements[(agreements["record"] == "agreement") & agreements["same_as"].isna()]


def agreement_pairs(agreements: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Return every pair of governments that are parties to one agreement.

    Parameters
    ----------
    agreements : pandas.DataFrame
        ``agreement_id``, ``party_codes`` (list cell) and whatever else shall be kept.
    codes : list of str
        The governments of interest; pairs are named in this order.

    Returns
    -------
    pandas.DataFrame
        ``first``, ``second`` and the columns of ``agreements``, one row per pair and agreement.
    """
    rows = [
        {"first": first, "second": second, **agreement}
        for agreement in agreements.to_dict("records")
        for first, second in combinations(
            [code for code in codes if code in split(agreement["party_codes"])], 2
        )
    ]
    return pd.DataFrame(rows, columns=["first", "second", *agreements.columns])


def agreement_matrix(pairs: pd.DataFrame, codes: list[str]) -> pd.DataFrame:
    """Return the number of agreements between each two governments, a symmetric table.

    Parameters
    ----------
    pairs : pandas.DataFrame
        Result of :func:`agreement_pairs`.
    codes : list of str
        Rows and columns.
    """
    counts = pd.crosstab(pairs["first"], pairs["second"])
    counts = counts.reindex(index=codes, columns=codes, fill_value=0)
    return (counts + counts.T).rename_axis(index="first", columns="second").astype(int)
