"""Spatial interaction: how flows between places fall with cost (Wilson 1971).

``fit`` estimates unconstrained, production-, attraction- and doubly constrained models by
Poisson pseudo-maximum likelihood (Flowerdew & Aitkin 1982; Santos Silva & Tenreyro 2006;
Oshan 2016). Flows come in one of two forms:

long
    a frame ``origin, destination, value`` (or a ``Flows``), one row for each pair of the sample:
    ``fit(frame, "cost", constraint="doubly", decay="power")``. ``cost`` is a column of the frame,
    a frame of costs (index origins, columns destinations) or a Series by (origin, destination).
    Pairs that are not in the frame are not in the sample; zeros in the frame are zeros.
wide
    a matrix (array, or frame with origins as index and destinations as columns) and a cost matrix
    of the same shape: ``fit(flows_matrix, cost_matrix, constraint="doubly", decay="power")``.
    ``NaN`` means not in the sample. No column of zone ids is built, so that 7,000 zones
    (49 million pairs) fit into a few GiB. ``fitted`` is then a matrix of the same form.
"""

from metrobook.commuting.interaction.fitting import fit
from metrobook.commuting.interaction.result import InteractionResult

__all__ = ["InteractionResult", "fit"]
