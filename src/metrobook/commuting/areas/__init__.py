"""Areas: functional urban areas and labour market areas, delineated from commuting flows."""

from metrobook.commuting.areas.functional import delineate_fua, threshold_sensitivity
from metrobook.commuting.areas.labour import delineate_lma, validity
from metrobook.commuting.areas.result import Areas

__all__ = ["Areas", "delineate_fua", "delineate_lma", "threshold_sensitivity", "validity"]
