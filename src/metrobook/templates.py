"""Templates of tables: a header and one example line, to be filled by hand or in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO

from metrobook.compendium import columns


def template_csv(table: str, languages: Iterable[str] = ()) -> str:
    """Return an empty table as CSV: its header and an example line that no reader counts as a row.

    Parameters
    ----------
    table : str
    languages : iterable of str
        Languages of the study; texts get a column for each that the schemas do not name.

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
    writer.writerow(column.get("example", "") for column in found)
    return text.getvalue()
