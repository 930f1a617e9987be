"""Templates of tables: a header and one example line, to be filled by hand or in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from io import StringIO

from metrobook.compendium import columns


def template_csv(
    table: str, languages: Iterable[str] = (), examples: Mapping[str, str] | None = None
) -> str:
    """Return an empty table as CSV: its header and an example line that no reader counts as a row.

    Parameters
    ----------
    table : str
    languages : iterable of str
        Languages of the study; texts get a column for each. All that the schemas name, by default.
    examples : mapping of str to str, optional
        What the example line says in a column; else the example of the schema.

    Examples
    --------
    >>> print(template_csv("codings"), end="")
    evidence_id,coder,code
    # ST01,a,mobility
    """
    found = columns(table, languages)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column["name"] for column in found)
    text.write("# ")
    known = {column["name"]: column.get("example", "") for column in found}
    writer.writerow((known | {**(examples or {})})[name] for name in known)
    return text.getvalue()
