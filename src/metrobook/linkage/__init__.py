"""Linkage: what core and buffer have to do with each other in the same statistics."""

from metrobook.linkage.comovement import (
    Comovement,
    comovement,
    false_discovery_rate,
    lead_lag,
    together,
)
from metrobook.linkage.convergence import Convergence, beta, convergence, sigma, sigma_trend
from metrobook.linkage.diffusion import Diffusion, diffusion
from metrobook.linkage.events import event_study
from metrobook.linkage.gap import (
    SELDOM,
    band,
    breaks_of,
    chance_of_as_many,
    closing,
    cut_at_breaks,
    expected_by_chance,
    latest,
    left_out,
    middle,
    one_per_concept,
    ratio_gap,
    standing,
    usable,
)
from metrobook.linkage.region import headline, places
from metrobook.linkage.synthetic import SyntheticControl, synthetic_control
from metrobook.linkage.trend import direction_of, ends, growth, without_components

__all__ = [
    "SELDOM",
    "Comovement",
    "Convergence",
    "Diffusion",
    "SyntheticControl",
    "band",
    "beta",
    "breaks_of",
    "chance_of_as_many",
    "closing",
    "comovement",
    "convergence",
    "cut_at_breaks",
    "diffusion",
    "direction_of",
    "ends",
    "event_study",
    "expected_by_chance",
    "false_discovery_rate",
    "growth",
    "headline",
    "latest",
    "lead_lag",
    "left_out",
    "middle",
    "one_per_concept",
    "places",
    "ratio_gap",
    "sigma",
    "sigma_trend",
    "standing",
    "synthetic_control",
    "together",
    "usable",
    "without_components",
]
