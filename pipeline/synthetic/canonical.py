"""Records under Khrua's own column names, without spreadsheets: input and truth for ``khrua link`` at any size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.synthetic.error_model import ErrorModel, ListKind, load_model, strike
from pipeline.synthetic.frame import BIT, Frame, build_frame
from pipeline.synthetic.kinds import (
    ALIVE,
    DEAD,
    IN_CENTRAL,
    MOVED_OUT,
    NO_HOME,
    ORDINARY,
    RELATIONSHIP_THAI,
    SLOT,
    TODAY,
)
from pipeline.synthetic.population import Population, make_population
from pipeline.synthetic.randomness import Bools, Days, Ints, Objects, Rng, stream

RECORD_COLUMNS = (
    "record_id", "agency", "national_id", "title", "first_name", "last_name", "sex", "birth_date", "house_no", "moo",
    "village", "tambon_code", "amphoe", "house_code", "household_ref", "relationship", "death_date", "last_seen_date",
)  # fmt: skip
RECORD_SCHEMA = pa.schema([(name, pa.string()) for name in RECORD_COLUMNS])
TRUTH_SCHEMA = pa.schema([(name, pa.string()) for name in ("record_id", "person_id", "household_id")])


@dataclass(frozen=True, slots=True)
class _Agency:
    """One list: whom it holds and what its form asks for."""

    code: str
    hand: bool
    share: float
    youngest: int = 0
    oldest: int = 120
    years_old: float = 0.5
    title: str = "own"
    dashes: float = 0.0
    has_house_code: bool = False
    has_household: bool = False
    has_sex: bool = True


_AGENCIES = (
    _Agency("admin", False, 1.0, years_old=0.1, has_house_code=True, has_household=True),
    _Agency("community_dev", False, 0.93, years_old=5.3, has_house_code=True, has_household=True),
    _Agency("social_dev", True, 0.17, years_old=0.8, dashes=0.5),
    _Agency("education", False, 0.45, youngest=3, oldest=19, years_old=1.0),
    _Agency("health", True, 0.42, youngest=45, years_old=0.7, title="in_name", has_house_code=True),
    _Agency("agri_ext", False, 0.34, youngest=22, oldest=82, years_old=1.6),
    _Agency("prd", True, 0.05, youngest=18, years_old=0.3, title="in_name", dashes=1.0, has_sex=False),
    _Agency("community_net", True, 0.16, youngest=16, years_old=2.5, title="both", has_sex=False),
)
# Records for one person, measured on provinces of 100,000 people: turns a wanted number of records into people.
_RECORDS_PER_PERSON = 2.60


def make_canonical(
    people: int | None = None,
    seed: int = 1,
    out: Path = Path("canonical"),
    model: str = "default",
    missing_id_share: float | None = None,
    *,
    records: int | None = None,
) -> None:
    """Write ``records.parquet`` (input of ``khrua link``) and ``truth.parquet`` under ``out``.

    Args:
        people: Persons in the province.
        seed: Same seed, same bytes.
        out: Folder to write.
        model: Error model (errors.yaml).
        missing_id_share: Share of records without an ID in every agency; None: as the model says for each.
        records: Records wanted (within one per cent) instead of people.
    """
    errors = load_model(model)
    wanted = people if records is None else int(records / _RECORDS_PER_PERSON * 1.03)
    population = make_population(wanted or 3500, seed)
    chosen = [_choose(population, agency, seed) for agency in _AGENCIES]
    if records is not None:
        chosen = _trim(chosen, records, seed)
    out.mkdir(parents=True, exist_ok=True)
    with (
        pq.ParquetWriter(out / "records.parquet", RECORD_SCHEMA, compression="zstd") as record_file,
        pq.ParquetWriter(out / "truth.parquet", TRUTH_SCHEMA, compression="zstd") as truth_file,
    ):
        for agency, persons in zip(_AGENCIES, chosen, strict=True):
            for record_part, truth_part in _parts(population, agency, persons, errors, seed, missing_id_share):
                record_file.write_table(record_part)
                truth_file.write_table(truth_part)


def _list_date(agency: _Agency) -> np.datetime64:
    return TODAY - np.timedelta64(int(agency.years_old * 365), "D")


def _choose(population: Population, agency: _Agency, seed: int) -> Ints:
    rng = stream(seed, f"canonical {agency.code}")
    people = population.people
    day = _list_date(agency)
    age = (day - people.birth).astype(np.float64) / 365.2425
    kind = population.households.kind[people.household]
    # The columns of ``khrua link`` do not say what kind of dwelling a house is, so nobody could tell a temple apart.
    at_home = (kind == ORDINARY) | (kind == NO_HOME)
    inside = at_home & (age >= agency.youngest) & (age < agency.oldest) & (age >= 0)
    if agency.code == "admin":
        return np.flatnonzero(inside & (people.registered_house >= 0))
    gone = (people.life_status != ALIVE) & (people.life_status != IN_CENTRAL) & ~(people.life_date > day)
    inside &= ~gone
    if agency.code == "community_dev":
        # The survey goes from household to household: whole households are in or out.
        surveyed = rng.random(len(population.households.kind)) < agency.share
        return np.flatnonzero(inside & surveyed[people.household] & (kind == ORDINARY))
    return np.flatnonzero(inside & (rng.random(len(people)) < agency.share))


def _trim(chosen: list[Ints], records: int, seed: int) -> list[Ints]:
    rng = stream(seed, "canonical trim")
    share = min(1.0, records / sum(len(persons) for persons in chosen))
    return [persons[rng.random(len(persons)) < share] for persons in chosen]


_PART_ROWS = 500_000


def _parts(
    population: Population, agency: _Agency, persons: Ints, errors: ErrorModel, seed: int, missing: float | None
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Records and truth of one agency, in parts, so that millions of records need little memory."""
    rng = stream(seed, f"canonical rows {agency.code}")
    persons = rng.permutation(persons)
    share = errors.missing_id_share(agency.code) if missing is None else missing
    missed = rng.random(len(population.households.house))
    kind = ListKind(agency.hand, share, missed, is_visited=agency.code == "community_dev")
    number = 0
    for start in range(0, len(persons), _PART_ROWS):
        part = persons[start : start + _PART_ROWS]
        frame = build_frame(population, part, registered=agency.code == "admin", on=_list_date(agency))
        frame = strike(frame, population, errors, rng, kind)
        record_id = np.array([f"{agency.code}-{n:08d}" for n in range(number, number + len(frame))], dtype=object)
        number += len(frame)
        yield _records(population, agency, frame, record_id, rng), _truth(population, frame, record_id)


