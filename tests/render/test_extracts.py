"""Map extracts: core and buffer with one channel's layers, or nothing at all."""

from types import SimpleNamespace

import geopandas as gpd
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from shapely.geometry import box

from metrobook.language import translations
from metrobook.render import extracts, metro, theme
from metrobook.study import Study
from tests.gaps.harness import copy_without

LINES = ["roads", "bus_corridors", "rail_lines", "rail_stations"]


def reader(study: str, language: str = "en") -> SimpleNamespace:
    """What the maps ask of a chapter."""
    return SimpleNamespace(
        study=Study.load(study, language),
        language=language,
        gettext=translations(language).gettext,
        local=lambda frame, column: frame[f"{column}_{language}"],
        format=lambda value, decimals=0: "–" if pd.isna(value) else f"{value:.{decimals}f}",
    )


@pytest.fixture(scope="module")
def bandung() -> SimpleNamespace:
    return reader("bandung-cimahi")


@pytest.fixture(scope="module")
def jakarta() -> SimpleNamespace:
    return reader("jabodetabek")


def density(chapter: SimpleNamespace) -> metro.MetroMap:
    """A density map of synthetic figures."""
    codes = metro.metro_shapes(chapter)["area_code"]
    figures = pd.DataFrame({"people": range(100, 100 + len(codes)), "km2": 2.0}, index=codes)
    figures = figures.assign(density=figures["people"] / 2.0)
    return metro.density_map(chapter, figures, "Population (synthetic)")


def legend(figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in figure.legends[0].get_texts()]


@pytest.mark.parametrize(
    "layers", [LINES, ["reservoirs"], ["rail_lines", "high_speed_stations"], ["density"]]
)
def test_extracts_are_legible_and_small(bandung, layers, legible):
    figure = extracts.extract(bandung, layers, density=density(bandung))
    legible(figure, extracts.WIDTH)
    assert len(theme.save_svg(figure)) < 150_000


def test_an_extract_of_the_second_study_is_legible(jakarta, legible):
    legible(extracts.extract(jakarta, ["density"], density=density(jakarta)), extracts.WIDTH)


def test_an_extract_fits_a_phone_as_well(bandung, legible):
    legible(extracts.extract(bandung, LINES, width=3.4), 3.4)


def test_core_and_buffer_are_named_and_outlined(bandung, shown):
    figure = extracts.extract(bandung, ["rail_lines"])
    texts = set(shown(figure).split(" | "))
    assert {"Bandung City", "Cimahi City"} <= texts
    edges = [to_hex(edge) for found in figure.axes[0].collections for edge in found.get_edgecolor()]
    assert {theme.ROLE_COLOURS[role].lower() for role in ("core", "buffer")} <= set(edges)


def test_only_the_layers_of_the_channel_are_shown(bandung):
    assert legend(extracts.extract(bandung, LINES)) == [
        "Main roads", "Bus corridors", "Commuter rail", "Core", "Buffer", "Stations",
    ]  # fmt: skip
    assert legend(extracts.extract(bandung, ["rail_lines"])) == ["Commuter rail", "Core", "Buffer"]


def test_names_are_in_the_language_of_the_chapter(shown):
    figure = extracts.extract(reader("bandung-cimahi", "id"), ["rail_lines"])
    assert "Kota Cimahi" in shown(figure).split(" | ")
    assert legend(figure) == ["Kereta komuter", "Inti", "Penyangga"]


def test_all_extracts_of_a_study_show_the_same_square(bandung):
    frames = [
        figure.axes[0].axis()
        for layers in (LINES, ["reservoirs"], ["density"])
        if (figure := extracts.extract(bandung, layers, density=density(bandung)))
    ]
    assert len(set(frames)) == 1
    west, east, south, north = frames[0]
    assert east - west == pytest.approx(north - south)


def test_core_and_buffer_lie_wholly_within_the_square(bandung):
    west, east, south, north = extracts.extract(bandung, LINES).axes[0].axis()
    study = bandung.study
    areas = study.layer("areas").to_crs(study.projection)
    own = areas[areas["area_code"].isin([*study.codes("core"), *study.codes("buffer")])]
    assert box(west, south, east, north).contains(own.union_all())


def test_density_keeps_the_classes_of_the_whole_map(bandung):
    drawn = density(bandung)
    figure = extracts.extract(bandung, ["density"], density=drawn)
    labels = [entry.label for entry in drawn.layers[0].legend()]
    assert legend(figure)[: len(labels)] == labels


@pytest.mark.parametrize("layers", [[], LINES, ["reservoirs"]])
def test_a_study_without_the_layers_has_no_extract(jakarta, layers):
    assert extracts.extract(jakarta, layers) is None


def test_density_that_was_not_computed_is_not_on_a_map(bandung):
    assert extracts.extract(bandung, ["density"]) is None
    assert extracts.extract(bandung, []) is None


def test_a_layer_that_lies_elsewhere_is_not_on_a_map(bandung, monkeypatch):
    far = gpd.GeoDataFrame({"name": ["Lake"]}, geometry=[box(100, 1, 100.1, 1.1)], crs=4326)
    layer = bandung.study.layer
    monkeypatch.setattr(
        bandung.study, "layer", lambda name: far if name == "reservoirs" else layer(name)
    )
    assert extracts.extract(bandung, ["reservoirs"]) is None
    assert "Reservoirs" not in legend(extracts.extract(bandung, ["reservoirs", "rail_lines"]))


def test_a_layer_that_no_extract_shows_is_refused(bandung):
    with pytest.raises(ValueError, match="cannot show districts: choose from reservoirs"):
        extracts.extract(bandung, ["districts"])


def test_the_same_extract_has_the_same_bytes(bandung):
    first, second = (theme.save_svg(extracts.extract(bandung, LINES)) for _ in range(2))
    assert first == second


def test_without_the_areas_no_extract_is_drawn(monkeypatch, tmp_path):
    copy_without("bandung-cimahi", frozenset(["layer areas"]), tmp_path)
    monkeypatch.setenv("METROBOOK_ROOT", str(tmp_path))
    assert extracts.extract(reader("bandung-cimahi"), LINES) is None
