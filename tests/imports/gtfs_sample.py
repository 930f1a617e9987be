"""A synthetic GTFS feed with the tables of the official example feed, and a study to map it in."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import shapely

from metrobook.amend import Amendment
from metrobook.study import Study
from tests.imports.small_study import small_study

AREAS = {"A1": (107.50, -6.95, 107.60, -6.85), "B1": (107.60, -6.95, 107.70, -6.85)}
FEED = {
    "agency": """agency_id,agency_name,agency_url,agency_timezone
SYN,Synthetic Transit,https://transit.example.org,Asia/Jakarta
""",
    "stops": """stop_id,stop_name,stop_desc,stop_lat,stop_lon,location_type,parent_station
WEST,Synthetic West,,-6.90,107.52,1,
WEST_1,Synthetic West platform 1,,,,0,WEST
MIDDLE_1,Synthetic Middle,,-6.9000,107.5800,0,
MIDDLE_2,Synthetic Middle,,-6.9002,107.5802,0,
EAST,Synthetic East,,-6.90,107.68,0,
FAR,Synthetic Far,,-6.90,109.00,0,
STREET_1,Synthetic Street North,,-6.88,107.55,0,
STREET_2,Synthetic Street South,,-6.88,107.65,0,
LOST,Synthetic stop without place,,,,0,
""",
    "routes": """route_id,agency_id,route_short_name,route_long_name,route_desc,route_type
R,SYN,,Synthetic Line,,2
B,SYN,10,Synthetic Street bus,,3
T,SYN,T1,Synthetic tram,,0
F,SYN,,Synthetic ferry,,4
""",
    "trips": """route_id,service_id,trip_id,trip_headsign,direction_id,shape_id
R,WEEK,R1,East,0,SR
R,WEEK,R2,East,0,SR
R,FRIDAY,R3,Far,0,
R,WEEK,R4,West,1,NOWHERE
B,WEEK,B1,South,0,
B,WEEKEND,B2,South,0,
T,WEEK,T1,,0,
F,WEEK,F1,,0,
X,WEEK,X1,,0,
""",
    "stop_times": """trip_id,arrival_time,departure_time,stop_id,stop_sequence
R1,6:00:00,6:00:00,WEST_1,1
R1,6:10:00,6:10:00,MIDDLE_1,2
R1,6:20:00,6:20:00,EAST,10
R2,23:50:00,23:50:00,WEST_1,1
R2,24:05:00,24:05:00,MIDDLE_1,2
R2,24:20:00,24:20:00,EAST,10
R3,7:00:00,7:00:00,EAST,1
R3,9:00:00,9:00:00,FAR,2
R4,8:00:00,8:00:00,EAST,1
R4,8:10:00,8:10:00,MIDDLE_2,2
R4,8:20:00,8:20:00,WEST_1,3
B1,6:00:00,6:00:00,STREET_1,1
B1,,,LOST,2
B1,6:30:00,6:30:00,STREET_2,3
B2,6:00:00,6:00:00,STREET_1,1
B2,6:30:00,6:30:00,STREET_2,2
T1,6:00:00,6:00:00,FAR,1
T1,6:30:00,6:30:00,LOST,2
F1,6:00:00,6:00:00,WEST,1
F1,6:30:00,6:30:00,EAST,2
X1,6:00:00,6:00:00,WEST,1
""",
    "calendar": """service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,\
start_date,end_date
WEEK,1,1,1,1,1,0,0,20260105,20260630
FRIDAY,0,0,0,0,1,0,0,20260105,20260630
WEEKEND,0,0,0,0,0,1,1,20260105,20260630
""",
    "calendar_dates": """service_id,date,exception_type
WEEK,20260109,2
""",
    "shapes": """shape_id,shape_pt_lat,shape_pt_lon,shape_pt_sequence
SR,-6.90,107.52,1
SR,-6.90,107.68,20
SR,-6.91,107.58,3
""",
    "frequencies": """trip_id,start_time,end_time,headway_secs
B1,06:00:00,08:00:00,600
B1,22:00:00,25:00:00,3600
""",
    "feed_info": """feed_publisher_name,feed_publisher_url,feed_lang,feed_version
Synthetic publisher,https://transit.example.org,id,7
""",
}


def zipped(path: Path, feed: dict[str, str], folder: str = "") -> Path:
    """Write a feed as a ZIP archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in feed.items():
            archive.writestr(f"{folder}{name}.txt", text)
    return path


def mapped_study(root: Path) -> Study:
    """Write a study of two square areas, a core and its buffer."""
    study = small_study(root, {code: f"Synthetic {code}" for code in AREAS})
    features = [
        {"type": "Feature", "properties": {"area_code": code, "name_en": code},
         "geometry": json.loads(shapely.to_geojson(shapely.box(*bounds)))}
        for code, bounds in AREAS.items()
    ]  # fmt: skip
    layer = json.dumps({"type": "FeatureCollection", "features": features})
    amendment = Amendment(study.folder)
    amendment.put_layer("areas", layer, "Areas", "CC0-1.0", "Made up for a test")
    amendment.make()
    return Study(study.folder)
