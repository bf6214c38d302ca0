"""Why two records are one person, or are not: their waterfall, what the run made of it, and one sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from pipeline.errors import UserError
from pipeline.link.blocking import load_rules, rules_of_pair
from pipeline.link.codes import plain_texts
from pipeline.link.comparison import Comparisons, load_comparisons
from pipeline.link.decisions import DIFFERENT
from pipeline.link.explain import sentence, sentence_opened
from pipeline.link.grade import Grader
from pipeline.link.ladder import EVIDENCE, NONE, Verdicts, judge
from pipeline.link.linked_files import LinkedFiles
from pipeline.link.model import MILLIBIT
from pipeline.link.waterfall import Waterfall, levels_of, of_another_version, waterfall

Verdict = Literal["linked", "review", "refused", "below_floor", "never_compared"]
CLERK_DIFFERENT = "clerk_different"
VERDICT_WORDS: dict[Verdict, tuple[str, str]] = {
    "linked": ("เชื่อมโยงเป็นคนเดียวกัน", "linked"),
    "review": ("รอเจ้าหน้าที่วินิจฉัย", "waits for a clerk's review"),
    "refused": ("ไม่ยอมรวมเป็นคนเดียวกัน", "refused"),
    "below_floor": ("เทียบแล้ว หลักฐานไม่พอ", "compared; too little speaks for one person"),
    "never_compared": (
        "ไม่มีกฎคัดคู่ใดจับคู่สองระเบียนนี้ จึงเทียบเดี๋ยวนี้ด้วยโมเดลของรอบนั้น",
        "never compared, because no blocking rule put the two together; compared now with the model of the run",
    ),
}
REASON_WORDS = {
    "two_valid_ids": ("เลขประจำตัวที่ถูกต้องสองเลขในบุคคลเดียว", "one person would hold two valid national IDs"),
    CLERK_DIFFERENT: ("เจ้าหน้าที่วินิจฉัยว่าเป็นคนละคน", "a clerk decided that they are different"),
    "active_after_death": ("ผู้เสียชีวิตมีการติดต่อหลังวันตาย", "one would be active after the other's death"),
    "duplicate_free_source": (
        "รายการที่ไม่มีคนซ้ำมีสองระเบียนนี้ในบุคคลเดียว",
        "a list that holds each person once would hold the person twice",
    ),
    "same_house_different_name": (
        "ระเบียนในกลุ่มขัดกันอย่างแรง เช่น คนละชื่อในบ้านเดียวกัน",
        "records of the two groups disagree strongly, such as other names in one house",
    ),
}
WOULD_WORDS: dict[Verdict, tuple[str, str]] = {
    "linked": ("หากเทียบในรอบนั้นจะเชื่อม", "the run would have linked them"),
    "review": ("หากเทียบในรอบนั้นจะส่งให้เจ้าหน้าที่", "the run would have asked a clerk"),
    "refused": ("หากเทียบในรอบนั้นจะไม่ยอมรวม", "the run would have refused them"),
    "below_floor": ("หากเทียบในรอบนั้นหลักฐานก็ไม่พอ", "the run would have found too little"),
}


@dataclass(frozen=True, slots=True)
class PairExplained:
    """Two records explained. No name, no ID and no other value stands in it.

    Attributes:
        record_id_a, record_id_b: The records, the smaller first.
        person_id_a, person_id_b: Who they are in the run.
        waterfall: How the model weighs them.
        evidence_code: Rung of the ladder of evidence; None where the pair says nothing worth keeping.
        verdict: What the run made of the pair.
        would_be: For a pair that was never compared, what the model would have made of it.
        reason_code: Why a merge was refused.
        is_review: The pair waits for a clerk, also where it was refused.
        rules: Blocking rules that put the two together; None where the run kept the pair and nobody looked.
        decision: A clerk's last word on file today.
        thai, english: One sentence from the same figures.
    """

    record_id_a: str
    record_id_b: str
    person_id_a: str
    person_id_b: str
    waterfall: Waterfall
    evidence_code: str | None
    verdict: Verdict
    would_be: Verdict | None
    reason_code: str | None
    is_review: bool
    rules: tuple[str, ...] | None
    decision: str | None
    thai: str
    english: str

    @property
    def is_one_person(self) -> bool:
        """Whether the run says that the two are one person, by this pair or through other records."""
        return self.person_id_a == self.person_id_b


@dataclass(frozen=True, slots=True)
class _Found:
    """What the run kept of a pair, or what a comparison now finds."""

    levels: npt.NDArray[np.int64]
    evidence_code: str | None
    verdict: Verdict
    would_be: Verdict | None = None
    is_review: bool = False
    rules: tuple[str, ...] | None = None


def explain_pair(files: LinkedFiles, first: str, second: str) -> PairExplained:
    """Explain two records of a run.

    Args:
        files: The run.
        first: A record_id.
        second: Another.

    Raises:
        UserError: A record is unknown or no person's, both are one record, or what is needed was removed.
    """
    if first == second:
        raise UserError(
            "Both names are of one record; name two records.", "ระบุระเบียนเดียวกันสองครั้ง โปรดระบุสองระเบียนที่ต่างกัน"
        )
    people = {name: _person_of(files, name, place) for place, name in enumerate((first, second), start=1)}
    a, b = sorted(people)
    comparisons = load_comparisons()
    decision = files.decision_on(a, b)
    reason = files.refusal_of(a, b)
    kept = files.pair_of(a, b)
    found = _kept(comparisons, kept, people) if kept else _compared_now(files, comparisons, a, b)
    if not kept and reason is None and decision == DIFFERENT:
        reason = CLERK_DIFFERENT
    verdict: Verdict = "refused" if reason else found.verdict
    fall = waterfall(comparisons, files.read_model(), found.levels)
    if kept and kept["weight_millibit"] != fall.weight:
        raise of_another_version()
    thai, english = _sentences(comparisons, found, fall, verdict, reason)
    return PairExplained(
        record_id_a=a,
        record_id_b=b,
        person_id_a=people[a],
        person_id_b=people[b],
        waterfall=fall,
        evidence_code=found.evidence_code,
        verdict=verdict,
        would_be=found.would_be if verdict == "never_compared" else None,
        reason_code=reason,
        is_review=found.is_review,
        rules=found.rules,
        decision=decision,
        thai=thai,
        english=english,
    )


def _person_of(files: LinkedFiles, record_id: str, place: int) -> str:
    row = files.linked_of(record_id)
    # What was typed is not repeated: it may be a national ID typed by mistake.
    if row is None:
        raise UserError(
            f"Record {place} of the command is not in this run; record_ids stand in linked.parquet, in review/*.csv "
            "of a home, and in core.source_record (khrua sql).",
            f"ไม่พบระเบียนที่ {place} ของคำสั่งในรอบนี้ ดูรหัสระเบียนได้ใน linked.parquet ใน review/*.csv ของ home "
            "หรือใน core.source_record (khrua sql)",
        )
    if row["person_id"] is None:
        raise UserError(
            f"Record {place} of the command is about a household, and only records of persons are compared; "
            "name a person's record.",
            f"ระเบียนที่ {place} ของคำสั่งเป็นระเบียนของครัวเรือน ระบบเทียบเฉพาะระเบียนของบุคคล โปรดระบุระเบียนของบุคคล",
        )
    return str(row["person_id"])


def _kept(comparisons: Comparisons, pair: dict[str, Any], people: dict[str, str]) -> _Found:
    """A pair at or above the review floor, as the run wrote it."""
    is_review = bool(pair["is_review"])
    one_person = len(set(people.values())) == 1
    verdict: Verdict = "review" if is_review else "linked" if one_person else "refused"
    return _Found(levels_of(comparisons, pair["levels"]), pair["evidence_code"], verdict, is_review=is_review)


def _compared_now(files: LinkedFiles, comparisons: Comparisons, a: str, b: str) -> _Found:
    """A pair that the run did not keep, graded among all its records: how rare a name is shows only there."""
    model = files.read_model()
    coded = files.coded_records()
    ids = plain_texts(coded.records["record_id"])
    nodes = [int(ids.index(name).as_py()) for name in (a, b)]
    pair = (np.array(nodes[:1], dtype=np.int32), np.array(nodes[1:], dtype=np.int32))
    levels = comparisons.unpack(Grader(coded, comparisons)(pair))
    verdicts = judge(model, comparisons, levels)
    number = int(verdicts.evidence[0])
    rules = rules_of_pair(coded, load_rules(), *nodes)
    return _Found(
        levels[0],
        None if number == NONE else EVIDENCE[number],
        "below_floor" if rules else "never_compared",
        _as_judged(verdicts),
        rules=rules,
    )


def _as_judged(verdicts: Verdicts) -> Verdict:
    flags: tuple[tuple[bool, Verdict], ...] = (
        (bool(verdicts.is_refused[0]), "refused"),
        (bool(verdicts.is_link[0]), "linked"),
        (bool(verdicts.is_review[0]), "review"),
    )
    return next((verdict for holds, verdict in flags if holds), "below_floor")


def _sentences(
    comparisons: Comparisons, found: _Found, fall: Waterfall, verdict: Verdict, reason: str | None
) -> tuple[str, str]:
    """The Thai sentence, that of LINK_REASON where the pair is a link, and the same in English."""
    thai, english = VERDICT_WORDS[verdict]
    if reason in REASON_WORDS:
        why = REASON_WORDS[reason]
        thai, english = f"{thai} เพราะ{why[0]}", f"{english}, because {why[1]}"
    if verdict == "never_compared" and found.would_be:
        would = WOULD_WORDS[found.would_be]
        thai, english = f"{thai} {would[0]}", f"{english}; {would[1]}"
    if verdict == "linked" and found.evidence_code:
        told = sentence(comparisons, found.levels, EVIDENCE.index(found.evidence_code), fall.weight)
    else:
        told = sentence_opened(thai, comparisons, found.levels, fall.weight)
    said = ", ".join(f"{s.comparison} {s.level.replace('_', ' ')}" for s in fall.steps if s.is_known)
    return told, f"{english[:1].upper()}{english[1:]}: {said} (weight {fall.weight / MILLIBIT:.1f} bits)."
