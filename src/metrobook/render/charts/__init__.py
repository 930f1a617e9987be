"""Charts: every figure of the book as a function from a frame to a matplotlib figure.

Each takes the width in inches and lays itself out for it: 7.6 for pages, 3.4 for phones.
Every visible text comes from the frame or an argument, already translated.
"""

from metrobook.render.charts.abduction import abduction_loop
from metrobook.render.charts.bars import agreement_dots, balances, bars
from metrobook.render.charts.concepts import concept_diagram
from metrobook.render.charts.confidence import confidence_grid
from metrobook.render.charts.convergence_matrix import convergence_matrix
from metrobook.render.charts.cooccurrence import cooccurrence_network
from metrobook.render.charts.diagrams import flow_diagram
from metrobook.render.charts.diffusion import spread
from metrobook.render.charts.event_paths import event_paths
from metrobook.render.charts.flow_matrix import flow_matrix
from metrobook.render.charts.intervals import intervals
from metrobook.render.charts.likert import likert
from metrobook.render.charts.matrices import category_matrix, heatmap, residual_matrix
from metrobook.render.charts.network import network
from metrobook.render.charts.panels import lines, ratio_gap, small_multiples
from metrobook.render.charts.placebo_strips import placebo_strips
from metrobook.render.charts.saturation import saturation_chart
from metrobook.render.charts.sensitivity import sensitivity
from metrobook.render.charts.timeline import timeline
from metrobook.render.charts.trajectories import code_trajectories

__all__ = [
    "abduction_loop",
    "agreement_dots",
    "balances",
    "bars",
    "category_matrix",
    "code_trajectories",
    "concept_diagram",
    "confidence_grid",
    "convergence_matrix",
    "cooccurrence_network",
    "event_paths",
    "flow_diagram",
    "flow_matrix",
    "heatmap",
    "intervals",
    "likert",
    "lines",
    "network",
    "placebo_strips",
    "ratio_gap",
    "residual_matrix",
    "saturation_chart",
    "sensitivity",
    "small_multiples",
    "spread",
    "timeline",
]
