"""Weights learnt from pairs that the national ID labels, with the ID hidden.

The ladder of models: learnt from ID-labelled pairs; the model of the state; where no list shows a household,
expectation–maximisation; the shipped prior.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.link import expectation
from pipeline.link.codes import Codes, by_appearance, is_any_of
from pipeline.link.comparison import BITS, Comparison, Comparisons
from pipeline.link.encode import Coded
from pipeline.link.grade import Graded
from pipeline.link.isotonic import non_decreasing
from pipeline.link.ladder import CONFLICTS_OF_TWO_PERSONS, conflicts
from pipeline.link.model import MILLIBIT, Measure, Model, Note, fits, prior_model, weight_at

Floats = npt.NDArray[np.float64]
TRAIN, HELD_OUT, NO_SPLIT = 0, 1, -1
_HELD_OUT_OF = 4
# Fewer labels than this say less than the prior does.
_MIN_LABELS = 200
_MAX_TRAINING_PAIRS = 100_000
_MIN_LEVEL_PAIRS = 12
# Fields that lists lack together; each mask takes a twentieth of the weight.
_MASKS = (
    ("surname",),
    ("birth",),
    ("sex", "title"),
    ("title",),
    ("place", "village", "relationship"),
    ("village", "relationship"),
    ("birth", "place", "village", "relationship"),
    ("birth", "sex", "title"),
)
_MASKED_OF = 20
_MIN_HELD_OUT = 50
_MIN_HELD_OUT_PRECISION = 0.97
_MIN_HELD_OUT_RECALL = 0.5
# Published limits (docs/linkage.md): below them the model of the state is learnt anew, or the one just learnt refused.
MAX_F1_FALL = 0.01
MAX_PRECISION_FALL = 0.002
LINK_PROBABILITY = 0.80
REVIEW_PROBABILITY = 0.10


@dataclass(frozen=True, slots=True)
class Labelled:
    """Labelled patterns: levels (a row a pattern, a column a comparison), label and number of pairs."""

    levels: npt.NDArray[np.int64]
    is_match: npt.NDArray[np.bool_]
    pairs: Codes

    def count(self, is_match: bool) -> int:
        """Pairs with this label."""
        return int(self.pairs[self.is_match == is_match].sum())


@dataclass(frozen=True, slots=True)
class Compared:
    """The patterns of all pairs that rules without the ID put together.

    Attributes:
        levels: A row a pattern.
        pairs: Number of pairs of each.
        smallest_list: Records of the smallest list where every list holds each person once; else 0.
    """

    levels: npt.NDArray[np.int64]
    pairs: Codes
    smallest_list: int


def all_patterns(graded: Graded, comparisons: Comparisons, *, smallest_list: int) -> Compared:
    """Every pattern with its number of pairs."""
    at = graded.pattern_at[graded.is_free]
    return Compared(comparisons.unpack(graded.patterns), np.bincount(at, minlength=len(graded.patterns)), smallest_list)


def prepare_learning(normal_record: Path | pa.Table) -> None:
    """Import what :func:`learn` needs, where an ID may label a pair: it takes a second, and most nights learn nothing.

    Args:
        normal_record: The records to link, as a file or a table.
    """
    name = "national_id_status"
    records = normal_record if isinstance(normal_record, pa.Table) else pq.read_table(normal_record, columns=[name])
    if is_any_of(records[name], ("valid",)).any():
        import_module("recordlinkage")


def splits(coded: Coded) -> npt.NDArray[np.int8]:
    """Split of each record with a valid, trusted ID: 0 to learn, 1 held out, by person, not by pair; -1 without."""
    ids = coded.columns["national_id"]
    trusted = np.flatnonzero(coded.is_person() & (coded.columns["is_id_valid"] == 1))
    split = np.full(coded.count, NO_SPLIT, dtype=np.int8)
    is_held_out = _spread(coded.id_numbers[ids[trusted]]) % _HELD_OUT_OF == 0
    split[trusted] = np.where(is_held_out, HELD_OUT, TRAIN)
    return split


@dataclass(frozen=True, slots=True)
class LabelledPairs:
    """Pairs whose truth their IDs tell, put together by a rule that does not look at the ID.

    Attributes:
        row: Their rows among the graded pairs.
        is_match: One valid ID on both sides; else two clearly different ones.
        split: TRAIN or HELD_OUT; both records belong to one, which is a split of persons.
    """

    row: Codes
    is_match: npt.NDArray[np.bool_]
    split: npt.NDArray[np.int8]


def find_labelled(graded: Graded, split: npt.NDArray[np.int8], comparisons: Comparisons) -> LabelledPairs:
    """The labelled pairs among those compared."""
    levels = comparisons.unpack(graded.patterns)
    identity = levels[:, comparisons.position("id")]
    numbers = {code: comparisons.items[comparisons.position("id")].level(code) for code in ("two_valid", "same_valid")}
    is_same = identity == numbers["same_valid"]
    # One ID under two people labels nothing: a mother's typed for her child's.
    is_trusted = ~(is_same & (conflicts(comparisons, levels) >= CONFLICTS_OF_TWO_PERSONS))
    tells = (is_same | (identity == numbers["two_valid"])) & is_trusted
    rows = np.flatnonzero(graded.is_free & np.take(tells, graded.pattern_at))
    left, right = np.take(split, graded.a[rows]), np.take(split, graded.b[rows])
    together = (left == right) & (left != NO_SPLIT)
    rows = rows[together]
    return LabelledPairs(rows, np.take(is_same, graded.pattern_at[rows]), left[together])


def labelled_patterns(graded: Graded, pairs: LabelledPairs, comparisons: Comparisons) -> dict[int, Labelled]:
    """Labelled patterns of the training split and of the held-out split, with the ID hidden."""
    hidden = graded.patterns & ~np.int64((1 << BITS) - 1)
    found: dict[int, Labelled] = {}
    for split in (TRAIN, HELD_OUT):
        of_split = pairs.split == split
        keys = hidden[graded.pattern_at[pairs.row[of_split]]] | pairs.is_match[of_split]
        at, distinct = by_appearance(keys)
        order = np.argsort(distinct)
        distinct, counts = distinct[order], np.bincount(at, minlength=len(order))[order]
        is_match = (distinct & 1).astype(bool)
        found[split] = Labelled(comparisons.unpack(distinct - is_match), is_match, counts.astype(np.int64))
    return found


def choose_model(
    comparisons: Comparisons,
    labelled: dict[int, Labelled],
    previous: Model | None,
    *,
    retrain: bool,
    compared: Compared | None = None,
) -> Model:
    """The best model that can be had; ``source`` says which one it is.

    Args:
        comparisons: The comparisons.
        labelled: Labelled patterns of each split.
        previous: The model of the state.
        retrain: Whether to learn anew although there is one.
        compared: All patterns, for expectation–maximisation where nothing is labelled and no household shows.
    """
    state = None
    if previous is not None and fits(previous, comparisons):
        state = measured(replace(previous, source="state", note=""), comparisons, labelled[HELD_OUT])
    has_fallen = state is not None and _has_fallen(state)
    if state is not None and not retrain and not has_fallen:
        return state
    note: Note = "too_few_labels"
    train = labelled[TRAIN]
    if min(train.count(True), train.count(False)) >= _MIN_LABELS:
        learnt = calibrated(learn(comparisons, train), comparisons, labelled[HELD_OUT])
        note = _refusal(learnt, state, comparisons)
        if not note:
            return replace(learnt, note="learnt_anew_after_fall" if has_fallen else "")
    if state is not None:
        return replace(state, note=note)
    return replace(_without_labels(comparisons, labelled[HELD_OUT], compared), note=note)


def _refusal(learnt: Model, state: Model | None, comparisons: Comparisons) -> Note:
    """Why a model that was just learnt is not used; empty where nothing speaks against it."""
    if not fits(learnt, comparisons):
        return "refused_not_monotone"
    held_out = learnt.held_out
    before = state.held_out.precision if state and _is_measured(state.held_out) else None
    is_worse = before is not None and (held_out.precision or 0.0) < before - MAX_PRECISION_FALL
    return "refused_not_precise" if is_worse or not _is_good(held_out) else ""


def _has_fallen(state: Model) -> bool:
    """Whether the model of the state does so much worse tonight than when it was learnt that it is learnt anew."""
    if state.learnt_f1 is None or not _is_measured(state.held_out):
        return False
    return (state.held_out.f1 or 0.0) < state.learnt_f1 - MAX_F1_FALL


def _is_measured(measure: Measure) -> bool:
    return min(measure.matches, measure.non_matches) >= _MIN_HELD_OUT


def _without_labels(comparisons: Comparisons, held_out: Labelled, compared: Compared | None) -> Model:
    """Expectation–maximisation where no list shows a household, else the shipped prior."""
    prior = prior_model(comparisons)
    unlabelled = None
    if compared is not None and not expectation.shows_households(comparisons, compared.levels, compared.pairs):
        unlabelled = expectation.fit(
            comparisons, compared.levels, compared.pairs, prior, smallest_list=compared.smallest_list
        )
    if unlabelled is not None:
        unlabelled = measured(unlabelled, comparisons, held_out)
        if _is_good(unlabelled.held_out):
            return unlabelled
    return measured(prior, comparisons, held_out)


def _is_good(measure: Measure) -> bool:
    """Whether a model did well enough on held-out pairs to be used; too few of them tell nothing against it."""
    if not _is_measured(measure):
        return True
    precision, recall = measure.precision or 0.0, measure.recall or 0.0
    return precision >= _MIN_HELD_OUT_PRECISION and recall >= _MIN_HELD_OUT_RECALL


def learn(comparisons: Comparisons, labelled: Labelled) -> Model:
    """Fit recordlinkage's logistic regression on labelled pairs and round its weights."""
    learnt = [(i, c) for i, c in enumerate(comparisons.items) if c.is_learnt]
    levels, is_match, weight = _training_rows(comparisons, labelled)
    design = np.concatenate([_steps(c, levels[:, i]) for i, c in learnt], axis=1)
    coefficients, intercept = _fit(design, is_match, weight)
    bits = coefficients / np.log(2) * MILLIBIT
    weights = {c.code: [level.prior_weight for level in c.levels] for c in comparisons.items}
    at = 0
    for i, comparison in learnt:
        steps = bits[at : at + len(comparison.levels) - 1]
        at += len(steps)
        weights[comparison.code] = _level_weights(comparison, steps, labelled, i)
    return Model("learnt", round(intercept / np.log(2) * MILLIBIT), weights)


