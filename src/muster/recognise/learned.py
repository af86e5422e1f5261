"""The learned part at run time: one matrix product, a softmax, and the table for listings without any evidence."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from muster.errors import RecogniseError
from muster.model import KINDS
from muster.recognise.features import RULES, SIZE

MODEL = Path(__file__).resolve().parent / "model.npz"
"""Written by `python bench/recogniser.py --write`."""

DOUBT = 0.3
"""Share of each listing's weight with which it is fitted, and judged, without the rule's answer. The rules were written
with most labelled listings in sight and are right on nearly all of them; on others they are right on five in six.
Fitted on their answers as they are, the learned part would believe them too much. Chosen among 0, 0.15, 0.3, 0.5 by
log-loss on titles worded for each kind."""


@dataclass(frozen=True, slots=True)
class Learned:
    """A fitted model.

    weights: SIZE × kinds; bias: kinds; without: the probability of each kind where a listing shows no evidence,
        counted on the labelled data. digest: SHA-256 of the file.
    """

    weights: NDArray[np.float32]
    bias: NDArray[np.float32]
    without: NDArray[np.float32]
    digest: str

    def probabilities(self, rows: Sequence[dict[int, float]]) -> NDArray[np.float64]:
        """Return rows × kinds, each row summing to one; kinds in the order of `KINDS`."""
        lengths = [len(row) for row in rows]
        index = np.fromiter(chain.from_iterable(rows), np.int64, sum(lengths))
        value = np.fromiter(chain.from_iterable(row.values() for row in rows), np.float64, len(index))
        starts = np.cumsum([0, *lengths[:-1]])
        # Summed feature by feature in each row's own order, so that a row's answer does not depend on its batch.
        scores: NDArray[np.float64] = np.add.reduceat(self.weights[index] * value[:, None], starts, axis=0)
        bias = self.bias.astype(np.float64)
        ruled = np.where(index[starts] < RULES, value[starts], 0.0)[:, None] * self.weights[index[starts]]
        return (1 - DOUBT) * softmax(scores + bias) + DOUBT * softmax(scores - ruled + bias)


def softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return probabilities of scores, row by row.

    >>> softmax(np.zeros((1, 4))).tolist()
    [[0.25, 0.25, 0.25, 0.25]]
    """
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
    return result


def pack(weights: NDArray[np.float64], bias: NDArray[np.float64], without: NDArray[np.float64]) -> bytes:
    """Return the bytes of a model file; equal numbers give equal bytes."""
    file = io.BytesIO()
    np.savez(file, weights=weights.astype(np.float16), bias=bias.astype(np.float32), without=without.astype(np.float32))
    return file.getvalue()


def pack_learned(learned: Learned) -> bytes:
    """Return the bytes of a fitted model's file: `unpack` of them gives the model with its digest."""
    return pack(learned.weights.astype(np.float64), learned.bias.astype(np.float64), learned.without.astype(np.float64))


def unpack(data: bytes) -> Learned:
    """Return the model of a model file; raises `RecogniseError` where its shape is not that of this version."""
    with np.load(io.BytesIO(data), allow_pickle=False) as held:
        weights = held["weights"].astype(np.float32)
        bias, without = held["bias"], held["without"]
    if weights.shape != (SIZE, len(KINDS)) or bias.shape != (len(KINDS),) or without.shape != (len(KINDS),):
        raise RecogniseError(
            "the model file is of another version",
            found=weights.shape,
            do="build it again: python bench/recogniser.py --write",
        )
    return Learned(weights, bias, without, hashlib.sha256(data).hexdigest())
