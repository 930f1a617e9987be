"""Result: coefficients of a spatial interaction model, how well it fits, what it predicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.iolib.summary2 import Summary

from metrobook.commuting.interaction import predict


@dataclass(frozen=True, repr=False)
class InteractionResult:
    """A fitted spatial interaction model.

    Attributes
    ----------
    params : pandas.Series
        Coefficients: ``const`` without constraint, covariates by name, ``decay`` (negative when
        flows fall with cost).
    cov, cov_robust : pandas.DataFrame
        Their covariance, from the model (variance equal to the mean) and robust to any variance
        (sandwich HC0, as ``cov_type="HC0"`` of statsmodels).
    n_pairs, n_origins, n_destinations, n_missing : int
        Pairs and zones in the estimate; pairs given without a value, which are not in it.
    deviance, llf, aic : float
        Of the pairs in the estimate; ``aic`` counts the effects of zones as parameters.
    mcfadden_r2, cpc, srmse : float
        McFadden's R² against one mean flow; common part of commuters; standardised root mean
        square error, both over all pairs of the sample.
    fitted : pandas.Series, pandas.DataFrame or numpy.ndarray
        Expected flows of the sample, with the index or in the form of the flows given.
    origin_effects, destination_effects : pandas.Series or None
        In logarithm, where the constraint has them; minus infinity for zones with only zeros. With
        both, those of destinations are relative to the first destination of the part.
    parts : pandas.DataFrame
        ``zone``, ``side``, ``part``: the parts into which a doubly constrained table falls.
    dropped : pandas.DataFrame
        ``origin``, ``destination``, ``reason``: zones, or pairs, with expected flows of 0.
    iterations : int
        Newton steps.
    """

    params: pd.Series
    cov: pd.DataFrame
    cov_robust: pd.DataFrame
    constraint: str
    decay: str
    cost: str | None
    covariates: Mapping[str, str | None]
    n_pairs: int
    n_origins: int
    n_destinations: int
    n_missing: int
    deviance: float
    llf: float
    aic: float
    mcfadden_r2: float
    cpc: float
    srmse: float
    fitted: pd.Series | pd.DataFrame | np.ndarray
    origin_effects: pd.Series | None
    destination_effects: pd.Series | None
    parts: pd.DataFrame
    dropped: pd.DataFrame
    iterations: int

    @property
    def bse(self) -> pd.Series:
        """Standard errors if the variance equals the mean."""
        return _errors(self.cov)

    @property
    def bse_robust(self) -> pd.Series:
        """Standard errors robust to the variance of the flows (HC0)."""
        return _errors(self.cov_robust)

    def conf_int(self, alpha: float = 0.05, *, robust: bool = True) -> pd.DataFrame:
        """Return normal confidence intervals, columns ``lower`` and ``upper``."""
        reach = norm.ppf(1 - alpha / 2) * (self.bse_robust if robust else self.bse)
        return pd.DataFrame({"lower": self.params - reach, "upper": self.params + reach})

    def predict(
        self,
        pairs: pd.DataFrame,
        origin_totals: pd.Series | None = None,
        destination_totals: pd.Series | None = None,
        *,
        cost=None,
    ) -> pd.Series:
        """Return expected flows of pairs, which may be of other zones than those of the fit.

        Totals replace the effects of their side: flows are shared out by the estimated decay so
        that they meet them (Wilson 1971), with both totals by balancing.

        Parameters
        ----------
        pairs : pandas.DataFrame
            ``origin``, ``destination`` and the columns of cost and covariates of the fit.
        origin_totals, destination_totals : pandas.Series, optional
            Persons that leave each origin and reach each destination, indexed by zone. Without
            them, effects of the fit are used where the constraint has them.
        cost : str, pandas.DataFrame or pandas.Series, optional
            As in ``fit``; by default the column named there.

        Returns
        -------
        pandas.Series
            Persons, with the index of ``pairs``.

        Raises
        ------
        ValueError
            If a zone has neither total nor effect, or the totals cannot be met.
        """
        return predict.predict(self, pairs, origin_totals, destination_totals, cost)

    def summary(self) -> Summary:
        """Return coefficients and measures of fit as a text table like those of statsmodels."""
        kind = "unconstrained" if self.constraint == "none" else f"{self.constraint} constrained"
        decay = "no decay" if self.decay == "none" else f"{self.decay} decay"
        table = Summary()
        table.add_title(f"Spatial interaction by Poisson PML: {kind}, {decay}")
        facts = {
            "Pairs:": f"{self.n_pairs:,}",
            "Log-likelihood:": f"{self.llf:.9g}",
            "Origins:": f"{self.n_origins:,}",
            "Deviance:": f"{self.deviance:.9g}",
            "Destinations:": f"{self.n_destinations:,}",
            "AIC:": f"{self.aic:.9g}",
            "Not observed:": f"{self.n_missing:,}",
            "McFadden R²:": f"{self.mcfadden_r2:.4f}",
            "Dropped:": f"{len(self.dropped):,}",
            "Common part (CPC):": f"{self.cpc:.4f}",
            "Newton steps:": f"{self.iterations}",
            "SRMSE:": f"{self.srmse:.4f}",
        }
        table.add_dict(facts)
        z = self.params / self.bse_robust
        interval = self.conf_int()
        table.add_df(
            pd.DataFrame(
                {
                    "Coef.": self.params,
                    "Std.Err.": self.bse,
                    "Robust": self.bse_robust,
                    "z": z,
                    "P>|z|": 2 * norm.sf(np.abs(z)),
                    "[0.025": interval["lower"],
                    "0.975]": interval["upper"],
                }
            )
        )
        table.add_text("z, P and interval from robust standard errors (HC0).")
        for part in range(2, 1 + (self.parts["part"].max() if len(self.parts) else 0)):
            zones = self.parts.loc[self.parts["part"] == part, "zone"].unique()
            table.add_text(f"Part {part}: {', '.join(map(str, zones[:8]))} ({len(zones)} zones)")
        return table

    def __repr__(self) -> str:
        return str(self.summary())


def _errors(cov: pd.DataFrame) -> pd.Series:
    return pd.Series(np.sqrt(np.diag(cov)), cov.index)
