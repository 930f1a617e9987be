"""Clusters of zones that change: their size, how valid they are and how closely they are tied."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import csr_array

from metrobook.commuting.areas.commuters import Commuters
from metrobook.commuting.areas.result import NONE


def validity(
    residents,
    jobs,
    within,
    min_size: float,
    min_selfcontainment: float,
    target_size: float,
    target_selfcontainment: float,
):
    """Return the validity of areas: 1 or more where size and self-containment suffice together.

    An area of the target size needs the least self-containment, one of the least size the target
    self-containment, and between the two so much less as it is larger (Franconi, D'Alò & Ichim
    2016, trade-off function).

    Parameters
    ----------
    residents, jobs, within : array-like
        Employed residents, jobs, and persons who both live and work in the area.
    min_size, min_selfcontainment, target_size, target_selfcontainment : float
        As in :func:`~metrobook.commuting.areas.labour.delineate_lma`.

    Examples
    --------
    >>> float(validity(10_000, 9_000, 6_000, 1_000, 0.6, 10_000, 0.75))
    1.0
    >>> float(validity(1_000, 1_000, 750, 1_000, 0.6, 10_000, 0.75))
    1.0
    """
    most = np.maximum(np.asarray(residents, float), jobs)
    contained = np.divide(within, most, out=np.zeros_like(most), where=most > 0)
    small = np.maximum((target_size - np.asarray(residents, float)) / (target_size - min_size), 0)
    ratio = min_selfcontainment / target_selfcontainment
    return (1 - (1 - ratio) * small) * np.minimum(contained / target_selfcontainment, 1) / ratio


def cohesion(out, into, residents, jobs, other_residents, other_jobs):
    """Return how closely two areas are tied, by flows in both directions and the size of both.

    The sum of the products of the shares that a flow has of its residents and of its jobs
    (Coombes, Green & Openshaw 1986; Franconi, D'Alò & Ichim 2016):
    ``out² / (residents × other_jobs) + into² / (other_residents × jobs)``.

    Examples
    --------
    >>> float(cohesion(50, 0, 100, 10, 100, 100))
    0.25
    """
    there, back = residents * other_jobs, other_residents * jobs
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(there > 0, out**2 / there, 0) + np.where(back > 0, into**2 / back, 0)


class Clusters:
    """Zones in clusters, each at first in its own; totals are kept up as zones leave and join.

    Attributes
    ----------
    label : numpy.ndarray
        Cluster of each zone, or -1.
    members : list of set of int
        Zones of each cluster.
    live, work, within : numpy.ndarray
        By cluster: employed residents, jobs, and persons who both live and work in it.
    """

    def __init__(self, table: Commuters):
        self.table = table
        self.out, self.into = table.flows.tocsr(), table.flows.T.tocsr()
        self.label = np.arange(len(table.zones))
        self.members = [{zone} for zone in range(len(table.zones))]
        self.live, self.work = table.residents.copy(), table.jobs.copy()
        self.within = table.flows.diagonal()

    def join(self, zones: Iterable[int], cluster: int) -> None:
        """Add zones, which must be in no cluster, to one."""
        self._add(zones, cluster, 1)
        self.label[zones] = cluster
        self.members[cluster].update(int(zone) for zone in zones)

    def leave(self, zones: Iterable[int]) -> None:
        """Take zones out of the one cluster they are in."""
        cluster = self.label[zones[0]]
        self.label[zones] = NONE
        self._add(zones, cluster, -1)
        self.members[cluster].difference_update(int(zone) for zone in zones)

    def validity(self, aims: tuple[float, ...], cluster=slice(None)):
        """Return the validity of one cluster or of all; one without zones is beyond question."""
        valid = validity(self.live[cluster], self.work[cluster], self.within[cluster], *aims)
        if isinstance(cluster, slice):
            return valid
        return float(valid) if self.members[cluster] else np.inf

    def belonging(self, zones: np.ndarray) -> np.ndarray:
        """Return the share of the commuting of zones with others that stays in their cluster."""
        own = 2 * self.out.diagonal()[zones]
        inside = np.zeros(len(zones))
        for at, zone in enumerate(zones):
            cluster, sent, received = self.tied([zone])
            inside[at] = (sent + received)[cluster == self.label[zone]].sum()
        total = self.table.residents[zones] + self.table.jobs[zones] - own
        return np.divide(inside - own, total, out=np.zeros(len(zones)), where=total > 0)

    def tied(self, zones: Iterable[int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the clusters that zones are tied to, how many they send there and receive."""
        there, sent = _entries(self.out, zones)
        back, received = _entries(self.into, zones)
        cluster, at = np.unique(self.label[np.concatenate([there, back])], return_inverse=True)
        sent = np.bincount(at[: len(there)], sent, minlength=len(cluster))
        received = np.bincount(at[len(there) :], received, minlength=len(cluster))
        known = cluster != NONE
        return cluster[known], sent[known], received[known]

    def strongest(self, zones: Iterable[int], among=None, without: int = NONE) -> int:
        """Return the cluster of greatest cohesion with zones that are in none, or -1.

        Of several, it is that with most residents, then the first.
        """
        cluster, sent, received = self.tied(zones)
        tie = cohesion(
            sent,
            received,
            self.table.residents[zones].sum(),
            self.table.jobs[zones].sum(),
            self.live[cluster],
            self.work[cluster],
        )
        tie[cluster == without] = 0
        if among is not None:
            tie[~np.isin(cluster, among)] = 0
        if not (tie > 0).any():
            return NONE
        best = cluster[tie == tie.max()]
        return int(best[self.live[best].argmax()])

    def _add(self, zones: Iterable[int], cluster: int, sign: int) -> None:
        tied, sent, received = self.tied(zones)
        there, flow = _entries(self.out, zones)
        inner = flow[np.isin(there, zones)].sum()
        self.live[cluster] += sign * self.table.residents[zones].sum()
        self.work[cluster] += sign * self.table.jobs[zones].sum()
        self.within[cluster] += sign * ((sent + received)[tied == cluster].sum() + inner)


def _entries(flows: csr_array, zones: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
    """Return the columns and values of some rows."""
    spans = [slice(flows.indptr[zone], flows.indptr[zone + 1]) for zone in zones]
    return (
        np.concatenate([flows.indices[span] for span in spans]),
        np.concatenate([flows.data[span] for span in spans]),
    )
