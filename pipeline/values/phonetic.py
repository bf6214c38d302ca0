"""Keys that bring names of like sound or spelling into one block. They block, they never match.

PyThaiNLP's ``lk82`` joins ศิริพร = สิริพร and ณัฐ = ณัฏฐ but splits ปิยะ/ปิยา; ``udom83`` and ``metasound`` join สมชาย = สมชัย,
which are different names (linkage.md finding 6). The skeleton is our own: it folds the letter classes that Thai
typists confuse (domain.md section 6) and keeps everything else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.values.text import CONSONANTS, has_thai

# Letters of one sound or one shape that lists confuse: ศ/ษ/ส, ณ/น, ฏ/ต, ญ/ย, ภ/พ, ธ/ท, ฐ/ถ, ร/ล, ใ/ไ and their kin.
_FOLD = str.maketrans(
    {
        **dict.fromkeys("ศษซ", "ส"),
        **dict.fromkeys("ณ", "น"),
        **dict.fromkeys("ฏ", "ต"),
        **dict.fromkeys("ฎ", "ด"),
        **dict.fromkeys("ญ", "ย"),
        **dict.fromkeys("ภผ", "พ"),
        **dict.fromkeys("ธฑฒฐถ", "ท"),
        **dict.fromkeys("ลฬ", "ร"),
        **dict.fromkeys("ฤฦ", "ร"),
        **dict.fromkeys("ฆฅขฃ", "ค"),
        **dict.fromkeys("ฌฉ", "ช"),
        **dict.fromkeys("ฝ", "ฟ"),
        **dict.fromkeys("ฮ", "ห"),
        # Short and long vowels.
        "ี": "ิ",
        "ื": "ึ",
        "ู": "ุ",
        "า": "ะ",
        "แ": "เ",
        "โ": None,
        "ๆ": None,
        "ฯ": None,
        "ฺ": None,
        "็": None,
        "่": None,
        "้": None,
        "๊": None,
        "๋": None,
    }
)
# A silent letter under การันต์, with the cluster it silences: จันทร์, ศาสตร์, ลักษมณ์.
_KARAN = re.compile("(?:(?<=[นณ])[ทดธ]ร|(?<=[สศษ])ตร|[" + CONSONANTS + "])[ิุ]?์")
_AI = re.compile("ไ([" + CONSONANTS + "])ย?")
_RO_HAN = re.compile("รร(?=[" + CONSONANTS + "](?![ะาิีึืุู์]))")
_RO_HAN_END = re.compile("รร")
_DOUBLED = re.compile("(.)\\1+")
_NOT_LETTERS = re.compile(r"[^ก-ฮเ-ไะ-ู]+")
_LATIN_VOWELS = re.compile(r"(?<=.)[aeiouyhw]")


@dataclass(frozen=True, slots=True)
class PhoneticKeys:
    """Blocking keys of one name.

    Attributes:
        skeleton: Our own key: confusable letters folded, silent letters and tone marks dropped.
        lk82: PyThaiNLP's LK82 key.
        udom83: PyThaiNLP's Udom83 key.
        metasound: PyThaiNLP's MetaSound key.
    """

    skeleton: str
    lk82: str
    udom83: str
    metasound: str


def skeleton(name: str) -> str:
    """Fold a name to what typists do not confuse.

    Args:
        name: A repaired name.

    Returns:
        A key; equal for ณัฐ/ณัฏฐ, พงษ์/พงศ์, วรรณ/วัน, ปิยะ/ปิยา; Latin names lose their later vowels and doubled letters.
    """
    if not has_thai(name):
        plain = "".join(c for c in name.lower() if c.isalnum())
        return _DOUBLED.sub(r"\1", _LATIN_VOWELS.sub("", _DOUBLED.sub(r"\1", plain)))
    text = _KARAN.sub("", name)
    text = _RO_HAN_END.sub("ัน", _RO_HAN.sub("ั", text))
    text = _AI.sub(r"\1ไ", text.replace("ใ", "ไ")).replace("ัย", "ไ").replace("ำ", "ะม")
    text = _NOT_LETTERS.sub("", text.translate(_FOLD))
    text = _DOUBLED.sub(r"\1", text.replace("ั", "ะ").replace("ตท", "ท"))
    # A final short a is written or left out (ปิยะ, ปิยา, ปิย).
    return text[:-1] if len(text) > 2 and text.endswith("ะ") else text


def phonetic_keys(name: str | None) -> PhoneticKeys | None:
    """All blocking keys of a name.

    Args:
        name: A repaired name.

    Returns:
        The keys, or None when there is no name.
    """
    if not name:
        return None
    if not has_thai(name):
        key = skeleton(name)
        return PhoneticKeys(key, key, key, key)
    from pythainlp.soundex import lk82, metasound, udom83

    return PhoneticKeys(skeleton(name), lk82(name), udom83(name), metasound(name))
