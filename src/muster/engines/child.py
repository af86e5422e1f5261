"""A process that runs one task after the other, and whose death is told from a task's fault.

A task that kills its process (a fault in a compiled parser, memory that ran out) costs this process only. The parent
speaks to it through two pipes; when the parent is gone the pipe ends, and so does the child, at once.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
import traceback
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any

from muster.engines.base import Untold

_START = "from muster.engines.child import serve; serve()"


class Died(Exception):
    """The process died while it ran a task."""


class Child:
    """One process for one task at a time; it is started with the first task, and again after a death."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def call(self, task: object) -> Any:
        """Run a task there and return its result; raises what the task raised, or `Died`."""
        process = self._running()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _send(process.stdin, pickle.dumps(task))
            fine, value = pickle.loads(_receive(process.stdout))
        except (BrokenPipeError, EOFError) as error:
            self._end()
            raise Died(f"exit code {process.returncode}") from error
        if fine:
            return value
        raise value

    def kill(self) -> None:
        """End the process at once, whatever it does; a call that waits for it raises `Died`."""
        if self._process is not None:
            self._process.kill()

    def close(self) -> None:
        """End the process when it has nothing to do."""
        self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment
            )
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            assert process.stdout is not None
            assert process.stdin is not None
            with suppress(BrokenPipeError):  # it died before it read all that was sent
                process.stdin.close()
            process.wait()
            process.stdout.close()


def serve() -> None:
    """Run the tasks that come in until no more can come: the whole life of a child."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not end up between two answers
    tasks: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, tasks), daemon=True).start()
    while True:
        answer = _answer(tasks.get())
        try:
            _send(outgoing, answer)
        except BrokenPipeError:
            os._exit(0)  # the parent is gone: nobody waits, and closing the pipe would fail again


def _listen(incoming: IO[bytes], tasks: SimpleQueue[bytes]) -> None:
    """Pass tasks on, and end the process with the parent, even in the middle of a task: nobody wants its result."""
    while True:
        try:
            tasks.put(_receive(incoming))
        except EOFError:
            os._exit(0)


def _answer(data: bytes) -> bytes:
    try:
        return pickle.dumps((True, pickle.loads(data)()))
    except Exception as error:  # noqa: BLE001 - whatever a task raises is raised again where it was asked for
        return _told(error)


def _told(error: Exception) -> bytes:
    text = "".join(traceback.format_exception(error))
    try:
        told = pickle.dumps((False, error))
        pickle.loads(told)  # some exceptions can be sent but not rebuilt
    except Exception:  # noqa: BLE001 - an exception may fail to travel in any way
        return pickle.dumps((False, Untold(text)))
    return told


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8, "big") + data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    size = int.from_bytes(_exactly(pipe, 8), "big")
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
