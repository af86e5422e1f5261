"""Spark: many machines, or several processes of this one. The extra `muster[spark]` brings it; it needs Java 17.

A task runs in a child process of the executor's Python worker, so a page that kills it costs that page and no job. A
worker that is killed itself is Spark's to replace: its tasks run again elsewhere, and write the same folders.
"""

from __future__ import annotations

import atexit
import os
import pickle
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from muster.engines.base import Lost, Task
from muster.engines.careful import careful
from muster.engines.child import Child, Died
from muster.engines.dialect import spark_sql
from muster.errors import EngineError
from muster.schema import TABLES
from muster.store import BODY_SQL, Database, FileSet, refused

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

Result = TypeVar("Result")

LOOK_EVERY = 0.2
"""Seconds between two looks at how far Spark is."""

USUAL = {
    "spark.app.name": "muster",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "16",
    "spark.python.worker.reuse": "true",
    "spark.task.maxFailures": "8",
}
"""What holds unless the case file says otherwise."""

FIXED = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.execution.arrow.pyspark.enabled": "true",
}
"""Whatever anybody's Spark configuration says, these hold: results depend on them."""

NEAR = ("local", "local-cluster")
"""Masters whose workers live on this machine, use this interpreter, and need no other address."""


class Spark:
    """Tasks and statements on a Spark cluster.

    master: as Spark writes it: `local[2,8]`, `local-cluster[2,1,1024]`, `spark://host:7077`, `yarn`, `k8s://…`.
    settings: Spark's own, `spark.executor.memory` and the like.
    Raises `EngineError` where Spark or Java is not there or the cluster does not answer.
    """

    name = "spark"

    def __init__(self, master: str, settings: Mapping[str, str] | None = None) -> None:
        self.master = master
        self._settings = dict(settings or {})
        self._session: SparkSession | None = None

    def run(
        self, tasks: Sequence[Task[Result]], done: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Task[Result], Result | Lost]]:
        """Run every task in a child process of a worker; yields when all are finished."""
        if not tasks:
            return
        context = self.session.sparkContext
        numbered = [(n, pickle.dumps(task)) for n, task in enumerate(tasks)]
        work = context.parallelize(numbered, len(numbered)).mapPartitions(_shielded)
        for n, fine, data in self._watch(work.collect, len(tasks), done):
            value = pickle.loads(data)
            if not fine:
                raise value
            yield tasks[n], value

    @contextmanager
    def tables(self, files: FileSet) -> Iterator[Database]:
        """Open named tables; the files must lie where every worker finds them under the same path."""
        session = self.session.newSession()
        for name, value in FIXED.items():
            session.conf.set(name, value)
        yield SparkTables(session, files)

    def close(self) -> None:
        """Stop Spark."""
        if self._session is not None:
            self._session.stop()
            self._session = None

    @property
    def session(self) -> SparkSession:
        """The session, started when it is first asked for."""
        if self._session is None:
            self._session = _start(self.master, self._settings)
        return self._session

    def _watch(self, collect: Callable[[], list[Any]], total: int, done: Callable[[], None]) -> list[Any]:
        """Collect in a thread, and tell `done` once for each task as Spark finishes them."""
        found: list[Any] = []
        raised: list[BaseException] = []
        before = set(self._stages())

        def call() -> None:
            try:
                found.extend(collect())
            except Exception as error:  # noqa: BLE001 - raised again below, in the thread that asked
                raised.append(error)

        thread = threading.Thread(target=call, daemon=True)
        thread.start()
        told = 0
        while thread.is_alive():
            thread.join(LOOK_EVERY)
            tracker = self.session.sparkContext.statusTracker()
            infos = [tracker.getStageInfo(stage) for stage in self._stages() if stage not in before]
            finished = min(total, sum(info.numCompletedTasks for info in infos if info is not None))
            told = _tell(told, finished, done)
        if raised:
            raise EngineError(
                "Spark gave up", where=self.master, found=_reason(raised[0]),
                do="the cluster's log says why; what was derived is kept, and the same command goes on",
            ) from raised[0]  # fmt: skip
        _tell(told, total, done)
        return found

    def _stages(self) -> list[int]:
        return list(self.session.sparkContext.statusTracker().getActiveStageIds())


