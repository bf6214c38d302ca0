"""The audit log: append-only, chained, and a condition of delivery."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import ExitCode, HomeError
from pipeline.publish.audit_log import append_audit, audit_log_faults, audit_log_hashes, audit_log_path


def test_each_line_carries_the_hash_of_the_line_before(tmp_path: Path) -> None:
    first = append_audit(tmp_path, {"event": "publish", "run_id": "20261124-01"})
    second = append_audit(tmp_path, {"event": "rollback", "run_id": "20261123-01"})
    lines = [json.loads(line) for line in audit_log_path(tmp_path).read_text().splitlines()]
    assert [line["number"] for line in lines] == [1, 2]
    assert lines[0]["previous"] == "0" * 64
    assert lines[1]["previous"] == first
    assert audit_log_hashes(tmp_path) == {first, second}
    assert audit_log_faults(tmp_path) == []


@pytest.mark.parametrize("change", ["edit", "delete", "swap"])
def test_a_changed_history_is_found(tmp_path: Path, change: str) -> None:
    for number in range(4):
        append_audit(tmp_path, {"event": "publish", "run_id": f"20261124-0{number}"})
    path = audit_log_path(tmp_path)
    lines = path.read_text().splitlines()
    if change == "edit":
        lines[1] = lines[1].replace("publish", "rollback")
    elif change == "delete":
        del lines[1]
    else:
        lines[1], lines[2] = lines[2], lines[1]
    path.write_text("\n".join(lines) + "\n")
    assert audit_log_faults(tmp_path)


def test_a_line_cut_short_by_a_crash_stays_and_the_chain_goes_on(tmp_path: Path) -> None:
    append_audit(tmp_path, {"event": "publish", "run_id": "20261124-01"})
    path = audit_log_path(tmp_path)
    with path.open("ab") as file:
        file.write(b'{"event":"publ')
    append_audit(tmp_path, {"event": "publish", "run_id": "20261124-02"})
    faults = audit_log_faults(tmp_path)
    assert len(path.read_bytes().splitlines()) == 3
    assert len(faults) == 1
    assert "line 2" in faults[0]


def test_a_log_that_cannot_be_written_stops_delivery(tmp_path: Path) -> None:
    audit_log_path(tmp_path).mkdir(parents=True)
    with pytest.raises(HomeError) as caught:
        append_audit(tmp_path, {"event": "publish"})
    assert caught.value.exit_code == ExitCode.HOME_UNUSABLE
    assert "audit.jsonl" in caught.value.thai


def test_the_log_is_for_its_owner_alone(tmp_path: Path) -> None:
    append_audit(tmp_path, {"event": "publish"})
    assert audit_log_path(tmp_path).stat().st_mode & 0o077 == 0