def _fit(design: Floats, is_match: npt.NDArray[np.bool_], weight: Floats) -> tuple[Floats, float]:
    # Imported here: most nights do not learn (prepare_learning).
    import recordlinkage
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    # One thread: sums in another order give other last digits (linkage page, finding 9).
    with threadpool_limits(limits=1):
        classifier: Any = recordlinkage.LogisticRegressionClassifier(C=1.0, max_iter=300, tol=1e-5)
        # One row a pattern with its number of pairs: the classifier's own fit takes no weights, its kernel does.
        classifier.kernel.fit(design, is_match, sample_weight=weight)
    return np.asarray(classifier.coefficients, dtype=np.float64).ravel(), float(np.ravel(classifier.intercept)[0])


def _training_rows(comparisons: Comparisons, labelled: Labelled) -> tuple[Codes, npt.NDArray[np.bool_], Floats]:
    """Patterns, label and weight: as they are, and for a small part of their weight with fields masked.

    Lists without IDs often lack other fields too, and lists with IDs hardly ever do: unless it sees pairs that lack a
    field, the model cannot know what the rest is worth without it.
    """
    scale = min(1.0, _MAX_TRAINING_PAIRS / int(labelled.pairs.sum()))
    parts = [(labelled.levels, labelled.pairs * scale)]
    for mask in _MASKS:
        masked = labelled.levels.copy()
        masked[:, [comparisons.position(code) for code in mask]] = 0
        parts.append((masked, labelled.pairs * scale / _MASKED_OF))
    # Masking makes many patterns alike: each is fitted once, with the weight of all.
    levels = np.concatenate([levels for levels, _ in parts])
    keys = (comparisons.pack(levels) << 1) | np.tile(labelled.is_match, len(parts))
    distinct, at = np.unique(keys, return_inverse=True)
    weight = np.bincount(at, weights=np.concatenate([weight for _, weight in parts]))
    return comparisons.unpack(distinct >> 1), np.asarray(distinct & 1, dtype=bool), weight.astype(np.float64)


