"""Timetable feeds become layers of lines and stations with trips per weekday."""

import json
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from metrobook.amend import Amendment
from metrobook.cli import app
from metrobook.compendium import data_resources, read_yaml
from metrobook.exchange.project import ForeignFileError, Report
from metrobook.imports.courses import means
from metrobook.imports.gtfs import read_feed
from metrobook.imports.timetable import busiest_weekday, runs_per_trip, seconds
from metrobook.imports.transit import read_transit
from metrobook.study import Study
from tests.imports.gtfs_sample import FEED, mapped_study, zipped
from tests.imports.small_study import small_study

CREDIT = {"licence": "CC BY 4.0", "attribution": "Synthetic Transit 2026"}
KINDS = ("rail_lines", "rail_stations", "bus_corridors")


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    (tmp_path / "_toc.yml").touch()
    data_resources.cache_clear()
    yield mapped_study(tmp_path)
    data_resources.cache_clear()


@pytest.fixture
def feed(tmp_path):
    return zipped(tmp_path / "gtfs.zip", FEED)


def imported(path: Path, study: Study, **options) -> Study:
    proposal = read_transit(path, study, **(CREDIT | options))
    assert proposal.amendment.problems() == []
    if proposal.amendment.files:
        proposal.keep_record()
        proposal.amendment.make()
    return Study(study.folder)


def content(study: Study) -> dict[str, bytes]:
    files = [path for path in study.folder.rglob("*") if path.is_file()]
    return {path.relative_to(study.folder).as_posix(): path.read_bytes() for path in files}


def changed(**tables: str | None) -> dict[str, str]:
    """Return the feed with other tables, or without those that are None."""
    return {name: text for name, text in (FEED | tables).items() if text is not None}


def told(study: Study, path: Path, kind: str) -> str:
    report = read_transit(path, study, **CREDIT).report
    return " | ".join(f"{entry.what} {entry.count} {entry.why}" for entry in report.of(kind))


def test_rail_lines_have_the_properties_that_the_maps_know(study, feed):
    lines = imported(feed, study).layer("rail_lines")
    assert lines["name"].tolist() == ["Synthetic Line", "Synthetic Line"]
    assert lines["direction"].tolist() == ["0", "1"]
    assert lines["network"].tolist() == ["Synthetic Transit"] * 2
    assert lines["trips_weekday"].tolist() == [3, 1]
    assert lines["line"].isna().all()
    assert lines["n_stops"].tolist() == [3, 3]


def test_a_line_follows_its_shape_in_the_order_of_its_points(study, feed):
    lines = imported(feed, study).layer("rail_lines").set_index("direction")
    shape = [(107.52, -6.9), (107.58, -6.91), (107.68, -6.9)]
    assert list(lines.geometry["0"].coords) == shape
    stops = [(107.68, -6.9), (107.5802, -6.9002), (107.52, -6.9)]
    assert list(lines.geometry["1"].coords) == stops


def test_bus_corridors_are_named_by_their_ends_and_counted_by_frequency(study, feed):
    [bus] = imported(feed, study).layer("bus_corridors").to_dict("records")
    assert bus["name"] == "10: Synthetic Street North → Synthetic Street South"
    assert (bus["ref"], bus["trips_weekday"]) == ("10", 12 + 3)
    assert bus["length_km"] == pytest.approx(11.05, abs=0.02)


def test_ends_are_named_by_their_stations(study, feed):
    lines = read_transit(feed, study, **CREDIT).preview.query("means == 'rail'")
    ends = [("Synthetic West", "Synthetic East"), ("Synthetic East", "Synthetic West")]
    assert list(zip(lines["start"], lines["end"], strict=True)) == ends


def test_stations_stand_once_with_the_area_they_lie_in(study, feed):
    stations = imported(feed, study).layer("rail_stations").set_index("name")
    assert stations["area_code"].to_dict() == {
        "Synthetic East": "B1", "Synthetic Middle": "A1", "Synthetic West": "A1",
    }  # fmt: skip
    assert set(stations["services"]) == {"Synthetic Line"}


def test_a_line_of_a_count_is_recognised_by_its_name(study, tmp_path):
    row = {"system": "bus", "line": "10", "place": "", "period": "2025", "measure": "passengers",
           "value": "5", "unit": "persons", "source_id": "S001"}  # fmt: skip
    amendment = Amendment(study.folder)
    amendment.add_rows("ridership", pd.DataFrame([row]))
    amendment.make()
    study = imported(zipped(tmp_path / "gtfs.zip", FEED), Study(study.folder))
    assert study.layer("bus_corridors")["line"].tolist() == ["10"]


