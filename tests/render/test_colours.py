"""Colours: neighbouring classes differ for readers who see red and green alike too."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from metrobook.render import theme
from metrobook.render.classes import ClassSpec

# Machado, Oliveira & Fernandes 2009, severity 1.0, for linear RGB.
VISION = {
    "all colours": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
}
TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
LEAST_DIFFERENCE = 7.0
"""CIE 1976; one to two and a half is the least that an eye notices."""


def lab(colour: str, vision: str) -> np.ndarray:
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(VISION[vision] @ linear, 0, 1)
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in TO_XYZ @ seen / (TO_XYZ @ np.ones(3))
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def difference(one: str, other: str, vision: str) -> float:
    return float(np.linalg.norm(lab(one, vision) - lab(other, vision)))


def test_lab_knows_white_black_and_red():
    assert lab("#ffffff", "all colours") == pytest.approx([100, 0, 0], abs=0.01)
    assert lab("#000000", "all colours") == pytest.approx([0, 0, 0], abs=0.01)
    assert lab("#ff0000", "all colours") == pytest.approx([53.24, 80.09, 67.20], abs=0.02)


def test_the_simulation_confuses_red_with_green():
    red, green = "#a65e2e", "#6b7a12"
    assert difference(red, green, "deuteranopia") < difference(red, green, "all colours") / 3


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("scale", [theme.sequential, theme.diverging])
def test_neighbouring_classes_differ(scale, count, vision):
    for one, other in itertools.pairwise(scale(count)):
        assert difference(one, other, vision) >= LEAST_DIFFERENCE, (one, other)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
def test_missing_values_look_like_no_class(count, vision):
    spec = ClassSpec.breaks_at("value", range(count + 1), missing_label="no data")
    for colour in spec.colours:
        assert difference(colour, spec.missing_colour, vision) >= LEAST_DIFFERENCE, colour


@pytest.mark.parametrize("vision", VISION)
def test_the_first_categories_differ_pairwise(vision):
    for one, other in itertools.combinations(theme.categorical(4), 2):
        assert difference(one, other, vision) >= LEAST_DIFFERENCE, (one, other)
