"""Pictures enter a study without place, time and device, and only those that may be shown."""

import io
import json
from pathlib import Path

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from typer.testing import CliRunner

from metrobook.amend import Amendment
from metrobook.cli import app
from metrobook.compendium import StudyError, data_resources, read_csv, read_yaml
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.descriptions import blank_descriptions
from metrobook.imports.photos import jpegs, read_photos
from metrobook.imports.pictures import bare_jpeg, read_picture
from metrobook.imports.squares import area_around, square_around
from metrobook.publish.datasets import copy_data
from metrobook.study import Study
from metrobook.validation import check
from tests.imports.photo_samples import describe, gps, jpeg
from tests.imports.small_study import small_study

HOME = (107.5421357, -6.8847531)
SOURCE = {"publisher": "Synthetic photographer", "title": "Synthetic pictures"}


@pytest.fixture
def study(tmp_path, monkeypatch):
    """A study of one area around the place of the pictures."""
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    (tmp_path / "_toc.yml").touch()
    data_resources.cache_clear()
    study = small_study(tmp_path, {"A1": "Synthetic core"})
    amendment = Amendment(study.folder)
    square = json.loads(shapely.to_geojson(shapely.box(107.5, -6.95, 107.6, -6.8)))
    feature = {"type": "Feature", "properties": {"area_code": "A1"}, "geometry": square}
    layer = {"type": "FeatureCollection", "features": [feature]}
    amendment.put_layer("areas", json.dumps(layer), "Areas", "CC0-1.0", "Made up for a test")
    amendment.make()
    yield Study(study.folder)
    data_resources.cache_clear()


@pytest.fixture
def folder(tmp_path):
    """Four pictures, of which one may be shown."""
    folder = tmp_path / "Synthetic pictures"
    folder.mkdir()
    for number, name in enumerate(("a.jpg", "b.JPG", "c.jpeg", "d.jpg")):
        jpeg(folder / name, place=(HOME[0] + number / 1000, HOME[1]))
    describe(
        folder, "a.jpg,A synthetic platform,public,none", "b.jpg,A synthetic gate,Public,shown",
        "c.jpeg,A synthetic office,withheld,none", "d.jpg,A synthetic queue,anonymised,blurred",
    )  # fmt: skip
    return folder


def imported(path: Path, study: Study, **options) -> Study:
    proposal = read_photos(path, study, **SOURCE, **options)
    assert proposal.amendment.problems() == []
    if proposal.amendment.files:
        proposal.keep_record()
        proposal.amendment.make()
    return Study(study.folder)


def rows(study: Study) -> dict[str, dict[str, str]]:
    table = read_csv(study.folder / "collection" / "photos.csv").to_dict("records")
    return {row["photo_id"]: row for row in table}


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def test_only_pictures_that_may_be_shown_are_copied(study, folder):
    study = imported(folder, study)
    found = rows(study)
    assert sorted(found) == ["a", "b", "c", "d"]
    assert [path.name for path in (study.folder / "collection/photos").iterdir()] == ["a.jpg"]
    assert found["a"] == {
        "photo_id": "a", "file": "collection/photos/a.jpg", "taken": "2026-11-20",
        "longitude": "107.5444", "latitude": "-6.8856", "area_code": "A1",
        "caption_en": "A synthetic platform", "caption_id": "", "consent": "public",
        "faces": "none", "source_id": "synthetic-photographer-synthetic", "note": "",
    }  # fmt: skip
    placed = ("file", "longitude", "latitude", "area_code")
    assert {found[key][name] for key in "bcd" for name in placed} == {""}


