"""Who runs the work: `task(shard) -> file`, pure, written aside and renamed. Only this folder knows how.

Two seams, and no more: `run` a sequence of tasks, and `tables`, SQL over named tables. docs/decisions says why.
"""

from muster.engines.base import Engine, Lost, Stepwise, Task, Untold
from muster.engines.local import Here, Local

__all__ = ["Engine", "Here", "Local", "Lost", "Stepwise", "Task", "Untold"]