def _steps(comparison: Comparison, levels: Codes) -> Floats:
    """Columns for levels 1, 2, …: 'at least this level' where monotone, else 'this level'."""
    numbers = np.arange(1, len(comparison.levels))
    steps = levels[:, None] >= numbers[None, :] if comparison.is_monotone else levels[:, None] == numbers[None, :]
    return steps.astype(np.float64)


def _level_weights(comparison: Comparison, steps: Floats, labelled: Labelled, position: int) -> list[int]:
    raw = np.cumsum(steps) if comparison.is_monotone else steps
    seen = np.bincount(labelled.levels[:, position], weights=labelled.pairs, minlength=len(comparison.levels))[1:]
    prior = np.array([level.prior_weight for level in comparison.levels[1:]], dtype=np.float64)
    enough = seen >= _MIN_LEVEL_PAIRS
    # A level hardly seen: the prior, drawn to what its neighbours learnt.
    values = np.where(enough, raw, np.nan)
    for i in np.flatnonzero(~enough):
        known = np.flatnonzero(enough)
        nearest = known[np.argmin(np.abs(known - i))] if len(known) else i
        base = raw[nearest] - prior[nearest] if len(known) else 0.0
        values[i] = prior[i] + base
    if comparison.is_monotone:
        values = non_decreasing(values, np.maximum(seen, 1.0))
    return [0, *(int(v) for v in np.round(values))]


