from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import UserError
from pipeline.link.decision_lines import decision_lines
from pipeline.link.decisions import COLUMNS, read_decisions

IDS = pa.array(["a", "b", "c"])


def write(folder: Path, *rows: str) -> Path:
    path = folder / "decisions.csv"
    path.write_text("\ufeff" + "\n".join([",".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return path


def test_the_last_word_on_a_pair_counts_whichever_way_round_it_is_written(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,same,x,2026-01-02,", "b,a,different,y,2026-01-03,", "a,b,same,x,2026-01-01,")
    found = read_decisions(path, IDS)
    assert found.same.tolist() == []
    assert found.different.tolist() == [[0, 1]]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("30/11/2026", "01/12/2026"),
        ("25/11/2026", "2026-11-26"),
        ("30/11/2569", "2026-12-01"),
        ("2026-11-30T09:00", "2026-11-30 10:00"),
        ("", "2026-01-01"),
    ],
)
def test_the_last_word_is_the_latest_by_its_date_however_excel_writes_it(
    earlier: str, later: str, tmp_path: Path
) -> None:
    path = write(tmp_path, f"a,b,different,x,{later},", f"a,b,same,x,{earlier},")
    assert read_decisions(path, IDS).different.tolist() == [[0, 1]]


def test_what_is_no_date_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,same,x,2026-01-02,", "a,c,same,x,yesterday,", "b,c,same,x,2026-13,")
    with pytest.raises(UserError) as told:
        read_decisions(path, IDS)
    assert told.value.details == ("decisions.csv: 3", "decisions.csv: 4")


@pytest.mark.parametrize("day", ["2026-13-01", "1/2/26", "2026-02-30", "13/13/2569", "20260102"])
def test_a_day_that_can_be_misread_is_no_date(day: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="decided_at is no date"):
        read_decisions(write(tmp_path, f"a,b,same,x,{day},"), IDS)


def test_of_two_words_of_one_day_the_later_line_counts(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,different,x,2026-01-02,", "a,b,same,x,2026-01-02,")
    assert read_decisions(path, IDS).same.tolist() == [[0, 1]]


def test_a_decision_on_a_record_that_is_gone_is_counted_and_has_no_effect(tmp_path: Path) -> None:
    found = read_decisions(write(tmp_path, "a,zz,same,x,2026-01-02,"), IDS)
    assert (found.absent, len(found.all_pairs())) == ((2,), 0)


def test_an_unknown_decision_is_the_users_fault_and_names_every_line(tmp_path: Path) -> None:
    path = write(tmp_path, "a,b,maybe,x,2026-01-02,", "a,c,same,x,2026-01-02,", "b,c,,x,2026-01-02,")
    with pytest.raises(UserError) as fault:
        read_decisions(path, IDS)
    assert fault.value.details == ("decisions.csv: 2", "decisions.csv: 4")


@pytest.mark.parametrize("separator", [";", "\t"])
def test_another_separator_is_told(separator: str, tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(separator.join(COLUMNS) + "\n", encoding="utf-8-sig")
    with pytest.raises(UserError, match="not parted by commas"):
        read_decisions(path, IDS)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("record_id_a,record_id_b\na,b\n", encoding="utf-8")
    with pytest.raises(UserError, match="decision, decided_by, decided_at, reason"):
        read_decisions(path, IDS)


@pytest.mark.parametrize(
    "row", ["a,b,different,,2026-01-02,seen", "a,b,different,x,2026-01-02, ", "a,b,different,x,,seen"]
)
def test_a_decision_that_lacks_who_when_or_why_holds_and_is_told_with_its_line(row: str, tmp_path: Path) -> None:
    found = read_decisions(write(tmp_path, "a,c,same,x,2026-01-02,seen", row), IDS)
    assert found.different.tolist() == [[0, 1]]
    assert found.incomplete == (3,)
    # A complete line after it mends that: the file is never rewritten.
    mended = write(tmp_path, "a,c,same,x,2026-01-02,seen", row, "b,a,different,x,2026-01-03,seen")
    assert read_decisions(mended, IDS).incomplete == ()


def test_lines_of_the_review_list_that_nobody_answered_are_no_decisions(tmp_path: Path) -> None:
    found = read_decisions(write(tmp_path, "a,b,,,,", "a,c,same,x,2026-01-02,seen", "b,c, ,,,", ",,,,,"), IDS)
    assert found.all_pairs().tolist() == [[0, 2]]
    assert (found.absent, found.incomplete) == ((), ())


def test_each_kind_of_decision_to_look_at_is_one_line_in_thai_and_english() -> None:
    counts = {"decisions_absent": 20, "decisions_contradicted": 2, "decisions_incomplete": 1, "records": 9}
    told = decision_lines(counts, {"absent": list(range(3, 23)), "incomplete": [7]}, "d.csv", "q.csv")
    assert len(told) == 3
    assert all(thai and english.isascii() for thai, english in (line.split(" · ") for line in told if "…" not in line))
    assert "d.csv, line 3, 4" in told[0] and "บรรทัด 3, 4" in told[0] and told[0].endswith("17, …")
    assert told[1].count("q.csv") == 2 and "contradict them: 2;" in told[1]
    assert told[2].endswith("d.csv, line 7")
    assert decision_lines({"records": 9}, {}, "d.csv", "q.csv") == ()
