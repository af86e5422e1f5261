"""Who runs the work: `task(shard) -> file`, pure, written aside and renamed. Only this folder knows how."""

from muster.engines.local import Lost, Task, run

__all__ = ["Lost", "Task", "run"]
