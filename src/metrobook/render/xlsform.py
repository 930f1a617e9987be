"""XLSForm: the sheets of a form as a workbook that is the same byte for byte on every run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from zipfile import ZipFile, ZipInfo

import pandas as pd
from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

NO_TIME = datetime(1980, 1, 1)
TEXT = "@"
NARROW, WIDE = 18, 60


def workbook(frames: Mapping[str, pd.DataFrame]) -> bytes:
    """Return an Excel workbook with one sheet per frame.

    All cells are text, also those that look like a number or a formula: what people wrote into
    a survey must not be executed. The archive is stored uncompressed and without times, so that
    neither clock nor compression library changes it.

    Parameters
    ----------
    frames : mapping of str to pandas.DataFrame
        Sheets by their names, in their order.

    Returns
    -------
    bytes
        The content of an ``.xlsx`` file.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties = DocumentProperties(creator="Metrobook", created=NO_TIME, modified=NO_TIME)
    for name, frame in frames.items():
        _fill(book.create_sheet(name), frame)
    written = BytesIO()
    ExcelWriter(book, ZipFile(written, "w")).save()
    return _without_times(written)


def _fill(sheet: Worksheet, frame: pd.DataFrame) -> None:
    sheet.freeze_panes = "A2"
    for column, name in enumerate(frame.columns, start=1):
        wide = name.startswith(("label", "hint"))
        sheet.column_dimensions[get_column_letter(column)].width = WIDE if wide else NARROW
        for row, value in enumerate([name, *frame[name]], start=1):
            if pd.isna(value):
                continue
            cell = sheet.cell(row, column, str(value))
            cell.data_type = "s"
            cell.number_format = TEXT
            cell.font = Font(bold=row == 1)
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _without_times(written: BytesIO) -> bytes:
    stored = BytesIO()
    with ZipFile(written) as source, ZipFile(stored, "w") as target:
        for name in source.namelist():
            target.writestr(ZipInfo(name, NO_TIME.timetuple()[:6]), source.read(name))
    return stored.getvalue()
