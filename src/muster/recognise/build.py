"""Fit the learned part from labelled listings and the catalogue. Needs scikit-learn; run time does not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits

from muster.catalogue import load
from muster.model import KINDS, WEAPON_KINDS, Kind
from muster.recognise.features import SIZE, row, without_rule
from muster.recognise.labels import Labelled
from muster.recognise.learned import DOUBT, Learned, pack, softmax, unpack
from muster.recognise.recogniser import Case, Listing, Recogniser, with_model

STRENGTH = 3.0
"""Inverse of the regularisation, chosen by log-loss on the titles worded for each kind among 3, 10, 30."""
FOLDS = 5
CATALOGUE_WEIGHT = 0.5
"""Weight of a title made from the catalogue, or worded for a kind, beside a labelled one: it teaches rare kinds."""
PER_KIND = 40
"""Titles made from the catalogue for each kind."""
TEMPERATURES = tuple(round(0.5 + step / 20, 2) for step in range(91))
_MADE_WITH: dict[Kind, tuple[str, ...]] = {
    "ammunition": ("ammo for", "bullets for"),
    "component": ("silencer for", "magazine for"),
    "guide": ("ebook", "blueprint"),
}  # fmt: skip
_SENSE_OF: dict[Kind, str] = {"blade_impact": "blade", "placeholder": "custom"}


def empty() -> Recogniser:
    """Return a recogniser without a learned part, which reads and judges by rule."""
    zeros = np.zeros((SIZE, len(KINDS)))
    return with_model(unpack(pack(zeros, zeros[0], np.full(len(KINDS), 1 / len(KINDS)))))


def fit(
    labelled: Sequence[Labelled],
    shares: Mapping[str, float] | None = None,
    worded: Sequence[Labelled] = (),
    left_out: NDArray[np.bool_] | None = None,
) -> Learned:
    """Fit the learned part; the same listings give the same bytes.

    Each listing stands in once with its category and once without, so that a market without categories is read too,
    and each of these with the rule's answer and, for a share of its weight, without it.
    Probabilities are tempered on folds by seller, so that they hold for sellers who were not fitted on, at the share of
    each listing in its market, and with the rules doubted as in fitting.
    shares: for each id, how many rows of the market a labelled listing stands for; it weighs the listings without
        evidence, of which the labelled ones are no fair sample. 1 for all where None.
    worded: titles worded for each kind, fitted on beside those made from the catalogue.
    left_out: (SIZE,) features that the model does without, to measure what they add.
    """
    reader = empty()
    cases = [reader.case(one.listing) for one in labelled]
    known = [n for n, case in enumerate(cases) if case.evidence]
    made = _made(worded)
    with threadpool_limits(1):  # the matrices are small: more threads take twenty times as long
        weights, bias = _fit([cases[n] for n in known], [labelled[n].kinds[0] for n in known], made, left_out)
        asked = [labelled[n] for n in known]
        temperature = _temperature([cases[n] for n in known], asked, made, left_out, shares or {})
    without = _without([one for one, case in zip(labelled, cases, strict=True) if not case.evidence], shares or {})
    return unpack(pack(weights / temperature, bias / temperature, without))


def _made(worded: Sequence[Labelled]) -> list[tuple[Case, Kind]]:
    reader = empty()
    made = [(Listing("", title), kind) for title, kind in _made_titles()]
    made += [(one.listing, one.kinds[0]) for one in worded]
    return [(reader.case(listing), kind) for listing, kind in made]


def _fit(
    cases: Sequence[Case],
    kinds: Sequence[Kind],
    made: Sequence[tuple[Case, Kind]],
    left_out: NDArray[np.bool_] | None,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rows, labels, weights = [], [], []
    for case, category, kind, weight in (
        *((case, case.listing.category, kind, 0.5) for case, kind in zip(cases, kinds, strict=True)),
        *((case, "", kind, 0.5) for case, kind in zip(cases, kinds, strict=True)),
        *((case, "", kind, CATALOGUE_WEIGHT) for case, kind in made),
    ):
        whole = row(case.facts, case.rule, category)
        if left_out is not None:
            whole = {index: value for index, value in whole.items() if not left_out[index]}
        rows += [whole, without_rule(whole)]
        labels += [KINDS.index(kind)] * 2
        weights += [weight * (1 - DOUBT), weight * DOUBT]
    model = LogisticRegression(C=STRENGTH, max_iter=3000, tol=1e-5, random_state=0)
    model.fit(_matrix(rows), np.array(labels), sample_weight=np.array(weights))
    fitted = np.zeros((SIZE, len(KINDS)))
    fitted[:, model.classes_] = model.coef_.T
    bias = np.zeros(len(KINDS))
    bias[model.classes_] = model.intercept_
    return fitted, bias


def _matrix(rows: Sequence[dict[int, float]]) -> csr_matrix:
    at = np.cumsum([0, *(len(one) for one in rows)])
    columns = np.array([index for one in rows for index in one], dtype=np.int64)
    values = np.array([value for one in rows for value in one.values()])
    return csr_matrix((values, columns, at), shape=(len(rows), SIZE))


def _temperature(
    cases: Sequence[Case],
    labelled: Sequence[Labelled],
    made: Sequence[tuple[Case, Kind]],
    left_out: NDArray[np.bool_] | None,
    shares: Mapping[str, float],
) -> float:
    """Return the temperature with the least log-loss on sellers that were not fitted on.

    The rules have seen those sellers even so: for a share of its weight each listing is judged as if no rule answered.
    """
    scores = np.zeros((2, len(cases), len(KINDS)))
    vendors = [one.vendor for one in labelled]
    folds = GroupKFold(n_splits=min(FOLDS, len(set(vendors))))
    for train, test in folds.split(cases, groups=vendors):
        weights, bias = _fit([cases[n] for n in train], [labelled[n].kinds[0] for n in train], made, left_out)
        rows = [row(cases[n].facts, cases[n].rule, cases[n].listing.category) for n in test]
        scores[0, test] = _matrix(rows) @ weights + bias
        scores[1, test] = _matrix([without_rule(one) for one in rows]) @ weights + bias
    weight = np.array([shares.get(one.listing.id, 1.0) for one in labelled])
    return _least_loss(scores, [one.kinds[0] for one in labelled], weight)


def _least_loss(scores: NDArray[np.float64], kinds: Sequence[Kind], weight: NDArray[np.float64]) -> float:
    truth = np.array([KINDS.index(kind) for kind in kinds])

    def loss(temperature: float) -> float:
        with_rule, without = (softmax(one / temperature)[np.arange(len(truth)), truth] for one in scores)
        held = (1 - DOUBT) * with_rule + DOUBT * without
        return float(np.average(-np.log(np.maximum(held, 1e-12)), weights=weight))

    return min(TEMPERATURES, key=loss)


def _without(labelled: Sequence[Labelled], shares: Mapping[str, float]) -> NDArray[np.float64]:
    """Return each kind's share of the listings without evidence; all kinds together get one listing more."""
    counts = np.zeros(len(KINDS))
    for one in labelled:
        counts[KINDS.index(one.kinds[0])] += shares.get(one.listing.id, 1.0)
    counts += 1 / len(KINDS)
    result: NDArray[np.float64] = counts / counts.sum()
    return result


def _made_titles() -> list[tuple[str, Kind]]:
    """Return titles made from the catalogue, for every kind the same number, chosen by digest."""
    catalogue = load()
    words = {sense.sense: sense.words for sense in catalogue.senses}
    found: list[tuple[str, Kind]] = []
    for kind in KINDS:
        if kind in _MADE_WITH:
            guns = [f"{m.make} {m.model}" for m in catalogue.models if m.kind in WEAPON_KINDS[:3] and m.make]
            titles = [f"{word} {gun}" for gun in guns for word in _MADE_WITH[kind]]
        elif kind == "not_weapon":
            titles = [name for sense in catalogue.lookalikes for name in sense.names]
        else:
            titles = [f"{model.make} {model.model}" for model in catalogue.models if model.kind == kind and model.alone]
            titles = titles or list(words[_SENSE_OF.get(kind, kind)])
        titles.sort(key=lambda title: hashlib.sha256(title.encode()).hexdigest())
        found.extend((title.strip(), kind) for title in titles[:PER_KIND])
    return found
