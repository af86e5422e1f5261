"""Who runs the work: `task(shard) -> file`, pure, written aside and renamed. Only this folder knows how.

Two seams, and no more: `run` a sequence of tasks, and `tables`, SQL over named tables. docs/scale.md is its page.
"""

from muster.engines.base import Engine, Lost, Stepwise, Task, Untold
from muster.engines.choose import engine
from muster.engines.local import Here, Local

__all__ = ["Engine", "Here", "Local", "Lost", "Stepwise", "Task", "Untold", "engine"]