def test_the_report_says_why_others_are_not_shown(study, folder):
    (folder / "e.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (folder / "notes.txt").write_text("synthetic")
    jpeg(folder / "f.jpg")
    lost = {
        entry.why: entry.count for entry in read_photos(folder, study, **SOURCE).report.of("lost")
    }
    for why in ("is HEIC", "are no JPEG", "consent withheld", "consent anonymised",
                "faces can be recognised", "have no row in photos.csv: f.jpg"):  # fmt: skip
        assert [count for told, count in lost.items() if why in told] == [1], why


def test_what_the_site_may_know_of_pictures_follows_their_consent(study, folder, tmp_path):
    study = imported(folder, study)
    shown = study.table("photos").set_index("photo_id")
    assert list(shown.index) == ["a", "b", "d"]
    assert shown.loc["d", "taken"] == "2026"
    copy_data(study, tmp_path / "site")
    site = content(tmp_path / "site")
    assert [name for name in site if name.endswith(".jpg")] == ["collection/photos/a.jpg"]
    assert b"synthetic office" not in site["collection/photos.csv"]


def test_a_picture_whose_consent_is_taken_back_is_published_no_longer(study, folder, tmp_path):
    study = imported(folder, study)
    table = study.folder / "collection" / "photos.csv"
    table.write_text(table.read_text("utf-8").replace("public,none", "withheld,none"), "utf-8")
    copy_data(Study(study.folder), tmp_path / "site")
    assert not [name for name in content(tmp_path / "site") if name.endswith(".jpg")]


def test_a_kept_picture_tells_nothing_but_itself(study, folder):
    study = imported(folder, study)
    kept = (study.folder / "collection/photos/a.jpg").read_bytes()
    for told in (b"Exif", b"xmp", b"Synthetic", b"ICC_PROFILE", b"2026"):
        assert told not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("orientation", "size", "left", "top"),
    [(1, (64, 32), "red", "both"), (3, (64, 32), "blue", "both"), (6, (32, 64), "both", "red"),
     (8, (32, 64), "both", "blue")],
)  # fmt: skip
def test_pictures_are_turned_upright(tmp_path, orientation, size, left, top):
    path = jpeg(tmp_path / "a.jpg", orientation=orientation)
    with Image.open(io.BytesIO(bare_jpeg(path))) as image:
        assert image.size == size
        red, _green, blue = image.getpixel((2, 2))
    assert (red > blue) is ("red" in (left, top))


def test_large_pictures_are_made_smaller_and_grey_ones_are_read(tmp_path):
    with Image.open(io.BytesIO(bare_jpeg(jpeg(tmp_path / "a.jpg", size=(4000, 1000))))) as image:
        assert image.size == (1600, 400)
    for mode in ("L", "CMYK"):
        with Image.open(io.BytesIO(bare_jpeg(jpeg(tmp_path / "a.jpg", mode=mode)))) as image:
            assert (image.size, image.mode) == ((64, 32), "RGB")


def test_of_a_file_of_several_pictures_the_first_is_kept(tmp_path):
    first = Image.new("RGB", (64, 32), "red")
    first.save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=[first.resize((8, 8))])
    with Image.open(io.BytesIO(bare_jpeg(tmp_path / "a.jpg"))) as image:
        assert (image.format, image.size) == ("JPEG", (64, 32))


def test_importing_twice_changes_nothing(study, folder):
    study = imported(folder, study)
    before = content(study.folder)
    assert read_photos(folder, study, **SOURCE).amendment.files == {}
    assert content(study.folder) == before


def test_a_corrected_folder_replaces_its_own_rows_only(study, folder, tmp_path):
    other = tmp_path / "Others"
    other.mkdir()
    jpeg(other / "z.jpg", place=HOME)
    describe(other, "z.jpg,A synthetic roof,public,none")
    study = imported(folder, imported(other, study))
    describe(folder, "a.jpg,A synthetic bridge,public,blurred", "c.jpeg,Office,public,none")
    study = imported(folder, study)
    found = rows(study)
    assert {key: row["caption_en"] for key, row in found.items()} == {
        "a": "A synthetic bridge", "c": "Office", "z": "A synthetic roof"
    }  # fmt: skip
    assert [entry["options"]["photos"] for entry in read_yaml(study.folder / "imports.yml")] == [
        ["z"], ["a", "c"]
    ]  # fmt: skip


