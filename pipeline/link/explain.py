"""One Thai sentence on why two records are one person, made from levels and weights; no value stands in it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pipeline.link.comparison import Comparison, Comparisons
from pipeline.link.ladder import EVIDENCE
from pipeline.link.model import MILLIBIT

_OPENING = {
    "X": "เจ้าหน้าที่วินิจฉัยว่าเป็นคนเดียวกัน",
    "A1": "เชื่อมด้วยเลขประจำตัวประชาชน",
    "B": "เชื่อมด้วยเลขประจำตัวที่ใกล้เคียงและข้อมูลอื่นที่ตรงกัน",
    "C": "เชื่อมด้วยชื่อ วันเกิด และที่อยู่",
    "D": "เชื่อมโดยอาศัยสมาชิกครัวเรือนคนอื่นที่ตรงกัน",
    "A2": "เลขประจำตัวตรงกันแต่ข้อมูลอื่นขัดกัน",
}
_SUBJECT = {"given": "ชื่อ", "surname": "นามสกุล"}


def sentence(comparisons: Comparisons, levels: npt.NDArray[np.int64], evidence: int, weight: int) -> str:
    """The sentence for one comparison pattern."""
    return sentence_opened(_OPENING[EVIDENCE[evidence]], comparisons, levels, weight)


def sentence_opened(opening: str, comparisons: Comparisons, levels: npt.NDArray[np.int64], weight: int) -> str:
    """The sentence with another opening, for a pair that is no link."""
    said = [level_words(c, n) for c, n in zip(comparisons.items, levels.tolist(), strict=True) if c.levels[n].thai]
    return f"{opening}: {' '.join(said)} (น้ำหนัก {weight / MILLIBIT:.1f} บิต)"


def level_words(comparison: Comparison, number: int) -> str:
    """What is said of one level in Thai, with its subject; of every level, also where the sentence says nothing."""
    level = comparison.levels[number]
    return _SUBJECT.get(comparison.code, "") + level.thai if level.thai else level.shown


def level_text(comparisons: Comparisons, levels: npt.NDArray[np.int64]) -> str:
    """``comparison=level`` of what is known, separated by spaces."""
    named = zip(comparisons.items, levels.tolist(), strict=True)
    return " ".join(f"{c.code}={c.levels[n].code}" for c, n in named if n)


def weight_text(comparisons: Comparisons, levels: npt.NDArray[np.int64], weights: dict[str, list[int]]) -> str:
    """``comparison=weight`` of what is known, separated by spaces."""
    named = zip(comparisons.items, levels.tolist(), strict=True)
    return " ".join(f"{c.code}={weights[c.code][n]}" for c, n in named if n)
