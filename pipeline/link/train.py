"""Weights learnt from pairs that the national ID labels, with the ID hidden.

The ladder of models: learnt from ID-labelled pairs; the model of the state; where no list shows a household,
expectation–maximisation; the shipped prior, eased by safe seeds (seeds.py) where there are enough of them.
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

from pipeline.engine import Engine
from pipeline.link import expectation
from pipeline.link.codes import Codes, at, is_any_of
from pipeline.link.comparison import BITS, Comparison, Comparisons
from pipeline.link.encode import Coded
from pipeline.link.grade import Graded
from pipeline.link.isotonic import non_decreasing
from pipeline.link.ladder import CONFLICTS_OF_TWO_PERSONS, conflicts
from pipeline.link.model import MILLIBIT, Model, Note, fits, prior_model
from pipeline.link.pairing import chunks
from pipeline.link.quality import Labelled, all_labels, calibrated, is_good, is_measured, measured
from pipeline.link.seeds import seeded_model

Floats = npt.NDArray[np.float64]
SPLITS = TRAIN, HELD_OUT = 0, 1
NO_SPLIT = -1
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
# Published limits (docs/linkage.md): below them the model of the state is learnt anew, or the one just learnt refused.
MAX_F1_FALL = 0.01
MAX_PRECISION_FALL = 0.002


@dataclass(frozen=True, slots=True)
class Compared:
    """The patterns of all pairs that rules without the ID put together.

    Attributes:
        levels: A row a pattern.
        pairs: Number of pairs of each.
        records: Number of records.
        smallest_list: Records of the smallest list where every list holds each person once; else 0.
    """

    levels: npt.NDArray[np.int64]
    pairs: Codes
    records: int
    smallest_list: int


def all_patterns(
    engine: Engine, graded: Graded, comparisons: Comparisons, *, records: int, smallest_list: int
) -> Compared:
    """Every pattern with its number of pairs."""

    def counted(some: slice) -> Codes:
        pattern_at = graded.pattern_at[some][graded.is_free[some]]
        return np.asarray(np.bincount(pattern_at, minlength=len(graded.patterns)))

    pairs = np.zeros(len(graded.patterns), dtype=np.int64)
    for part in engine.map_each(chunks(len(graded.a)), counted):
        pairs += part
    return Compared(comparisons.unpack(graded.patterns), pairs, records, smallest_list)


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


def find_labelled(
    engine: Engine, graded: Graded, split: npt.NDArray[np.int8], comparisons: Comparisons
) -> LabelledPairs:
    """The labelled pairs among those compared."""
    levels = comparisons.unpack(graded.patterns)
    identity = levels[:, comparisons.position("id")]
    numbers = {code: comparisons.items[comparisons.position("id")].level(code) for code in ("two_valid", "same_valid")}
    is_same = identity == numbers["same_valid"]
    # One ID under two people labels nothing: a mother's typed for her child's.
    is_trusted = ~(is_same & (conflicts(comparisons, levels) >= CONFLICTS_OF_TWO_PERSONS))
    tells = (is_same | (identity == numbers["two_valid"])) & is_trusted

    def found(some: slice) -> Codes:
        left, right = at(split, graded.a[some]), at(split, graded.b[some])
        is_labelled = (left == right) & (left != NO_SPLIT) & graded.is_free[some]
        is_labelled &= at(tells, graded.pattern_at[some])
        return np.flatnonzero(is_labelled) + np.int64(some.start)

    rows = np.concatenate([np.empty(0, dtype=np.int64), *engine.map_each(chunks(len(graded.a)), found)])
    return LabelledPairs(rows, at(is_same, graded.pattern_at[rows]), at(split, graded.a[rows]))


def labelled_patterns(
    engine: Engine, graded: Graded, pairs: LabelledPairs, comparisons: Comparisons
) -> dict[int, Labelled]:
    """Labelled patterns of the training split and of the held-out split, with the ID hidden."""
    kinds = 2 * len(SPLITS)

    def counted(some: slice) -> Codes:
        kind = pairs.split[some] * np.int32(2) + pairs.is_match[some]
        pattern_at = graded.pattern_at[pairs.row[some]]
        return np.bincount(pattern_at * np.int32(kinds) + kind, minlength=kinds * len(graded.patterns))

    counts = np.zeros(kinds * len(graded.patterns), dtype=np.int64)
    for part in engine.map_each(chunks(len(pairs.row)), counted):
        counts += part
    # Patterns that differ in what the ID says are one with it hidden.
    hidden = graded.patterns & ~np.int64((1 << BITS) - 1)
    found = {}
    for split in SPLITS:
        of_split = counts.reshape(-1, len(SPLITS), 2)[:, split]
        pattern, truth = np.nonzero(of_split)
        keys, key_at = np.unique(hidden[pattern] | truth, return_inverse=True)
        times = np.zeros(len(keys), dtype=np.int64)
        np.add.at(times, key_at, of_split[pattern, truth])
        is_match = (keys & 1).astype(bool)
        found[split] = Labelled(comparisons.unpack(keys - is_match), is_match, times)
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
        goes_on = replace(previous, source="state", note="", origin=previous.origin or previous.source)
        state = measured(goes_on, comparisons, labelled[HELD_OUT])
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
    # A prior follows the lists as they are now; a model that labels gave is better than any prior.
    if state is not None and (not retrain or state.origin == "learnt"):
        return replace(state, note=note)
    return _without_labels(comparisons, labelled, compared, note)


def _refusal(learnt: Model, state: Model | None, comparisons: Comparisons) -> Note:
    """Why a model that was just learnt is not used; empty where nothing speaks against it."""
    if not fits(learnt, comparisons):
        return "refused_not_monotone"
    held_out = learnt.held_out
    before = state.held_out.precision if state and is_measured(state.held_out) else None
    is_worse = before is not None and (held_out.precision or 0.0) < before - MAX_PRECISION_FALL
    return "refused_not_precise" if is_worse or not is_good(held_out) else ""


def _has_fallen(state: Model) -> bool:
    """Whether the model of the state does so much worse tonight than when it was learnt that it is learnt anew."""
    if state.learnt_f1 is None or not is_measured(state.held_out):
        return False
    return (state.held_out.f1 or 0.0) < state.learnt_f1 - MAX_F1_FALL


def _without_labels(
    comparisons: Comparisons, labelled: dict[int, Labelled], compared: Compared | None, note: Note
) -> Model:
    """Expectation–maximisation where no list shows a household, else the shipped prior, eased where seeds allow it."""
    shipped = prior_model(comparisons, compared.records) if compared else prior_model(comparisons)
    prior = measured(replace(shipped, note=note), comparisons, labelled[HELD_OUT])
    if compared is None:
        return prior
    if not expectation.shows_households(comparisons, compared.levels, compared.pairs):
        unlabelled = expectation.fit(
            comparisons, compared.levels, compared.pairs, prior, smallest_list=compared.smallest_list
        )
        if unlabelled is not None:
            unlabelled = measured(replace(unlabelled, note=note), comparisons, labelled[HELD_OUT])
            if is_good(unlabelled.held_out):
                return unlabelled
    seeded = seeded_model(comparisons, compared.levels, compared.pairs, prior)
    if seeded is None:
        return prior
    if not fits(seeded, comparisons) or not _is_no_worse(seeded, prior, comparisons, labelled):
        return replace(prior, note=note if note.startswith("refused") else "refused_seeds")
    return measured(replace(seeded, note=note), comparisons, labelled[HELD_OUT])


def _is_no_worse(seeded: Model, prior: Model, comparisons: Comparisons, labelled: dict[int, Labelled]) -> bool:
    """Whether a model does as well as the prior on all labels, of which neither has seen any."""
    few = all_labels(labelled[TRAIN], labelled[HELD_OUT])
    before, after = (measured(model, comparisons, few).held_out for model in (prior, seeded))
    return (after.f1 or 0.0) >= (before.f1 or 0.0)


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


def _spread(numbers: Codes) -> Codes:
    """A hash of the number, so that neighbouring IDs (brothers and sisters) fall apart at random but always alike."""
    key = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return ((key ^ (key >> np.uint64(32))) >> np.uint64(7)).astype(np.int64)
