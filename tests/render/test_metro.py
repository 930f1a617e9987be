"""Maps of the metropolitan area: what is drawn is what was computed, in both forms."""

import pandas as pd
import pytest

from metrobook.language import translations
from metrobook.render import metro, region, static_maps, theme
from metrobook.study import Study


class Reader:
    """What the maps ask of a chapter."""

    def __init__(self, study: str, language: str = "en"):
        self.study, self.language = Study.load(study, language), language
        self.gettext = translations("en").gettext

    def local(self, frame: pd.DataFrame, column: str) -> pd.Series:
        return frame[f"{column}_{self.language}"]

    def format(self, value: float, decimals: int = 0) -> str:
        return "–" if pd.isna(value) else f"{value:.{decimals}f}"


@pytest.fixture
def reader() -> Reader:
    return Reader("bandung-cimahi")


def fill_colours(drawn: metro.MetroMap, projection: int) -> list[str]:
    figure = static_maps.static_map(drawn.layers, width=7.6, projection=projection)
    return [theme.to_hex(colour) for colour in figure.axes[0].collections[0].get_facecolors()]


def figures(reader: Reader) -> pd.DataFrame:
    codes = metro.metro_shapes(reader)["area_code"]
    people = pd.Series(range(100, 100 + 10 * len(codes), 10), index=codes, dtype=float)
    frame = pd.DataFrame({"people": people, "km2": 2.0})
    frame["density"] = (people / 2).where(people > 100)
    return frame


def test_density_is_coloured_alike_and_missing_values_have_a_class(reader):
    drawn = metro.density_map(reader, figures(reader), "Population")
    zones = drawn.layers[0]
    expected = [colour.lower() for colour in zones.colours()]
    assert fill_colours(drawn, reader.study.projection) == expected
    assert expected.count(zones.spec.missing_colour.lower()) == 1
    assert zones.spec.legend()[-1][0] == "not collected"
    assert len(zones.spec.labels) == 5


def test_the_table_of_density_begins_with_the_densest(reader):
    table = metro.density_map(reader, figures(reader), "Population").table
    assert table["People per square kilometre"].iloc[0] == max(
        table["People per square kilometre"].iloc[:-1], key=float
    )
    assert table["People per square kilometre"].iloc[-1] == "–"
    assert set(table["Land area, square kilometres"]) == {"2.0"}


def test_outlines_have_the_colours_of_their_roles(reader):
    core, buffer = metro.outlines(reader, metro.metro_areas(reader))
    assert [core.edge, buffer.edge] == [theme.ROLE_COLOURS["core"], theme.ROLE_COLOURS["buffer"]]
    assert core.frame["area_code"].to_list() == reader.study.codes("core")
    assert not core.filled


def test_the_closer_map_shows_both_cities_and_lists_what_runs_through_both(reader):
    roads = reader.study.layer("roads").dropna(subset=["name"]).head(2)
    drawn = metro.core_buffer_map(reader, {"roads": roads}, "Station")
    both = [*reader.study.codes("core"), *reader.study.codes("buffer")]
    assert sorted(drawn.extent["area_code"]) == sorted(both)
    named = next(layer for layer in drawn.layers if layer.label)
    assert set(named.frame.loc[named.frame["name"] != "", "area_code"]) == set(both)
    kinds = drawn.table["Layer"].value_counts()
    stations = reader.study.layer("rail_stations")["area_code"].isin(both).sum()
    assert kinds.to_dict() == {"Main roads": roads["name"].nunique(), "Station": stations}
    west, south, east, north = drawn.extent.total_bounds
    reach = 0.8 * max(east - west, north - south)
    bounds = drawn.layers[0].frame.total_bounds
    assert bounds[0] >= (west + east) / 2 - reach - 1e-9
    assert bounds[2] <= (west + east) / 2 + reach + 1e-9


@pytest.mark.parametrize("study", ["bandung-cimahi", "jabodetabek"])
def test_the_region_holds_all_areas_with_a_role_and_marks_the_missing(study):
    reader = Reader(study)
    shapes = region.region_shapes(reader)
    roles = [code for codes in reader.study.settings["areas"].values() for code in codes]
    assert sorted(shapes["area_code"]) == sorted(roles)
    values = pd.DataFrame({"value": range(1, len(roles))}, index=shapes["area_code"].iloc[1:])
    drawn = region.region_map(reader, values.assign(place=values["value"]), "Score", str)
    zones = drawn.layers[0]
    colours = [colour.lower() for colour in zones.colours()]
    assert fill_colours(drawn, reader.study.projection) == colours
    assert colours.index(zones.spec.missing_colour.lower()) == 0
    assert drawn.table["Score"].to_list()[-1] == "–"
    assert drawn.heading == "Score"


def test_layers_name_the_sources_that_share_their_licence(reader):
    sources = reader.study.table("sources").set_index("source_id")
    assert metro.layer_sources(reader.study, "districts") == ["G01"]
    both = metro.layer_sources(reader.study, "districts", "roads")
    assert {sources.loc[source, "licence"] for source in both} == {"MIT", "ODbL 1.0"}
    assert metro.layer_sources(Study.load("jabodetabek"), "areas") == ["G03"]
