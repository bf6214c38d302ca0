from __future__ import annotations

import numpy as np
import pyarrow as pa
from link_records import record

from pipeline.link.attributes import life_status
from pipeline.link.encode import Coded, encode
from pipeline.link.findings import _repeated
from pipeline.link.records import read_records
from pipeline.tables import NORMAL_RECORD


def coded(*rows: dict[str, object]) -> Coded:
    return encode(read_records(NORMAL_RECORD.from_rows(rows)))


def test_a_person_is_repeated_only_in_the_list_in_which_they_stand_twice() -> None:
    found = coded(
        record("admin:1", list_code="one"),
        record("admin:2", list_code="one"),
        record("admin:3", list_code="two"),
        record("health:1", list_code="one"),
        record("health:2", list_code="one", role="spouse"),
        record("health:3", list_code="one"),
    )
    person = np.array([0, 0, 0, 0, 0, 5], dtype=np.int32)
    assert _repeated(found, person).tolist() == [0, 1]
    assert _repeated(coded(), np.empty(0, dtype=np.int32)).tolist() == []


def test_a_death_is_doubtful_where_one_weak_link_alone_tells_it() -> None:
    found = coded(
        record("a:1", life_status_code="dead"),
        record("b:1", life_status_code="dead"),
        record("b:2", life_status_code="dead"),
        record("b:3", life_status_code="alive"),
    )
    evidence = pa.array(["A1", "C", "C", "A1"]).dictionary_encode()
    life = life_status(found, np.array([0, 0, 2, 3], dtype=np.int32), evidence, ())
    assert life.doubtful.tolist() == [2]
    assert (life.persons.tolist(), life.node.tolist()) == ([0, 3], [0, 3])
