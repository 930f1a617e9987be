"""A small form and its export in the layouts of the tools; all answers are synthetic."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pandas as pd

SURVEY = [
    ("start", "start", "", ""),
    ("deviceid", "deviceid", "", ""),
    ("note", "welcome", "Welcome", "Selamat datang"),
    ("begin_group", "home", "Home", "Rumah"),
    ("select_one area", "area", "Where do you live?", "Di mana Anda tinggal?"),
    ("geopoint", "spot", "Place of the home", "Letak rumah"),
    ("image", "photo", "A picture of the street", "Foto jalan"),
    ("end_group", "", "", ""),
    ("begin_group", "travel", "Travel", "Perjalanan"),
    ("select_multiple mode or_other", "modes", "How do you travel?", "Bagaimana Anda bepergian?"),
    ("integer", "minutes", "Minutes to work", "Menit ke tempat kerja"),
    ("select_one agree", "view", "Buses are on time", "Bus tepat waktu"),
    ("calculate", "score", "", ""),
    ("end_group", "", "", ""),
    ("begin_repeat", "trips", "Trips", "Perjalanan lain"),
    ("select_one mode", "by_what", "By what?", "Dengan apa?"),
    ("end_repeat", "", "", ""),
    ("text", "remark", "Anything else?", "Ada lagi?"),
    ("text", "your_name", "Your name", "Nama Anda"),
]
CHOICES = [
    ("area", "N", "North", "Utara"),
    ("area", "S", "South", "Selatan"),
    ("mode", "bus", "By bus", "Dengan bus"),
    ("mode", "walk", "On foot", "Jalan kaki"),
    ("agree", "1", "Strongly agree", "Sangat setuju"),
    ("agree", "2", "Agree", "Setuju"),
    ("agree", "3", "Neither agree nor disagree", "Netral"),
    ("agree", "4", "Disagree", "Tidak setuju"),
    ("agree", "98", "Don't know", "Tidak tahu"),
]
LABELS = {name: {"en": en, "id": indonesian} for _, name, en, indonesian in (*SURVEY, *CHOICES)}
PEOPLE = 20
AREA = ["N"] * 12 + ["S"] * 8
MODES = [("bus",), ("walk",), ("bus", "walk"), ("other",)] * 5
VIEW = ["1", "2", "2", "4", "98"] * 4
SPOTS = ["-6.9 107.6 700 5"] * 12 + ["-6.8 107.7 710 4"] * 8


def write_form(path: Path, choices=CHOICES, languages=("English (en)", "Bahasa Indonesia (id)")):
    """Write the form as an XLSForm with labels in two languages."""
    columns = [f"label::{language}" for language in languages]
    with pd.ExcelWriter(path) as book:
        pd.DataFrame(SURVEY, columns=["type", "name", *columns]).to_excel(
            book, sheet_name="survey", index=False
        )
        pd.DataFrame(choices, columns=["list_name", "name", *columns]).to_excel(
            book, sheet_name="choices", index=False
        )
        pd.DataFrame({"form_title": ["Synthetic"]}).to_excel(
            book, sheet_name="settings", index=False
        )
    return path


def kobo_tables(labels: str = "", groups: bool = True, split: bool = True):
    """Return main table and repeat of an export of KoboToolbox, with XML values or labels."""

    def header(group: str, name: str, choice: str = "") -> str:
        parts = [group, name, choice] if groups else [name, choice]
        return "/".join(LABELS[part][labels] if labels else part for part in parts if part)

    def value(name: str) -> str:
        if name == "other":
            return "Other" if labels else name
        return LABELS[name][labels] if labels else name

    LABELS["other"] = {"en": "Other", "id": "Other"}
    rows, trips = [], []
    for n in range(PEOPLE):
        row = {"start": f"2026-03-{n + 1:02d}T09:00:00.000+07:00", "deviceid": f"device-{n}"}
        row[header("home", "area")] = value(AREA[n])
        row[header("home", "spot")] = SPOTS[n]
        for part, figure in zip(
            ("latitude", "longitude", "altitude", "precision"), SPOTS[n].split(), strict=True
        ):
            row[f"_spot_{part}"] = float(figure)
        row[header("home", "photo")] = f"{n}.jpg"
        row["photo_URL"] = f"https://example.org/{n}.jpg"
        row[header("travel", "modes")] = " ".join(map(value, MODES[n]))
        for mode in ("bus", "walk", "other") if split else ():
            row[header("travel", "modes", mode)] = int(mode in MODES[n])
        row["modes_other"] = "a synthetic horse" if "other" in MODES[n] else None
        row[header("travel", "minutes")] = 10 + n
        row[header("travel", "view")] = value(VIEW[n])
        row["score"] = n
        row["remark" if not labels else LABELS["remark"][labels]] = "a synthetic remark"
        row["your_name" if not labels else LABELS["your_name"][labels]] = f"Synthetic Person {n}"
        row |= {
            "_id": 500 + n, "_uuid": f"uuid-{n}",
            "_submission_time": f"2026-03-{n + 1:02d}T09:20:00", "_validation_status": "",
            "_notes": "", "_status": "submitted_via_web",
            "_submitted_by": "", "__version__": "v1", "_tags": "", "_index": n + 1,
        }  # fmt: skip
        rows.append(row)
        for _ in range(2):
            name = "by_what" if not labels else LABELS["by_what"][labels]
            trips.append(
                {
                    name: value("bus" if n % 2 else "walk"), "_index": len(trips) + 1,
                    "_parent_table_name": "form", "_parent_index": n + 1,
                    "_submission__id": 500 + n, "_submission__uuid": f"uuid-{n}",
                    "_submission__submission_time": f"2026-03-{n + 1:02d}T09:20:00",
                    "_submission__validation_status": "",
                }
            )  # fmt: skip
    return pd.DataFrame(rows), pd.DataFrame(trips)


def write_workbook(path: Path, main: pd.DataFrame, trips=None, sheet: str = "trips") -> Path:
    with pd.ExcelWriter(path) as book:
        main.to_excel(book, sheet_name="form", index=False)
        if trips is not None:
            trips.to_excel(book, sheet_name=sheet, index=False)
    return path


def write_kobo_csv(path: Path, main: pd.DataFrame, encoding: str = "utf-8-sig") -> Path:
    """Write the main table as KoboToolbox does: semicolons, every cell quoted."""
    path.write_bytes(main.to_csv(index=False, sep=";", quoting=1).encode(encoding))
    return path


def write_odk_zip(path: Path) -> Path:
    """Write an export of ODK Central: CSV files for form and repeat, and pictures, in a ZIP."""
    main, trips = [], []
    for n in range(PEOPLE):
        latitude, longitude, altitude, accuracy = SPOTS[n].split()
        main.append(
            {
                "SubmissionDate": f"2026-03-{n + 1:02d}T02:20:00.000Z",
                "start": f"2026-03-{n + 1:02d}T09:00:00.000+07:00", "deviceid": f"device-{n}",
                "home-area": AREA[n], "home-spot-Latitude": latitude,
                "home-spot-Longitude": longitude, "home-spot-Altitude": altitude,
                "home-spot-Accuracy": accuracy, "home-photo": f"{n}.jpg",
                "travel-modes": " ".join(MODES[n]),
                "travel-modes/bus": "1" if "bus" in MODES[n] else "",
                "travel-modes/walk": "1" if "walk" in MODES[n] else "",
                "travel-minutes": 10 + n, "travel-view": VIEW[n], "travel-score": n,
                "remark": "a synthetic remark", "your_name": f"Synthetic Person {n}",
                "meta-instanceID": f"uuid:{n}", "KEY": f"uuid:{n}", "SubmitterID": "7",
                "SubmitterName": "Synthetic Interviewer", "AttachmentsPresent": "1",
                "AttachmentsExpected": "1", "Status": "",
                "ReviewState": "rejected" if n == 19 else "",
                "DeviceID": f"device-{n}", "Edits": "0", "FormVersion": "1",
            }
        )  # fmt: skip
        trips += [
            {"by_what": "bus" if n % 2 else "walk", "PARENT_KEY": f"uuid:{n}",
             "KEY": f"uuid:{n}/trips[{trip}]"}
            for trip in (1, 2)
        ]  # fmt: skip
    with zipfile.ZipFile(path, "w") as archive:
        for name, rows in (("form.csv", main), ("form-trips.csv", trips)):
            text = io.StringIO()
            pd.DataFrame(rows).to_csv(text, index=False)
            archive.writestr(name, text.getvalue())
        archive.writestr("media/0.jpg", b"\xff\xd8 synthetic")
    return path