def test_lines_are_cut_around_the_areas_and_far_ones_are_left_out(study, tmp_path):
    far = FEED["trips"].replace("R,WEEK,R1,East,0,SR\nR,WEEK,R2,East,0,SR\n", "")
    study = imported(zipped(tmp_path / "gtfs.zip", changed(trips=far)), study)
    lines = study.layer("rail_lines").set_index("direction")
    assert lines.geometry["0"].bounds[2] == pytest.approx(107.7 + 5 / 110.5, abs=0.002)
    assert lines["length_km"]["0"] == pytest.approx(145.9, abs=0.5)
    assert "Synthetic Far" not in set(study.layer("rail_stations")["name"])


def test_the_weekday_is_the_first_of_those_with_most_trips(feed):
    """Friday 9 January loses the trips of the week; Friday 16 has those of Friday besides."""
    report = Report()
    tables = read_feed(feed, report)
    weekday = busiest_weekday(tables, runs_per_trip(tables, report), report)
    assert weekday.day.isoformat() == "2026-01-16"
    assert weekday.services == {"WEEK", "FRIDAY"}
    assert (str(weekday.first), str(weekday.last)) == ("2026-01-05", "2026-06-30")


def test_a_feed_of_dates_alone_has_its_weekday(study, tmp_path):
    dates = "service_id,date,exception_type\nWEEK,20260303,1\nWEEK,20260304,1\nWEEKEND,20260307,1\n"
    path = zipped(tmp_path / "gtfs.zip", changed(calendar=None, calendar_dates=dates))
    proposal = read_transit(path, study, **CREDIT)
    assert proposal.options["weekday"] == "2026-03-03"
    assert "Tuesday 2026-03-03" in " ".join(proposal.understood)


def test_the_period_is_that_of_the_feed_where_it_tells_one(study, tmp_path):
    info = "feed_publisher_name,feed_start_date,feed_end_date\nSynthetic,20260201,20260228\n"
    proposal = read_transit(zipped(tmp_path / "a.zip", changed(feed_info=info)), study, **CREDIT)
    assert proposal.options["weekday"] == "2026-02-06"


def test_an_ended_timetable_is_told(study, tmp_path):
    calendar = FEED["calendar"].replace("2026", "2016")
    path = zipped(tmp_path / "gtfs.zip", changed(calendar=calendar))
    assert "it has ended" in " ".join(read_transit(path, study, **CREDIT).understood)


def test_what_is_broken_in_a_feed_is_told(study, feed):
    lost, mended = told(study, feed, "lost"), told(study, feed, "changed")
    assert "stops 1 have no coordinates" in lost
    assert "trips 1 are of routes that routes.txt does not have" in lost
    assert "stop times 1 are of trips or stops" in lost
    assert "routes 1 are ferries" in lost
    assert "courses 1 have neither a shape nor two stops" in lost
    assert "stops 1 have no place of their own" in mended
    assert "trips 1 run past midnight" in mended
    assert "trips 1 run by frequencies.txt" in mended
    assert "shapes 1 are not in shapes.txt" in mended


def test_marks_blank_lines_and_other_encodings_are_mended_and_told(study, tmp_path):
    stops = FEED["stops"].replace("West,", "Wést,").replace("\nEAST", "\n\n  \nEAST")
    path = tmp_path / "feed"
    path.mkdir()
    for name, text in changed(stops=stops).items():
        (path / f"{name.upper()}.txt").write_bytes(text.replace("\n", "\r\n").encode("cp1252"))
    (path / "ROUTES.txt").write_bytes(b"\xef\xbb\xbf" + FEED["routes"].encode())
    mended = told(study, path, "changed")
    assert "routes.txt 1 begins with a byte-order mark" in mended
    assert "stops.txt 1 is taken for cp1252" in mended
    assert "stops.txt 1 blank lines" in mended
    assert "Synthetic Wést" in set(imported(path, study).layer("rail_stations")["name"])


def test_a_feed_within_a_folder_of_its_archive_is_read(study, tmp_path):
    nested = imported(zipped(tmp_path / "gtfs.zip", FEED, "Synthetic/"), study)
    assert len(nested.layer("rail_lines")) == 2


def test_stops_are_taken_by_their_sequence_not_by_their_place_in_the_file(study, feed, tmp_path):
    header, *rows = FEED["stop_times"].splitlines()
    turned = changed(stop_times="\n".join([header, *rows[::-1], ""]))
    lines = [
        read_transit(path, study, **CREDIT).preview
        for path in (feed, zipped(tmp_path / "turned.zip", turned))
    ]
    pd.testing.assert_frame_equal(*lines)


