"""What holds of identifiers over any run of nights: merges, splits, withdrawals, returns, a publication rolled back."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st
from link_records import national_id, record

from pipeline import tables
from pipeline.engine import DuckDBEngine
from pipeline.link import LinkOptions, link
from pipeline.link.identity import IdentityState, assign, empty_state, previous_numbers
from pipeline.link.record_ids import places_among

RECORDS = [f"r{number}" for number in range(9)]
# A night's clusters: the cluster of each record, -1 for one that is no person's; a record not named is not delivered.
CLUSTERS = st.dictionaries(st.sampled_from(RECORDS), st.integers(-1, 4))
CHANGES = st.dictionaries(st.sampled_from(RECORDS), st.one_of(st.none(), st.integers(-1, 4)))


def nights_of(first: Mapping[str, int], changes: Iterable[Mapping[str, int | None]]) -> list[dict[str, int]]:
    nights = [dict(first)]
    for change in changes:
        clusters = {name: cluster for name, cluster in {**nights[-1], **change}.items() if cluster is not None}
        nights.append(clusters)
    return nights


NIGHTS = st.builds(nights_of, CLUSTERS, st.lists(CHANGES, min_size=1, max_size=5))


@dataclass(frozen=True)
class Night:
    """One night's outcome.

    Attributes:
        number: Record → number of its identifier; records of no cluster are left out.
        events: Code, old number, new number.
        fresh: Numbers given out for the first time.
        state: What the next night reads.
    """

    number: dict[str, int]
    events: list[tuple[str, int | None, int | None]]
    fresh: set[int]
    state: IdentityState

    def records_of(self, number: int | None) -> set[str]:
        return {name for name, own in self.number.items() if own == number}

    def living(self) -> set[int]:
        return set(self.number.values())


def run_night(clusters: Mapping[str, int], before: IdentityState) -> Night:
    names = sorted(clusters)
    ids = pa.array(names, pa.string())
    label = np.array([first_of(clusters, names, name) for name in names], dtype=np.int64)
    first_number = before.next_number["person"]
    found = assign(label, *previous_numbers("person", places_among(ids, before.record_id), before), first_number)
    numbers = {kind: found.number for kind in before.number}
    state = IdentityState(ids, numbers, dict.fromkeys(before.next_number, found.next_number))
    number = {name: own for name, own in zip(names, found.number.tolist(), strict=True) if own >= 0}
    return Night(number, found.events.rows(), set(range(first_number, found.next_number)), state)


def first_of(clusters: Mapping[str, int], names: list[str], name: str) -> int:
    cluster = clusters[name]
    return -1 if cluster < 0 else [clusters[other] for other in names].index(cluster)


def history(nights: Iterable[Mapping[str, int]]) -> list[Night]:
    found: list[Night] = []
    for clusters in nights:
        found.append(run_night(clusters, found[-1].state if found else empty_state()))
    return found


def members(clusters: Mapping[str, int]) -> set[frozenset[str]]:
    by_cluster: dict[int, set[str]] = {}
    for name in clusters:
        if clusters[name] >= 0:
            by_cluster.setdefault(clusters[name], set()).add(name)
    return {frozenset(names) for names in by_cluster.values()}


@given(NIGHTS)
def test_each_cluster_has_one_identifier_and_no_other_has_it(nights: list[dict[str, int]]) -> None:
    for clusters, night in zip(nights, history(nights), strict=True):
        assert {frozenset(night.records_of(number)) for number in night.living()} == members(clusters)


@given(NIGHTS)
def test_new_numbers_are_greater_than_all_before_and_follow_each_other(nights: list[dict[str, int]]) -> None:
    greatest = 0
    for night in history(nights):
        assert {number for number in night.living() if number > greatest} == night.fresh
        assert night.fresh == set(range(greatest + 1, greatest + 1 + len(night.fresh)))
        greatest += len(night.fresh)


@given(NIGHTS)
def test_a_retired_identifier_is_never_given_again(nights: list[dict[str, int]]) -> None:
    retired: set[int] = set()
    for before, after in pairwise(history(nights)):
        retired |= before.living() - after.living()
        assert not retired & after.living()


@given(NIGHTS)
def test_an_unchanged_cluster_keeps_its_identifier(nights: list[dict[str, int]]) -> None:
    for before, after in pairwise(history(nights)):
        then = {frozenset(before.records_of(number)): number for number in before.living()}
        now = {frozenset(after.records_of(number)): number for number in after.living()}
        assert all(now[names] == then[names] for names in then.keys() & now.keys())


@given(NIGHTS)
def test_every_identifier_that_ends_has_one_event_and_forwards_to_its_records_or_to_nothing(
    nights: list[dict[str, int]],
) -> None:
    for before, after in pairwise(history(nights)):
        ended = [(old, code, new) for code, old, new in after.events if code in ("merged", "retired")]
        assert sorted(old for old, _, _ in ended if old is not None) == sorted(before.living() - after.living())
        for old, code, new in ended:
            left = before.records_of(old) & after.number.keys()
            assert (code == "retired") == (new is None) == (not left)
            if new is not None:
                shared = {number: len(left & after.records_of(number)) for number in after.living()}
                assert shared[new] == max(shared.values()) > 0


@given(NIGHTS)
def test_every_new_identifier_has_one_origin(nights: list[dict[str, int]]) -> None:
    found = history(nights)
    for before, after in zip([Night({}, [], set(), empty_state()), *found], found, strict=False):
        created = [new for code, _, new in after.events if code == "created"]
        split = {(old, new) for code, old, new in after.events if code == "split"}
        assert len(split) == sum(code == "split" for code, _, _ in after.events)
        assert len(created) == len(set(created))
        assert set(created) | {new for _, new in split} == after.fresh
        assert not set(created) & {new for _, new in split}
        from_before = {
            (before.number[name], number)
            for name, number in after.number.items()
            if number in after.fresh and name in before.number
        }
        # Where an identifier lives on, what left it is a split.
        assert split == from_before
        assert all(old in after.living() for old, _ in split)


@given(NIGHTS)
def test_from_any_identifier_ever_given_one_comes_to_a_living_one_or_to_one_whose_records_are_gone(
    nights: list[dict[str, int]],
) -> None:
    found = history(nights)
    forward = {old: new for night in found for code, old, new in night.events if code in ("merged", "retired")}
    for number in set().union(*(night.living() for night in found)):
        at: int | None = number
        steps = 0
        while at in forward:
            at, steps = forward[at], steps + 1
            assert steps <= len(forward)
        assert at is None or at in found[-1].living()


@given(NIGHTS)
def test_no_cluster_and_identifier_would_both_rather_have_each_other(nights: list[dict[str, int]]) -> None:
    for before, after in pairwise(history(nights)):
        shared = {
            (new, old): len(before.records_of(old) & after.records_of(new))
            for new in after.living()
            for old in before.living()
        }
        for (new, old), count in shared.items():
            keeps_more = shared.get((new, new), 0) >= count
            is_taken_by_more = shared.get((old, old), 0) >= count
            assert count == 0 or keeps_more or is_taken_by_more


@given(NIGHTS)
def test_what_happens_to_some_records_changes_nothing_of_others(nights: list[dict[str, int]]) -> None:
    found = history(nights)
    for before, after, clusters in zip(found, found[1:], nights[1:], strict=False):
        # Records hang together that were or are one person: on others nothing depends.
        graph = nx.Graph()
        for night, side in ((before, "before"), (after, "after")):
            graph.add_edges_from((name, (side, number)) for name, number in night.number.items())
        for part in nx.connected_components(graph):
            alone = run_night({name: cluster for name, cluster in clusters.items() if name in part}, before.state)
            for name, number in alone.number.items():
                assert (number in alone.fresh) == (after.number[name] in after.fresh)
                assert number in alone.fresh or number == after.number[name]


@given(NIGHTS, st.data())
def test_after_a_rollback_no_identifier_of_the_lost_nights_is_given_again(
    nights: list[dict[str, int]], data: st.DataObject
) -> None:
    found = history(nights)
    back = data.draw(st.integers(0, len(found) - 1))
    counters = found[-1].state.next_number
    again = run_night(nights[-1], found[back].state.beginning_at(counters))
    assert not again.fresh & {number for night in found for number in night.living()}


NAMES = [("สมชาย", "ใจดี", "1960-05-17"), ("มาลี", "ศรีพิมาย", "1970-01-05"), ("วิชัย", "คงชัย", "1985-03-30")]
DELIVERED = st.tuples(st.sampled_from(["admin", "health"]), st.sampled_from(range(3)), st.sampled_from(range(3)))
DELIVERIES = st.lists(st.dictionaries(st.integers(0, 6), DELIVERED, min_size=1, max_size=6), min_size=2, max_size=3)


def rows_of(delivered: Mapping[int, tuple[str, int, int]]) -> list[dict[str, object]]:
    rows = []
    for number, (agency, person, name) in delivered.items():
        first, last, born = NAMES[name]
        values = {"national_id": national_id(person), "first_name": first, "last_name": last, "birth_date": born}
        rows.append(record(f"{agency}:{number}", **values, tambon_code="300101", moo="4", house_no=str(person)))
    return rows


def run_link(rows: list[dict[str, object]], folder: Path, previous: Path | None, threads: int) -> None:
    folder.mkdir()
    pq.write_table(tables.NORMAL_RECORD.from_rows(rows), folder / "records.parquet")
    with DuckDBEngine(threads=threads) as engine:
        link(engine, folder / "records.parquet", folder, LinkOptions(previous=previous))


@settings(max_examples=10)
@given(DELIVERIES, st.randoms(use_true_random=False))
def test_over_nights_the_order_of_records_changes_no_byte_of_identifiers_events_and_state(
    deliveries: list[dict[int, tuple[str, int, int]]], dice: random.Random
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folders: list[tuple[Path, Path]] = []
        for night, delivered in enumerate(deliveries):
            rows = rows_of(delivered)
            shuffled = list(rows)
            dice.shuffle(shuffled)
            one, two = Path(name) / f"one-{night}", Path(name) / f"two-{night}"
            run_link(rows, one, folders[-1][0] if folders else None, 1)
            run_link(shuffled, two, folders[-1][1] if folders else None, 2)
            folders.append((one, two))
            for file in ("linked.parquet", "identity_event.parquet", "state/identity.parquet", "state/counters.json"):
                assert (one / file).read_bytes() == (two / file).read_bytes(), file


@settings(max_examples=10)
@given(DELIVERIES)
def test_the_published_events_account_for_every_identifier_that_comes_and_goes(
    deliveries: list[dict[int, tuple[str, int, int]]],
) -> None:
    with tempfile.TemporaryDirectory() as name:
        living: dict[str, set[str]] = {"person": set(), "household": set()}
        previous = None
        for night, delivered in enumerate(deliveries):
            folder = Path(name) / str(night)
            run_link(rows_of(delivered), folder, previous, 1)
            linked, events = tables.LINKED.read(folder), tables.IDENTITY_EVENT.read(folder).to_pylist()
            for kind in living:
                now = set(linked[f"{kind}_id"].to_pylist())
                of_kind = [event for event in events if event["kind"] == kind]
                came = {event["new_id"] for event in of_kind if event["event_code"] in ("created", "split")}
                went = {event["old_id"] for event in of_kind if event["event_code"] in ("merged", "retired")}
                assert (came, went) == (now - living[kind], living[kind] - now)
                living[kind] = now
            previous = folder