def test_a_picture_that_may_no_longer_be_shown_is_removed_and_named(study, folder):
    study = imported(folder, study)
    describe(folder, "a.jpg,A synthetic platform,withheld,none", "b.JPG,A gate,public,none")
    told = " ".join(read_photos(folder, study, **SOURCE).understood)
    assert "removed from the study: collection/photos/a.jpg" in told
    study = imported(folder, study)
    assert [path.name for path in (study.folder / "collection/photos").iterdir()] == ["b.jpg"]
    assert check(study.folder) == []


def test_a_removed_picture_is_put_back_if_another_file_cannot_be_written(
    study, folder, monkeypatch
):
    study = imported(folder, study)
    before = content(study.folder)
    describe(folder, "a.jpg,A synthetic platform,withheld,none")
    amendment = read_photos(folder, study, **SOURCE).amendment
    amendment.put_file("zzz.txt", "synthetic")

    def failing(self, target):
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(StudyError, match="no space left"):
        amendment.make()
    after = {name: text for name, text in content(study.folder).items() if "partial" not in name}
    assert after == before


def test_pictures_without_row_and_rows_without_picture_are_problems(study, folder):
    study = imported(folder, study)
    kept = study.folder / "collection/photos/a.jpg"
    kept.rename(kept.with_name("other.jpg"))
    problems = {(p.file, p.row, p.column, p.value): p.advice for p in check(study.folder)}
    row = ("synthetic/collection/photos.csv", 2, "file", "collection/photos/a.jpg")
    assert problems[row].startswith("Import the folder")
    assert problems["synthetic/collection/photos/other.jpg", None, None, None].startswith("Delete")
    table = study.folder / "collection" / "photos.csv"
    table.write_text(table.read_text("utf-8").replace("public,none", "withheld,none"), "utf-8")
    [advice] = [p.advice for p in check(study.folder) if p.row == 2]
    assert advice.startswith("Delete the picture and empty the cell")


def test_one_picture_can_be_imported_alone(study, folder):
    assert list(rows(imported(folder / "a.jpg", study))) == ["a"]


def test_the_author_may_name_key_day_and_area(study, folder):
    describe(
        folder, "a.jpg,A platform,Peron,public,none,P07,2026-11-19,A1,rebuilt,107.5421357",
        header="file,caption_en,caption_id,consent,faces,photo_id,taken,area_code,note,longitude",
    )  # fmt: skip
    proposal = read_photos(folder, study, **SOURCE)
    assert [e.why for e in proposal.report.of("lost") if e.what == "columns"] == [
        "of photos.csv that are not known: longitude"
    ]
    row = rows(imported(folder, study))["P07"]
    assert (row["taken"], row["caption_id"], row["note"]) == ("2026-11-19", "Peron", "rebuilt")
    assert row["longitude"] == "107.5444"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["a.jpg,Caption,publc,none"], "Row 2, consent: “publc” is none of public, anonymised"),
        (["a.jpg,Caption,public,no"], "Row 2, faces: “no” is none of none, blurred"),
        (["a.jpg,,public,none"], "Row 2, caption_en: say what can be seen on “a.jpg”"),
        (["q.jpg,Caption,public,none"], "Row 2: there is no picture “q.jpg”"),
        (["a.jpg,C,public,none", "A.JPG,C,public,none"], "Row 3, file: “a.jpg” stands there twice"),
        ([], "no row below"),
    ],
)
def test_descriptions_are_refused_by_row_and_column(study, folder, lines, told):
    describe(folder, *lines)
    with pytest.raises(ForeignFileError, match=told):
        read_photos(folder, study, **SOURCE)


def test_descriptions_without_a_column_are_refused(study, folder):
    describe(folder, "a.jpg,public", header="file,consent")
    with pytest.raises(ForeignFileError, match="lacks the columns caption_en, faces"):
        read_photos(folder, study, **SOURCE)


