"""Reading: flows from CSV, TSV and Parquet files through DuckDB, no more of them than is needed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from metrobook.commuting.balances import completed
from metrobook.commuting.faults import (
    FOOTERS,
    LAYERS,
    PAIR,
    REST,
    TOTALS,
    explain,
    find_faults,
    named_outside,
    numbers,
    plain,
    text_ids,
)
from metrobook.commuting.files import FlowFile, open_flows, quoted

OUTSIDE = "OUTSIDE"
"""Code of all places outside a study together."""
CODES = {"origin_code": "origin", "destination_code": "destination"}
"""Our names of the ends of a flow, by those of the study's table."""
MOST_FAULTS = 1000
STUDY_TABLE = [
    "origin_code", "destination_code", "year", "purpose", "value", "unit", "source_id", "note",
]  # fmt: skip
SETTINGS = ("path", "columns", "constants", "outside", "suppressed")


def read_rows(
    path: str | Path,
    zones: Iterable[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    outside: Iterable[str] | str = (),
    suppressed: Iterable[Any] = (),
    year: int | None = None,
    purpose: str | None = None,
    aggregate: bool = False,
) -> pd.DataFrame:
    """Return the rows of a file that touch a zone, or look as if they ought to.

    Ids that differ from a zone by leading zeros only, totals, footers and blank ids come along, so
    that they can be found.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV, TSV or Parquet.
    zones, columns, outside, suppressed, year, purpose, aggregate
        As in :meth:`metrobook.commuting.flows.Flows.read`.

    Returns
    -------
    pandas.DataFrame
        ``origin, destination, value`` and those of ``year, purpose, mode`` that the file has;
        index: the row of the file (of an aggregate the first one). The text of a CSV file stays
        text.

    Raises
    ------
    ValueError
        If the file or a column is missing, there are no rows of the year or purpose, or the rows
        to aggregate have faults.
    """
    zones = None if zones is None else [str(zone) for zone in zones]
    outside = named_outside(outside)
    with open_flows(path, columns, suppressed, {"year": year, "purpose": purpose}) as file:
        rows = f"SELECT * FROM ({file.scan})"
        if file.where and not file.run(f"{rows} LIMIT 1").fetchall():
            told = ", ".join(f"{name} {value}" for name, value in file.where.items())
            raise ValueError(f"{file.path.name} has no flows of {told}: choose another.")
        if zones is not None:
            rows += f" WHERE {_touching(file, zones)}"
        if aggregate:
            _refuse_faults(file, rows, _unsound(file), zones, outside)
            key = ", ".join(name for name in file.columns if name != "value")
            rows = (
                f"SELECT {key}, sum({file.number}) AS value, min(_row) AS _row "
                f"FROM ({rows}) GROUP BY {key}"
            )
        rows = file.run(f"{rows} ORDER BY _row").df()
    return rows.set_index("_row").rename_axis(None)


def balance_file(
    path: str | Path,
    zones: Iterable[str] | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    outside: Iterable[str] | str = (),
    suppressed: Iterable[Any] = (),
    year: int | None = None,
    purpose: str | None = None,
    memory: str = "4GB",
    threads: int | None = None,
) -> pd.DataFrame:
    """Balance a file of flows that is larger than memory, without loading it.

    Gives what ``Flows.read(…).balance()`` gives, with two differences: rows of one pair are added
    up, not refused, and likely totals under an ordinary id are not looked for.

    Parameters
    ----------
    path : str or pathlib.Path
        CSV, TSV or Parquet; one table of flows, or one of its years and purposes.
    zones, columns, outside, suppressed, year, purpose
        As in :class:`metrobook.commuting.flows.Flows`.
    memory : str
        What DuckDB may use; beyond it, it works on disk.
    threads : int, optional
        Processor threads; all by default.

    Returns
    -------
    pandas.DataFrame
        As :func:`metrobook.commuting.balances.balance`.

    Raises
    ------
    ValueError
        If the file or a column is missing, with all serious faults at once, or if the sums do not
        reconcile.
    """
    settings = {"memory_limit": memory, "preserve_insertion_order": False}
    settings |= {"threads": threads} if threads else {}
    known = None if zones is None else [str(zone) for zone in zones]
    chosen, outside = {"year": year, "purpose": purpose}, named_outside(outside)
    with open_flows(path, columns, suppressed, chosen, settings) as file:
        _refuse_several(file)
        sums, total = _sums(file, known, outside)
        ids = list(sums.index)
        rows = f"SELECT * FROM ({file.scan})"
        if known is not None:
            rows += f" WHERE {_touching(file, known)}"
        fault = f"{_unsound(file)} OR {_misnamed(file, ids, known, outside)}"
        _refuse_faults(file, rows, fault, known, outside)
    if known is None:
        known = sorted(set(ids) - set(() if outside == REST else outside))
    table = sums.reindex(known)
    table = table.fillna(dict.fromkeys(["out", "in"], 0.0))
    return completed(table.rename_axis("zone"), total)


def study_flows(settings: Mapping[str, Any], folder: Path, zones: Iterable[str]) -> pd.DataFrame:
    """Return the flows that ``study.yml`` maps, in the columns of the study's table of flows.

    Parameters
    ----------
    settings : mapping
        ``path`` from the study's folder (CSV, TSV or Parquet); ``columns``, the file's own names
        by ours (``origin, destination, value`` and any of ``year, purpose, mode``);
        ``constants``, values of columns that the file does not have (``year, purpose, unit,
        source_id, note``); ``outside``, ids beyond the study, or ``rest`` for all others;
        ``suppressed``, codes for figures that are not told.
    folder : pathlib.Path
        The folder of the study.
    zones : iterable of str
        The areas of the study between which flows are read.

    Returns
    -------
    pandas.DataFrame
        ``origin_code, destination_code, year, purpose, value, unit, source_id, note``. Places
        outside are summed into one, ``OUTSIDE``.

    Raises
    ------
    ValueError
        If the settings, the file or a column are missing, or with all serious faults at once.
    """
    zones, constants = list(zones), dict(settings.get("constants") or {})
    rows, faults = study_rows(settings, folder, zones)
    if (faults["severity"] == "error").any():
        raise ValueError(f"{settings['path']}: {explain(faults)}")
    table = text_ids(rows)
    table["value"] = numbers(table["value"], settings.get("suppressed") or ())
    for column in PAIR:
        table[column] = table[column].where(table[column].isin(zones), OUTSIDE)
    table = table[(table[PAIR] != OUTSIDE).any(axis="columns")]
    layers = [name for name in ("year", "purpose") if name in table]
    summed = table.groupby([*PAIR, *layers], as_index=False)["value"].sum(min_count=1)
    named = summed.rename(columns={ours: own for own, ours in CODES.items()})
    typed = named.assign(**{name: value for name, value in constants.items() if name not in layers})
    typed = typed.reindex(columns=STUDY_TABLE)
    return typed.assign(year=pd.to_numeric(typed["year"]).astype("Int64"))


def study_rows(
    settings: Mapping[str, Any], folder: Path, zones: Iterable[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the file that ``study.yml`` maps, and their faults.

    Parameters and errors are those of :func:`study_flows`; faults of rows do not raise here.
    """
    unknown = {str(name) for name in settings} - set(SETTINGS)
    if unknown or not isinstance(settings.get("path"), str):
        found = ", ".join(sorted(unknown)) or "no path"
        raise ValueError(f"The flows of study.yml have {found}: expected {', '.join(SETTINGS)}.")
    for name in ("columns", "constants"):
        if not isinstance(settings.get(name) or {}, Mapping):
            raise ValueError(f"{name} of the flows of study.yml must be names with values.")
    path = Path(settings["path"])
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{path} lies outside the folder of the study: move the file into it.")
    zones, outside = list(zones), named_outside(settings.get("outside") or ())
    suppressed = list(settings.get("suppressed") or ())
    rows = read_rows(
        Path(folder) / path, zones, columns=settings.get("columns"),
        outside=outside, suppressed=suppressed,
    )  # fmt: skip
    there = {*rows.columns, *(settings.get("constants") or {})}
    if missing := [name for name in ("year", "purpose", "unit", "source_id") if name not in there]:
        raise ValueError(
            f"The flows of study.yml lack {', '.join(missing)}: name a column of "
            f"{settings['path']} for it in columns, or its value in constants."
        )
    years = rows["year"] if "year" in rows else pd.Series([settings["constants"]["year"]])
    undated = years[pd.to_numeric(years, errors="coerce").isna()]
    if len(undated):
        raise ValueError(f"The year {undated.iloc[0]!r} of the flows is no number: correct it.")
    return rows, find_faults(rows, zones, outside, suppressed)


def _touching(file: FlowFile, zones: Iterable[str]) -> str:
    """SQL of the rows that have a zone, or what may stand for one, at either end."""
    spelled = {plain(zone) for zone in zones}
    ids = [value for value in file.ids() if not pd.isna(value)]
    names = text_ids(pd.DataFrame(dict.fromkeys(PAIR, pd.Series(ids, dtype=object))))["origin"]
    wanted = [
        value for value, name in zip(ids, names, strict=True)
        if not name or plain(name) in spelled or TOTALS.match(name) or FOOTERS.match(name)
    ]  # fmt: skip
    file.connection.register("wanted", pd.DataFrame({"id": pd.Series(wanted or [""])}))
    listed = "(SELECT CAST(id AS VARCHAR) FROM wanted)"
    return " OR ".join(f"{name} IS NULL OR CAST({name} AS VARCHAR) IN {listed}" for name in PAIR)


def _unsound(file: FlowFile) -> str:
    """SQL of the rows whose value cannot be added up."""
    unread = "value IS NOT NULL AND TRY_CAST(value AS DOUBLE) IS NULL"
    if file.holds_text("value"):
        told = ", ".join(quoted(str(code)) for code in ["", *file.suppressed])
        unread += f" AND trim(value) NOT IN ({told})"
    return f"{file.number} < 0 OR isinf({file.number}) OR ({unread})"


def _misnamed(
    file: FlowFile, ids: Iterable[str], zones: list[str] | None, outside: Iterable[str] | str
) -> str:
    """SQL of the rows with an id that is at fault."""
    names = pd.DataFrame({name: list(ids) for name in PAIR}).assign(value=math.nan)
    faults = find_faults(names, zones, outside)
    wrong = faults.loc[faults["severity"] == "error", "value"].unique()
    listed = ", ".join(map(quoted, wrong)) or "NULL"
    return " OR ".join(f"coalesce({file.id(name)}, '') IN ({listed})" for name in PAIR)


def _refuse_faults(
    file: FlowFile,
    rows: str,
    condition: str,
    zones: list[str] | None,
    outside: Iterable[str] | str,
) -> None:
    found = file.run(f"SELECT * FROM ({rows}) WHERE {condition} LIMIT {MOST_FAULTS}").df()
    faults = find_faults(found.set_index("_row").sort_index(), zones, outside, file.suppressed)
    if (faults["severity"] == "error").any():
        raise ValueError(f"{file.path.name}: {explain(faults)}")


def _refuse_several(file: FlowFile) -> None:
    for name in LAYERS:
        if name in file.columns:
            found = file.run(f"SELECT DISTINCT {name} FROM ({file.scan}) ORDER BY 1").df()[name]
            if len(found) > 1:
                listed = ", ".join(map(str, found))
                raise ValueError(
                    f"{file.path.name} holds more than one {name} ({listed}): choose one before "
                    "adding up."
                )


def _sums(
    file: FlowFile, zones: list[str] | None, outside: Iterable[str] | str
) -> tuple[pd.DataFrame, float]:
    """Return the five sums by id and the grand total, from one pass over the file."""
    inside = {"origin": "true", "destination": "true"}
    if zones is not None:
        file.connection.register("zones", pd.DataFrame({"zone": zones}, dtype="string"))
        inside = {name: f"({name} IN (SELECT zone FROM zones))" for name in PAIR}
    elif outside and outside != REST:
        places = ", ".join(map(quoted, outside))
        inside = {name: f"({name} NOT IN ({places}))" for name in PAIR}
    beyond = {
        name: f"""CASE WHEN count(*) FILTER (NOT stay AND NOT {end}) > 0
                  THEN coalesce(sum(value) FILTER (NOT stay AND NOT {end}), 0) END AS {name}"""
        for name, end in {"outside": "to_zone", "from_outside": "from_zone"}.items()
    }
    totals = file.run(f"""
        SELECT origin, destination,
            sum(value) FILTER (stay) AS within,
            coalesce(sum(value) FILTER (NOT stay), 0) AS moves,
            {beyond["outside"]}, {beyond["from_outside"]},
            sum(value) FILTER (from_zone OR to_zone) AS total,
            grouping(origin, destination) AS side
        FROM (SELECT *, origin = destination AS stay, {inside["origin"]} AS from_zone,
                  {inside["destination"]} AS to_zone
              FROM (SELECT coalesce({file.id("origin")}, '') AS origin,
                        coalesce({file.id("destination")}, '') AS destination,
                        {file.number} AS value
                    FROM ({file.scan})))
        GROUP BY GROUPING SETS ((origin), (destination), ())""").df()
    leaving = totals[totals["side"] == 1].set_index("origin")
    arriving = totals[totals["side"] == 2].set_index("destination")
    sums = pd.DataFrame(
        {
            "within": leaving["within"], "out": leaving["moves"], "in": arriving["moves"],
            "outside": leaving["outside"], "from_outside": arriving["from_outside"],
        }
    )  # fmt: skip
    total = totals.loc[totals["side"] == 3, "total"].fillna(0.0)
    return sums, float(total.iloc[0])