def test_an_archive_of_several_feeds_is_refused_with_their_names(study, tmp_path):
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        for folder in ("bus", "rail"):
            for name, text in FEED.items():
                archive.writestr(f"{folder}/{name}.txt", text)
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.write(zipped(tmp_path / "a.zip", FEED), "a.zip")
        archive.write(zipped(tmp_path / "b.zip", FEED), "b.zip")
    for name, feeds in (("two.zip", r"bus, rail"), ("packed.zip", r"a\.zip, b\.zip")):
        with pytest.raises(ForeignFileError, match=rf"{name} holds 2 feeds \({feeds}\)"):
            read_transit(tmp_path / name, study, **CREDIT)


def test_importing_twice_changes_nothing(study, feed):
    study = imported(feed, study)
    before = content(study)
    assert read_transit(feed, study, **CREDIT).amendment.files == {}
    assert content(study) == before


def test_operators_add_up_and_replace_their_own_features_only(study, feed, tmp_path):
    study = imported(feed, study, operator="One")
    other = {"licence": "OGL-UK-3.0", "attribution": "Synthetic Two"}
    study = imported(zipped(tmp_path / "two.zip", FEED), study, operator="Two", **other)
    assert study.layer("rail_lines")["operator"].value_counts().to_dict() == {"One": 2, "Two": 2}
    package = read_yaml(study.folder / "datapackage.yaml")
    entries = {entry["name"]: entry for entry in package["resources"]}
    assert [item["title"] for item in entries["rail_lines"]["licenses"]] == [
        "CC BY 4.0", "OGL-UK-3.0"
    ]  # fmt: skip
    assert [item["title"] for item in entries["rail_stations"]["sources"]] == [
        "Synthetic Transit 2026", "Synthetic Two"
    ]  # fmt: skip
    ones = [f for f in features(study, "bus_corridors") if f["properties"]["operator"] == "One"]
    newer = changed(routes=FEED["routes"].replace("B,SYN,10", "B,SYN,11"))
    study = imported(zipped(tmp_path / "two.zip", newer), study, operator="Two", **other)
    assert study.layer("bus_corridors").set_index("operator")["ref"].to_dict() == {
        "One": "10", "Two": "11"
    }  # fmt: skip
    assert [f for f in features(study, "bus_corridors")
            if f["properties"]["operator"] == "One"] == ones  # fmt: skip


def features(study: Study, layer: str) -> list[dict]:
    return json.loads(study.layer_path(layer).read_text("utf-8"))["features"]


def test_a_feed_that_lost_its_buses_leaves_those_of_others(study, feed, tmp_path):
    study = imported(feed, imported(feed, study, operator="One"), operator="Two")
    railway = changed(routes="\n".join(
        line for line in FEED["routes"].splitlines() if not line.startswith("B,")
    ))  # fmt: skip
    study = imported(zipped(tmp_path / "two.zip", railway), study, operator="Two")
    assert study.layer("bus_corridors")["operator"].tolist() == ["One"]
    assert set(study.layer("rail_lines")["operator"]) == {"One", "Two"}


def test_a_layer_of_another_origin_is_never_mixed(study, feed):
    osm = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "Synthetic", "operator": "Synthetic Transit"},
         "geometry": {"type": "LineString", "coordinates": [[107.5, -6.9], [107.6, -6.9]]}}
    ]}  # fmt: skip
    amendment = Amendment(study.folder)
    amendment.put_layer(
        "bus_corridors", json.dumps(osm), "Buses", ["ODbL-1.0"], ["© OpenStreetMap contributors"]
    )
    amendment.make()
    before = content(study)
    with pytest.raises(ForeignFileError, match=r"bus_corridors \(© OpenStreetMap contributors"):
        read_transit(feed, Study(study.folder), **CREDIT)
    assert content(study) == before


def test_the_source_is_described_by_the_feed(study, feed):
    sources = imported(feed, study).table("sources").set_index("kind").loc["geodata"]
    assert sources["publisher"] == "Synthetic Transit"
    assert sources["title"] == "Timetable of Synthetic Transit (GTFS, version 7)"
    assert sources["url"] == "https://transit.example.org"
    assert sources["licence"] == "CC BY 4.0"


def test_a_study_without_areas_takes_all_lines(tmp_path, monkeypatch, feed):
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    study = imported(feed, small_study(tmp_path, {"A1": "Synthetic"}))
    assert "Synthetic East" in set(study.layer("rail_stations")["name"])
    assert study.layer("rail_stations")["area_code"].isna().all()
    data_resources.cache_clear()