@pytest.mark.parametrize("key", ["../../a", "a b", "-a", "a.b"])
def test_keys_that_are_none_are_refused(study, folder, key):
    describe(
        folder, f"a.jpg,Caption,public,none,{key}", header="file,caption,consent,faces,photo_id"
    )  # fmt: skip
    with pytest.raises(ForeignFileError, match="Row 2, photo_id"):
        read_photos(folder, study, **SOURCE)


def test_pictures_of_one_name_need_keys(study, folder):
    (folder / "more").mkdir()
    jpeg(folder / "more" / "a.jpg")
    describe(folder, "a.jpg,Caption,public,none", "more/a.jpg,Caption,public,none")
    with pytest.raises(ForeignFileError, match=r"more/a\.jpg would have one key"):
        read_photos(folder, study, **SOURCE)


def test_the_command_writes_descriptions_to_fill_and_then_imports(study, folder):
    (folder / "photos.csv").unlink()
    words = ["import", "photos", str(folder), "--study", "synthetic", "--yes",
             "--publisher", "Synthetic photographer", "--title", "Synthetic pictures"]  # fmt: skip
    first = CliRunner().invoke(app, words)
    assert (first.exit_code, "look at every picture" in " ".join(first.output.split())) == (1, True)
    assert not (study.folder / "collection").exists()
    table = folder / "photos.csv"
    filled = table.read_text("utf-8").replace(
        "a.jpg,,,withheld,unchecked", "a.jpg,Gate,,public,none"
    )
    table.write_text(filled, "utf-8")
    assert CliRunner().invoke(app, words).exit_code == 0
    assert (study.folder / "collection/photos/P01.jpg").exists()


def test_blank_descriptions_publish_nothing_and_count_on(study, folder):
    (folder / "photos.csv").unlink()
    with pytest.raises(ForeignFileError, match=r"There is no photos\.csv beside the pictures"):
        read_photos(folder, study, **SOURCE)
    blank = blank_descriptions(jpegs(folder, Report()), study)
    assert blank.splitlines()[:2] == [
        "photo_id,file,caption_en,caption_id,consent,faces,note",
        "P01,a.jpg,,,withheld,unchecked,",
    ]
    (folder / "photos.csv").write_text(blank)
    study = imported(folder, study)
    assert not (study.folder / "collection" / "photos").exists()
    assert study.table("photos").empty
    assert "P05,a.jpg" in blank_descriptions(jpegs(folder, Report()), study)


def test_damaged_and_disguised_pictures_are_told_and_the_others_kept(study, folder):
    (folder / "b.JPG").write_bytes(b"\0\0\0\x18ftypheic" + b"\0" * 40)
    (folder / "c.jpeg").write_bytes(b"GIF89a synthetic")
    (folder / "d.jpg").write_bytes(b"")
    proposal = read_photos(folder, study, **SOURCE)
    assert list(proposal.preview["photo_id"]) == ["a"]
    told = " ".join(entry.why for entry in proposal.report.of("lost"))
    assert "b.JPG is HEIC" in told
    assert "c.jpeg is no JPEG" in told


def test_a_picture_that_breaks_off_is_refused(study, folder):
    whole = jpeg(folder / "a.jpg", size=(640, 320)).read_bytes()
    (folder / "a.jpg").write_bytes(whole[: len(whole) - 900])
    with pytest.raises(ForeignFileError, match=r"a\.jpg is damaged"):
        read_photos(folder, study, **SOURCE)


@pytest.mark.parametrize(
    ("name", "told"), [("nothing", "There is no file"), ("a.heic", "export it as JPEG"),
                       ("empty", "holds no JPEG pictures")],
)  # fmt: skip
def test_what_is_no_picture_is_refused_with_advice(study, tmp_path, name, told):
    (tmp_path / "a.heic").write_bytes(b"\0\0\0\x18ftypheic")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ForeignFileError, match=told):
        read_photos(tmp_path / name, study, **SOURCE)


