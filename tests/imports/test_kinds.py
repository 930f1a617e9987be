"""Which kind of data a file holds is seen from its ending and its content."""

import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from metrobook.exchange.project import ForeignFileError
from metrobook.imports.kinds import KINDS, kind_of_import

TABLES = {
    "codings": [
        "Dokumen;Kode;Kutipan;Pengode\nT1;skala;Ada 5 kamera.;Rina\nT1;baru;Warga antre.;Rina\n",
        "document,code,text\nA,b,c\n", "interview,transport,housing\nA,1,0\nB,0,1\n",
    ],
    "flows": [
        "origin,destination,count\nA,B,3\nB,A,4\n", "w_geocode,h_geocode,S000\n1,2,3\n2,1,4\n",
        ",A,B\nA,1,2\nB,3,4\n",
    ],
    "distances": ["from,to,km\nA,B,3\nB,A,4\n", "distance in km,A,B\nA,0,2\nB,3,0\n"],
    "indicators": [
        "Area,2015,2016\nA,1,2\n", "area,year,indicator,value\nA,2015,x,1\n",
        "tahun,Kota A,Kota B\n2015,1,2\n2016,2,3\n", "code,name,2015\n1,A,3\n2,B,4\n",
        "area,hdi_2015,hdi_2016\nA,1,2\n",
    ],
    "survey": ["start,end,Age,_uuid,_submission_time\n2020-01-01,2020-01-02,3,x,2020-01-01\n"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in TABLES.items() for text in texts]
)
def test_a_table_is_known_by_its_columns(tmp_path, kind, text):
    path = tmp_path / "table_synthetic.csv"
    path.write_text(text, encoding="utf-8")
    assert kind_of_import(path) == kind


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.geojson", "{}", "zones"), ("a.json", '{"type": "FeatureCollection"}', "zones"),
        ("a.json", '[{"type": "article-journal", "title": "x"}]', "literature"),
        ("a.bib", "", "literature"), ("a.ris", "", "literature"), ("a.JPG", "", "photos"),
        ("a.qdpx", "", "codings"), ("a.docx", "", "codings"), ("a.gpkg", "", "zones"),
    ],
)  # fmt: skip
def test_other_files_are_known_by_their_ending_or_a_look_inside(tmp_path, name, content, kind):
    (tmp_path / name).write_text(content, encoding="utf-8")
    assert kind_of_import(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        (["agency.txt", "stops.txt"], "transit"), (["map/a.shp", "map/a.dbf"], "zones"),
        (["project/data.qda"], "codings"), (["one.jpg", "two.jpg"], "photos"),
    ],
)  # fmt: skip
def test_archives_and_folders_are_known_by_their_members(tmp_path, members, kind):
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for member in members:
            archive.writestr(member, "x")
            (tmp_path / "all" / member).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "all" / member).write_text("x")
    assert kind_of_import(tmp_path / "all.zip") == kind_of_import(tmp_path / "all") == kind


def test_a_form_in_a_spreadsheet_is_a_survey(tmp_path):
    book = openpyxl.Workbook()
    for title in ("survey", "choices"):
        book.create_sheet(title).append(["type", "name", "label"])
    book.save(tmp_path / "form.xlsx")
    assert kind_of_import(tmp_path / "form.xlsx") == "survey"


def test_a_parquet_file_of_flows_is_no_map(tmp_path):
    frame = pd.DataFrame({"home": ["A", "B"], "work": ["B", "A"], "n": [1, 2]})
    frame.to_parquet(tmp_path / "flows_synthetic.parquet")
    assert kind_of_import(tmp_path / "flows_synthetic.parquet") == "flows"


def test_what_stays_unclear_names_all_commands(tmp_path):
    path = tmp_path / "unclear.csv"
    path.write_text("a,b\nfoo,1\nbar,2\n", encoding="utf-8")
    with pytest.raises(ForeignFileError) as refused:
        kind_of_import(path)
    assert all(f"metrobook import {kind} unclear.csv" in str(refused.value) for kind in KINDS)


@pytest.mark.parametrize(
    ("name", "content"),
    [("empty.csv", b""), ("cut.json", b"{"), ("noise.csv", bytes(range(256))), ("a.png", b"\x89")],
)
def test_a_broken_file_is_refused_with_its_name(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ForeignFileError, match=name):
        kind_of_import(tmp_path / name)


def test_a_missing_file_is_named():
    with pytest.raises(ForeignFileError, match=r"There is no file nowhere\.csv"):
        kind_of_import(Path("nowhere.csv"))