def _truth(population: Population, frame: Frame, record_id: Objects) -> pa.Table:
    household = population.people.household[frame.person]
    return pa.table(
        [
            pa.array(record_id, pa.string()),
            pa.array([f"P{n:08d}" for n in frame.person.tolist()], pa.string()),
            pa.array([f"H{n:08d}" for n in household.tolist()], pa.string()),
        ],
        schema=TRUTH_SCHEMA,
    )


def _records(population: Population, agency: _Agency, frame: Frame, record_id: Objects, rng: Rng) -> pa.Table:
    values = frame.values
    columns: dict[str, Objects] = {
        "record_id": record_id,
        "agency": np.full(len(frame), agency.code, dtype=object),
        "national_id": _typed_ids(values["national_id"], agency, rng),
        "birth_date": birth_texts(frame),
        "last_seen_date": _last_seen(population, agency, frame, rng),
        **{name: values[name] for name in ("house_no", "moo", "village", "amphoe", "last_name")},
        **_typed_names(values, agency),
    }
    # Hand-made lists seldom carry area codes for every row.
    coded = rng.random(len(frame)) < (0.9 if agency.hand else 1.0)
    columns["tambon_code"] = values["tambon_code"].copy()
    columns["tambon_code"][~coded] = None
    if agency.has_sex:
        columns["sex"] = values["sex"]
    if agency.has_house_code:
        columns["house_code"] = values["house_code"]
    if agency.has_household:
        columns |= _household_columns(population, agency, frame)
    if agency.code == "admin":
        columns["death_date"] = _death_dates(population, frame)
    arrays = [
        pa.array(columns[name], pa.string(), from_pandas=True) if name in columns else pa.nulls(len(frame), pa.string())
        for name in RECORD_COLUMNS
    ]
    return pa.Table.from_arrays(arrays, schema=RECORD_SCHEMA)