@pytest.mark.parametrize(
    ("tables", "why"),
    [
        ({"stops": None, "stop_times": None}, r"lacks stops\.txt, stop_times\.txt"),
        ({"trips": "trip_id,route_id\nR1,R\n"}, r"trips\.txt lacks the columns service_id"),
        ({"routes": 'route_id,route_type\nR,"2\n'}, r"routes\.txt is no regular table"),
        ({"routes": FEED["routes"].replace(",2\n", ",4\n").replace(",3\n", ",4\n")
          .replace(",0\n", ",4\n")}, "No line of gtfs.zip reaches"),
        ({"calendar": FEED["calendar"].replace(",", ";")}, r"calendar\.txt has semicolons between"),
        ({"stops": FEED["stops"].replace("lat,stop_lon", "lon,stop_lat")}, "longitudes as stop_"),
        ({"agency": FEED["agency"] + "B,Synthetic B,,\n", "feed_info": None}, "names 2 agencies"),
    ],
)  # fmt: skip
def test_feeds_without_what_is_needed_are_refused(study, tmp_path, tables, why):
    with pytest.raises(ForeignFileError, match=why):
        read_transit(zipped(tmp_path / "gtfs.zip", changed(**tables)), study, **CREDIT)


def test_licence_and_attribution_are_asked_for(study, feed):
    with pytest.raises(ForeignFileError, match="--licence and --attribution"):
        read_transit(feed, study)


def test_the_command_imports_a_feed_and_says_that_it_stands_there(study, feed):
    words = ["import", "transit", str(feed), "--study", "synthetic", "--yes",
             "--licence", "CC BY 4.0", "--attribution", "Synthetic Transit 2026"]  # fmt: skip
    first, again = (CliRunner().invoke(app, words) for _ in range(2))
    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "layers/rail_lines.geojson" in first.output
    assert "All of it stands in the study already." in again.output


def test_what_is_no_feed_is_refused(study, tmp_path):
    (tmp_path / "a.zip").write_bytes(b"synthetic")
    (tmp_path / "empty").mkdir()
    for name, why in (("a.zip", "not a readable ZIP"), ("b.zip", "no file"), ("empty", "lacks")):
        with pytest.raises(ForeignFileError, match=why):
            read_transit(tmp_path / name, study, **CREDIT)


def test_a_budget_is_kept_by_fewer_points_or_refused(study, tmp_path):
    points = "".join(
        f"SR,{-6.9 - 0.0001 * (n % 2):.5f},{107.52 + n / 50000:.5f},{n}\n" for n in range(8000)
    )
    path = zipped(
        tmp_path / "gtfs.zip", changed(shapes=FEED["shapes"].split("\n")[0] + "\n" + points)
    )
    whole = read_transit(path, study, budget=400, **CREDIT).amendment.files[
        "layers/rail_lines.geojson"
    ]
    thin = read_transit(path, study, budget=10, **CREDIT).amendment.files[
        "layers/rail_lines.geojson"
    ]
    assert len(whole) > 140_000
    assert len(thin) < 10_000
    with pytest.raises(ForeignFileError, match="Raise it"):
        read_transit(path, study, budget=0, **CREDIT)


def test_trips_without_any_calendar_are_not_counted(study, tmp_path):
    path = zipped(tmp_path / "gtfs.zip", changed(calendar=None, calendar_dates=None))
    assert "neither calendar.txt nor calendar_dates.txt" in told(study, path, "lost")
    assert imported(path, study).layer("rail_lines")["trips_weekday"].isna().all()


def test_types_of_routes_are_known_in_both_lists():
    rail, bus = (0, 1, 2, 5, 7, 12, 100, 106, 117, 400, 401, 900), (3, 11, 700, 704, 715, 800)
    assert {means(str(number)) for number in rail} == {"rail"}
    assert {means(str(number)) for number in bus} == {"bus"}
    assert [means(text) for text in ("4", "1000", "6", "200", "", "1700", "-2")] == [
        "ferries", "ferries", "aerial lifts", "coaches", "other means", "other means", "other means"
    ]  # fmt: skip


@given(st.integers(0, 47), st.integers(0, 59), st.integers(0, 59))
def test_times_of_day_count_on_past_midnight(hours, minutes, rest):
    text = f"{hours}:{minutes:02}:{rest:02}"
    assert seconds(pd.Series([text])).tolist() == [hours * 3600 + minutes * 60 + rest]


@settings(max_examples=40)
@given(
    table=st.sampled_from([*FEED]),
    column=st.integers(0, 5),
    cell=st.text(
        st.characters(exclude_characters='"\r\n,', exclude_categories=("Cs",)), max_size=9
    ),
)
def test_any_cell_is_read_or_refused_in_words(tmp_path_factory, table, column, cell):
    lines = [line.split(",") for line in FEED[table].splitlines()]
    lines[1][column % len(lines[1])] = cell
    broken = changed(**{table: "\n".join(",".join(line) for line in lines) + "\n"})
    path = zipped(tmp_path_factory.mktemp("feed") / "gtfs.zip", broken)
    report = Report()
    try:
        feed = read_feed(path, report)
        weekday = busiest_weekday(feed, runs_per_trip(feed, report), report)
    except ForeignFileError:
        return
    assert weekday.day is None or weekday.day.weekday() < 5