class SparkTables(Database):
    """The tables as Spark sees them; a statement is given in DuckDB's SQL."""

    def __init__(self, session: SparkSession, files: FileSet) -> None:
        from pyspark.sql.pandas.types import from_arrow_schema

        self._session = session
        for name, table in TABLES.items():
            paths = [str(path) for path in files.get(name, ())]
            schema = from_arrow_schema(table.arrow)
            read = session.read.schema(schema).parquet(*paths) if paths else session.createDataFrame([], schema)
            read.createOrReplaceTempView("body_part" if name == "body" else name)
        session.sql(spark_sql(BODY_SQL)).createOrReplaceTempView("body")

    def close(self) -> None:
        """Nothing is held that is not the engine's."""

    def table(self, sql: str, values: Sequence[object] | dict[str, object] = ()) -> pa.Table:
        """Run one statement and return an Arrow table; raises `QueryError` with the statement on failure."""
        from pyspark.errors import PySparkException

        if not isinstance(values, dict) and values:
            raise TypeError("statements name their values")
        try:
            return self._session.sql(
                spark_sql(sql), args=dict(values) if isinstance(values, dict) and values else None
            ).toArrow()
        except PySparkException as error:
            raise refused(sql, error) from error


def _start(master: str, settings: Mapping[str, str]) -> SparkSession:
    try:
        import pyspark
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise EngineError(
            "Spark is not installed", where="engine spark", found=str(error), do='pip install "muster[spark]"'
        ) from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master)
    for name, value in {**_near(master, os.path.dirname(pyspark.__file__)), **USUAL, **settings, **FIXED}.items():
        builder = builder.config(name, value)
    try:
        session = builder.getOrCreate()
    except (PySparkException, Py4JError, OSError) as error:
        raise EngineError(
            "Spark does not start", where=master, found=_reason(error),
            do="check that Java 17 or newer is there (java -version), and the master's address",
        ) from error  # fmt: skip
    session.sparkContext.setLogLevel("ERROR")
    return session


def _near(master: str, home: str) -> dict[str, str]:
    """Return settings for a master of which all lives on this machine."""
    if not master.startswith(NEAR):
        return {}
    os.environ.setdefault("SPARK_HOME", home)
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    return {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.executorEnv.PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "spark.executorEnv.SPARK_HOME": home,
    }


def _reason(error: BaseException) -> str:
    """Return what a failure of Spark or of its Java says, in one line: Java's own reason stands in the second."""
    lines = str(error).splitlines() or [type(error).__name__]
    return next((line.strip(": ") for line in lines if line.startswith(":")), lines[0])


def _tell(told: int, finished: int, done: Callable[[], None]) -> int:
    for _ in range(finished - told):
        done()
    return max(told, finished)


_children: list[Child] = []
"""The child of a worker, kept from one partition to the next: a worker is used for many."""


def _shielded(tasks: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bool, bytes]]:
    """Run the tasks of one partition in a child process; what a task raises is a result, too."""
    if not _children:
        _children.append(Child())
        atexit.register(_children[0].close)
    child = _children[0]
    for n, data in tasks:
        task = pickle.loads(data)
        try:
            yield n, True, pickle.dumps(_once_or_carefully(task, child))
        except Exception as error:  # noqa: BLE001 - raised again where the tasks were given
            yield n, False, pickle.dumps(error)


def _once_or_carefully(task: Task[Result], child: Child) -> Result | Lost:
    try:
        return child.call(task)  # type: ignore[no-any-return]
    except Died:
        return careful(task, child.call)
