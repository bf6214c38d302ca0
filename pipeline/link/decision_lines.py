"""What is told of clerks' decisions after a run: those without effect, contradicted, or answered for by nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_SHOWN = 15


def decision_lines(
    counts: Mapping[str, int], lines: Mapping[str, Sequence[int]], file: str, questions: str
) -> tuple[str, ...]:
    """One line in Thai and English for each kind of decision that somebody should look at.

    Args:
        counts: Of the report of linkage.
        lines: Kind of decision → lines of the file, of the same report.
        file: What the officer calls the file of decisions.
        questions: Where contradicted decisions stand.
    """
    found = []
    if count := counts.get("decisions_absent", 0):
        thai, english = _place(file, lines.get("absent", ()))
        found.append(
            f"คำวินิจฉัย {count:,} รายการอ้างถึงระเบียนที่ไม่มีในรอบนี้ (หรือระเบียนเดียวกันสองช่อง) จึงยังไม่มีผล ดู {thai} · "
            "decisions without effect, because they name a record that is not here (or one record twice): "
            f"{count:,}; see {english}"
        )
    if count := counts.get("decisions_contradicted", 0):
        found.append(
            f"คำวินิจฉัย {count:,} รายการขัดกับข้อมูลใหม่ ยังมีผลอยู่ โปรดตรวจอีกครั้งใน {questions} · "
            f"decisions that hold although the data contradict them: {count:,}; look at them again in {questions}"
        )
    if count := counts.get("decisions_incomplete", 0):
        thai, english = _place(file, lines.get("incomplete", ()))
        found.append(
            f"คำวินิจฉัย {count:,} รายการมีผลแล้ว แต่ไม่บอกผู้วินิจฉัย วันที่ หรือเหตุผล โปรดเพิ่มบรรทัดที่ครบถ้วนของคู่นั้น ดู {thai} · "
            f"decisions that hold without saying who decided, when or why: {count:,}; add a complete line for the "
            f"pair; see {english}"
        )
    return tuple(found)


def _place(file: str, lines: Sequence[int]) -> tuple[str, str]:
    """The file and its lines, in Thai and in English."""
    if not lines:
        return file, file
    listed = ", ".join([*(str(line) for line in lines[:_SHOWN]), *(["…"] if len(lines) > _SHOWN else [])])
    return f"{file} บรรทัด {listed}", f"{file}, line {listed}"
