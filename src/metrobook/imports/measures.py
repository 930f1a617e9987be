"""Measures of distance: the units that a file names, times written as on a clock, slips of unit."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from metrobook.commuting.distances import centres, geodesic
from metrobook.exchange.project import ForeignFileError
from metrobook.imports.roles import words_of
from metrobook.imports.spread import Spread
from metrobook.study import Study

UNITS = {
    "km": ("km", 1.0), "m": ("km", 0.001), "miles": ("km", 1.609344),
    "minutes": ("minutes", 1.0), "seconds": ("minutes", 1 / 60), "hours": ("minutes", 60.0),
}  # fmt: skip
"""What files count in, with the unit that is kept and the factor to it."""
CALLED = {
    "km": r"km|kilomet\w+", "m": r"m|met(?:er|re)s?", "miles": r"miles?|mi",
    "minutes": r"min|mins|minutes?|menit|minuten", "seconds": r"s|sec|secs|seconds?|detik|sekunden",
    "hours": r"h|hrs?|hours?|jam|stunden",
}  # fmt: skip
CLOCK = re.compile(r"(?:\d+ days?, )?\d{1,3}:[0-5]\d(?::[0-5]\d)?")
WITH_UNIT = re.compile(r"[\d.,]+\s*(?:km|m|mi|miles|h|min|mins|minutes|hours)\b.*", re.IGNORECASE)
PLAUSIBLE = {"km": (0.3, 10.0), "minutes": (0.3, 30.0)}
"""How many times the distance as the crow flies, in km, a way may take, in the usual case."""
FAR = {"km": 1000.0, "minutes": 1440.0}


def refuse_written(path_name: str, spread: Spread) -> None:
    """Refuse times as on a clock and figures with their unit behind them.

    Raises
    ------
    ForeignFileError
        Naming the first such cell.
    """
    for number, row in zip(spread.numbers, spread.rows, strict=True):
        for column, cell in zip(spread.columns(), row, strict=True):
            if CLOCK.fullmatch(cell) or WITH_UNIT.fullmatch(cell):
                raise ForeignFileError(
                    f"{path_name}, row {number}, column “{column}”: “{cell}” is no plain number. "
                    "Write figures of one unit without it, times as minutes (90 for 1:30), and "
                    "name the unit with --unit. Nothing was imported."
                )


def refuse_other_unit(headers: Sequence[str], unit: str) -> None:
    """Refuse a unit that is not the one that the header of the figures names.

    Raises
    ------
    ForeignFileError
    """
    for header in headers:
        words = words_of(header).split()
        telling = [word for word in words if len(word) > 1] + words[-1:]
        named = [u for u, called in CALLED.items() if any(re.fullmatch(called, w) for w in telling)]
        if named and unit not in named:
            raise ForeignFileError(
                f"The column “{header}” names {named[0]}, and you say --unit {unit}: say --unit "
                f"{named[0]}, or name another column with --value. Nothing was imported."
            )


def check_lengths(rows: pd.DataFrame, study: Study, unit: str) -> list[str]:
    """Compare distances with those between the polygons of the study; refuse slips of unit.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``origin_code``, ``destination_code``, ``value`` in the unit that is kept.
    study : Study
    unit : str
        That a person named.

    Returns
    -------
    list of str
        A sentence where distances are large and no polygons tell more.

    Raises
    ------
    ForeignFileError
        If the usual way is far longer or shorter than the distance as the crow flies.
    """
    kept = UNITS[unit][0]
    flown = _flown(rows, study)
    told = flown > 1
    if not told.any():
        usual = rows["value"].median()
        return [
            f"Look at the unit: half of the distances are above {usual:,.0f} {kept}, counted in "
            f"{unit} (--unit)."
        ] if usual > FAR[kept] else []  # fmt: skip
    ratio = (rows["value"] / flown)[told].median()
    least, most = PLAUSIBLE[kept]
    if least <= ratio <= most:
        return []
    first = rows[told].iloc[0]
    fitting = [
        name for name, (other, factor) in UNITS.items()
        if other == kept and least <= ratio / UNITS[unit][1] * factor <= most
    ]  # fmt: skip
    hint = f" Perhaps it is --unit {fitting[0]}." if fitting else ""
    raise ForeignFileError(
        f"The distances do not fit the map of the study: from {first['origin_code']} to "
        f"{first['destination_code']} the file has {first['value']:,.4g} {kept}, and as the crow "
        f"flies it is {flown[told].iloc[0]:,.4g} km.{hint} Nothing was imported."
    )


def _flown(rows: pd.DataFrame, study: Study) -> pd.Series:
    """Return the kilometres between points within the areas; missing where there is no polygon."""
    if not study.has_layer("areas"):
        return pd.Series(float("nan"), rows.index)
    layer = study.layer("areas").drop_duplicates("area_code").set_index("area_code")
    ends = rows[["origin_code", "destination_code"]]
    apart = geodesic(centres(layer[layer.index.isin(ends.to_numpy().ravel())])).stack()
    return pd.Series(apart.reindex(pd.MultiIndex.from_frame(ends)).to_numpy(), rows.index)