def _typed_ids(ids: Objects, agency: _Agency, rng: Rng) -> Objects:
    if agency.dashes == 0:
        return ids
    dashed = rng.random(len(ids)) < agency.dashes
    return np.array([with_dashes(i) if d else i for i, d in zip(ids, dashed.tolist(), strict=True)], dtype=object)


def with_dashes(national_id: str | None) -> str | None:
    """``9-9999-99999-99-9``; another length stays as it is."""
    if not national_id or len(national_id) != 13:
        return national_id
    n = national_id
    return f"{n[0]}-{n[1:5]}-{n[5:10]}-{n[10:12]}-{n[12]}"


def _typed_names(values: dict[str, Objects], agency: _Agency) -> dict[str, Objects]:
    title, first = values["title"], values["first_name"]
    if agency.title == "own":
        return {"title": title, "first_name": first}
    if agency.title == "in_name":
        return {"first_name": title + first}
    return {"title": title, "first_name": title + first}


def birth_texts(frame: Frame) -> Objects:
    """Birth dates as ISO text (CE); ``YYYY`` where only the year is known; a wrong era is a Buddhist year."""
    wrong_era = (frame.errors & BIT["birth_wrong_era"]) != 0
    year = np.where(wrong_era, frame.year + 543, frame.year).tolist()
    rows = zip(year, frame.month.tolist(), frame.day.tolist(), strict=True)
    return np.array(
        [None if y in (0, 543) else f"{y:04d}-{m:02d}-{d:02d}" if m else f"{y:04d}" for y, m, d in rows], dtype=object
    )


def _iso(days: Days) -> Objects:
    text = days.astype("datetime64[D]").astype(str).astype(object)
    text[np.isnat(days)] = None
    return text


def _last_seen(population: Population, agency: _Agency, frame: Frame, rng: Rng) -> Objects:
    """The agency met the person in the year before its list's date, and not after a death or a move."""
    people = population.people
    day = np.full(len(frame), _list_date(agency)) - rng.integers(0, 360, len(frame)).astype("timedelta64[D]")
    end = people.life_date[frame.person].copy()
    end[~np.isin(people.life_status[frame.person], (DEAD, MOVED_OUT))] = np.datetime64("NaT", "D")
    day = np.where(~np.isnat(end) & (end < day), end, day)
    day = np.maximum(day, people.birth[frame.person])
    if agency.code == "admin":
        return np.full(len(frame), None, dtype=object)
    return _iso(day)


def _death_dates(population: Population, frame: Frame) -> Objects:
    people = population.people
    dead: Bools = people.life_status[frame.person] == DEAD
    return _iso(np.where(dead, people.life_date[frame.person], np.datetime64("NaT", "D")))


def _household_columns(population: Population, agency: _Agency, frame: Frame) -> dict[str, Objects]:
    people, households = population.people, population.households
    slot, household = people.slot[frame.person], people.household[frame.person]
    if agency.code == "admin":
        heads = (slot == SLOT["head"]) & (households.number_in_house[household] == 1)
        # The register knows the master of the house and its other residents, nothing else.
        return {"relationship": np.where(heads, "เจ้าบ้าน", "ผู้อาศัย").astype(object)}
    words = np.array([m for m, _ in RELATIONSHIP_THAI] + [w for _, w in RELATIONSHIP_THAI], dtype=object)
    relationship = words[np.where(people.is_male[frame.person], slot, slot + len(RELATIONSHIP_THAI))]
    reference = np.array([f"30-{n:07d}" for n in (household * 7 + 3).tolist()], dtype=object)
    return {"relationship": relationship, "household_ref": reference}
