"""How many, of what, where, when, and how sure: counts with intervals and the coverage that they speak for."""

from muster.estimate.counts import Estimator
from muster.estimate.coverage import coverage
from muster.estimate.daily import item_days
from muster.estimate.error import Confusion
from muster.estimate.measures import MEASURES
from muster.estimate.scope import GROUPS, Scope

__all__ = ["GROUPS", "MEASURES", "Confusion", "Estimator", "Scope", "coverage", "item_days"]