def test_squares_that_hide_nothing_are_refused(study, folder):
    for blur in (0, -1, 0.1, float("nan")):
        with pytest.raises(ForeignFileError, match=r"at least 0\.5 km"):
            read_photos(folder, study, blur=blur, **SOURCE)


def test_who_took_the_pictures_must_be_told(study, folder):
    with pytest.raises(ForeignFileError, match="--publisher and --title"):
        read_photos(folder, study)


@pytest.mark.parametrize(
    ("noted", "day"), [("2026:02:03 01:02:03", "2026-02-03"), ("0000:00:00 00:00:00", ""),
                       ("2026:13:01 00:00:00", ""), ("synthetic", ""), ("", "")],
)  # fmt: skip
def test_days_are_those_that_the_camera_noted(tmp_path, noted, day):
    assert read_picture(jpeg(tmp_path / "a.jpg", taken=noted)).taken == day


@pytest.mark.parametrize("place", [(0.0, 0.0), (190.0, 10.0), (10.0, 95.0)])
def test_impossible_places_are_none(tmp_path, place):
    assert read_picture(jpeg(tmp_path / "a.jpg", place=place)).place is None


def test_places_are_read_on_all_sides_of_the_earth(tmp_path):
    for place in (HOME, (-46.6333, -23.5505), (-1.5491, 53.8008), (24.9384, 60.1699)):
        assert read_picture(jpeg(tmp_path / "a.jpg", place=place)).place == pytest.approx(place)


def test_a_place_without_sides_or_parts_does_not_stop_the_import(tmp_path, monkeypatch):
    for broken in ({1: "S"}, {1: "S", 2: (1.0,), 3: "E"}, {2: (), 4: ()}):
        monkeypatch.setattr("tests.imports.photo_samples.gps", lambda *_, noted=broken: noted)
        assert read_picture(jpeg(tmp_path / "a.jpg", place=HOME)).place is None


longitudes = st.floats(-179.9, 179.9)
latitudes = st.floats(-85, 85)


@given(longitudes, latitudes, st.floats(0.5, 20))
def test_a_square_holds_the_place_and_is_as_large_as_told(longitude, latitude, km):
    square = square_around(longitude, latitude, km)
    assert square.shape.buffer(1e-9).covers(shapely.Point(longitude, latitude))
    _west, south, _east, north = square.shape.bounds
    assert (north - south) * 111.32 == pytest.approx(km)
    assert square.latitude == pytest.approx((south + north) / 2, abs=1e-4)


@given(longitudes, latitudes, st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_all_places_of_a_square_are_told_alike(longitude, latitude, across, up):
    """What is written depends on the square alone, so that no exact place can be read from it."""
    square = square_around(longitude, latitude, 1)
    west, south, east, north = square.shape.bounds
    other = square_around(west + across * (east - west), south + up * (north - south), 1)
    assert (other.longitude, other.latitude) == (square.longitude, square.latitude)


def test_places_of_one_square_give_the_same_files(study, folder):
    """The exact place changes no byte but the checksum of the pictures as they came."""
    written = []
    for place in (HOME, (107.5402, -6.8893)):
        jpeg(folder / "a.jpg", place=place)
        proposal = read_photos(folder, study, **SOURCE)
        proposal.keep_record()
        record = proposal.amendment.files.pop("imports.yml")
        assert "107.54" not in record
        written.append(proposal.amendment.files)
    assert written[0] == written[1]


def test_a_square_on_a_border_names_no_area(study):
    areas = study.layer("areas")
    assert area_around(square_around(*HOME, 1), areas) == "A1"
    assert area_around(square_around(107.5001, -6.88, 1), areas) == ""
    assert area_around(square_around(100, 50, 1), areas) == ""
    assert gps(*HOME)[1] == "S"