def calibrated(model: Model, comparisons: Comparisons, held_out: Labelled) -> Model:
    """Platt scaling on held-out pairs (Platt 1999, with his smoothed targets), thresholds, and held-out quality."""
    positives, negatives = held_out.count(True), held_out.count(False)
    if min(positives, negatives) >= _MIN_HELD_OUT:
        weight = model.score(comparisons, held_out.levels, hide_id=True) / MILLIBIT
        target = np.where(held_out.is_match, (positives + 1) / (positives + 2), 1 / (negatives + 2))
        slope, intercept = _platt(weight, target, held_out.pairs.astype(np.float64), model.slope)
        model = replace(model, slope=round(slope, 6), intercept=round(intercept, 6))
    model = model.with_thresholds(weight_at(model, LINK_PROBABILITY), weight_at(model, REVIEW_PROBABILITY))
    model = measured(model, comparisons, held_out)
    return replace(model, learnt_f1=model.held_out.f1)


def _platt(weight: Floats, target: Floats, count: Floats, start: float) -> tuple[float, float]:
    slope, intercept = start, 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(slope * weight + intercept, -40, 40)))
        error, spread = count * (p - target), count * p * (1 - p) + 1e-12
        gradient = np.array([np.sum(error * weight), np.sum(error)])
        hessian = np.array(
            [
                [np.sum(spread * weight**2) + 1e-6, np.sum(spread * weight)],
                [np.sum(spread * weight), np.sum(spread) + 1e-6],
            ]
        )
        step = np.linalg.solve(hessian, gradient)
        step = step / max(1.0, float(np.abs(step).max()))
        slope, intercept = slope - float(step[0]), intercept - float(step[1])
        if np.abs(step).max() < 1e-9:
            break
    return max(slope, 0.05), intercept


def measured(model: Model, comparisons: Comparisons, held_out: Labelled) -> Model:
    """The model with its quality at its own threshold on held-out pairs."""
    positives, negatives = held_out.count(True), held_out.count(False)
    if positives == 0 or negatives == 0:
        return replace(model, held_out=Measure(positives, negatives))
    linked = model.score(comparisons, held_out.levels, hide_id=True) >= model.link_weight
    true = int(held_out.pairs[linked & held_out.is_match].sum())
    false = int(held_out.pairs[linked & ~held_out.is_match].sum())
    precision = true / (true + false) if true + false else None
    recall = true / positives
    f1 = 2 * true / (true + false + positives)
    return replace(model, held_out=Measure(positives, negatives, _rounded(precision), _rounded(recall), _rounded(f1)))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)


def _spread(numbers: Codes) -> Codes:
    """A hash of the number, so that neighbouring IDs (brothers and sisters) fall apart at random but always alike."""
    key = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((key ^ (key >> np.uint64(32))) >> np.uint64(7)).astype(np.int64)
