"""GeoJSON as version control likes it: one feature to a line, nothing in between."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any


def geojson(members: Mapping[str, Any], features: Iterable[Mapping[str, Any]]) -> str:
    """Return a collection of features with further members before them.

    Examples
    --------
    >>> print(geojson({"name": "areas"}, [{"type": "Feature"}]), end="")
    {"type":"FeatureCollection","name":"areas","features":[
    {"type":"Feature"}
    ]}
    """
    head = _compact({"type": "FeatureCollection", **members}).removesuffix("}")
    lines = ",\n".join(map(_compact, features))
    return f'{head},"features":[\n{lines}\n]}}\n'


def _compact(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
