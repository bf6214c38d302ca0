"""The errors of a list, by class: each takes a frame and the rows it strikes, and notes what it did."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.synthetic.areas import province_areas
from pipeline.synthetic.frame import Frame, put_address
from pipeline.synthetic.misspell import CLASSES, misspell
from pipeline.synthetic.names import name_pools, surname_texts
from pipeline.synthetic.numbers import digits
from pipeline.synthetic.population import Population
from pipeline.synthetic.randomness import Bools, Ints, Objects, Rng, draw

Strike = Callable[[Frame, Ints, Population, Rng], None]
Eligible = Callable[[Frame, Population], Bools]

PLACEHOLDER_IDS = ("0000000000000", "1111111111111", "9999999999999", "1234567890123", "-")
_INVISIBLE = ("\u200b", "\u00a0", "\ufeff", " ")


def filled(values: Objects) -> Bools:
    """Where something stands."""
    return np.array([value is not None for value in values], dtype=bool)


def _any(frame: Frame, population: Population) -> Bools:
    return np.ones(len(frame), dtype=bool)


def _has(column: str) -> Eligible:
    return lambda frame, population: filled(frame.values[column])


def _per_row(frame: Frame, column: str, rows: Ints, change: Callable[[str, int], str], rng: Rng, error: str) -> None:
    values = frame.values[column]
    numbers = rng.integers(0, 1 << 30, len(rows))
    struck = []
    for row, number in zip(rows.tolist(), numbers.tolist(), strict=True):
        old = values[row]
        if not old:
            continue
        new = change(old, number)
        if new != old:
            values[row] = new
            struck.append(row)
    frame.mark(np.array(struck, dtype=np.int64), error)


def _spelling(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    weights = np.array([share for _, share, _ in CLASSES])
    first = draw(rng, weights / weights.sum(), len(rows))
    numbers = rng.integers(0, 1 << 30, len(rows))
    columns = np.where(rng.random(len(rows)) < 0.55, "first_name", "last_name")
    for row, column, kind, number in zip(
        rows.tolist(), columns.tolist(), first.tolist(), numbers.tolist(), strict=True
    ):
        name = frame.values[column][row]
        if not name:
            continue
        changed, struck = misspell(name, kind, number)
        if struck >= 0:
            frame.values[column][row] = changed
            frame.mark(np.array([row]), CLASSES[struck][0])


def _order_swapped(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    first, last = frame.values["first_name"], frame.values["last_name"]
    first[rows], last[rows] = last[rows].copy(), first[rows].copy()
    frame.mark(rows, "name_order_swapped")


def _old_given(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.values["first_name"][rows] = name_pools().given[population.people.old_first[frame.person[rows]]]
    frame.mark(rows, "old_given_name")


def _maiden(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.values["last_name"][rows] = surname_texts(name_pools(), population.people.old_last[frame.person[rows]])
    titles = frame.values["title"]
    titles[rows] = np.where(titles[rows] == "นาง", "นางสาว", titles[rows])
    frame.mark(rows, "maiden_name")


def _grown_woman(frame: Frame, population: Population) -> Bools:
    return np.isin(frame.values["title"].astype(str), ["นาง", "นางสาว"])


def _title_changed(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    titles = frame.values["title"]
    titles[rows] = np.where(titles[rows] == "นาง", "นางสาว", "นาง")
    frame.mark(rows, "title_changed")


def _title_in_name(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.values["first_name"][rows] = frame.values["title"][rows] + frame.values["first_name"][rows]
    frame.mark(rows, "title_in_name")


def _digit_wrong(text: str, number: int) -> str:
    at = number % len(text)
    return text[:at] + str((int(text[at]) + 1 + number // 31 % 9) % 10) + text[at + 1 :]


def _digits_swapped(text: str, number: int) -> str:
    at = number % (len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _digit_dropped(text: str, number: int) -> str:
    at = number % len(text)
    return text[:at] + text[at + 1 :]


def _on_digits(column: str, change: Callable[[str, int], str], error: str) -> Strike:
    def strike(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
        def safely(text: str, number: int) -> str:
            return change(text, number) if text.isdigit() else text

        _per_row(frame, column, rows, safely, rng, error)

    return strike


def _placeholder(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.values["national_id"][rows] = np.array(PLACEHOLDER_IDS, dtype=object)[
        rng.integers(0, len(PLACEHOLDER_IDS), len(rows))
    ]
    frame.mark(rows, "id_placeholder")


def _other_member(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    people = population.people
    person = frame.person[rows]
    step = np.where(rng.random(len(rows)) < 0.5, 1, -1)
    other = np.clip(person + step, 0, len(people) - 1)
    same = people.household[other] == people.household[person]
    other = np.where(same, other, np.clip(person - step, 0, len(people) - 1))
    same = (people.household[other] == people.household[person]) & (other != person)
    frame.values["national_id"][rows[same]] = digits(people.national_id[other[same]], 13).astype(object)
    frame.mark(rows[same], "id_of_other_member")


def _known_day(frame: Frame, population: Population) -> Bools:
    known: Bools = (frame.month > 0) & ~((frame.month == 1) & (frame.day == 1))
    return known


def _can_swap(frame: Frame, population: Population) -> Bools:
    both: Bools = (frame.day > 0) & (frame.day <= 12) & (frame.day != frame.month)
    return both


def _day_month(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.day[rows], frame.month[rows] = frame.month[rows].copy(), frame.day[rows].copy()
    frame.mark(rows, "birth_day_month_swapped")


def _decade(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    step = np.where((rng.random(len(rows)) < 0.5) | (frame.year[rows] > 2010), -10, 10)
    frame.year[rows] += step
    frame.day[rows] = np.where((frame.month[rows] == 2) & (frame.day[rows] == 29), 28, frame.day[rows])
    frame.mark(rows, "birth_decade_slip")


def _first_january(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.day[rows], frame.month[rows] = 1, 1
    frame.mark(rows, "birth_first_january")


def _year_only(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.day[rows], frame.month[rows] = 0, 0
    frame.mark(rows, "birth_year_only")


def _wrong_era(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    # Only the mark: how the wrong era is written depends on the form of dates in the list.
    frame.mark(rows, "birth_wrong_era")


def _birth_missing(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.year[rows], frame.month[rows], frame.day[rows] = 0, 0, 0
    frame.mark(rows, "birth_missing")


def _moved(frame: Frame, population: Population) -> Bools:
    moved: Bools = population.people.old_house[frame.person] >= 0
    return moved


def _address_old(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.house[rows] = population.people.old_house[frame.person[rows]]
    put_address(population, frame, rows)
    frame.mark(rows, "address_old")


def _split_amphoe(frame: Frame, population: Population) -> Bools:
    old = province_areas().old_amphoe[population.houses.tambon[frame.house]]
    split: Bools = (frame.house >= 0) & (old != "")
    return split


def _amphoe_old(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.values["amphoe"][rows] = province_areas().old_amphoe[population.houses.tambon[frame.house[rows]]]
    frame.mark(rows, "amphoe_old_name")


def _abbreviated(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    # The short forms of officers: อ.เมือง for the city, อ. and ต. glued to the name.
    amphoe, tambon, village = (frame.values[name] for name in ("amphoe", "tambon", "village"))
    here = rows[filled(amphoe[rows])]
    amphoe[here] = np.where(amphoe[here] == "เมืองนครราชสีมา", "อ.เมือง", "อ." + amphoe[here])
    tambon[here] = "ต." + tambon[here]
    named = here[filled(village[here])]
    village[named] = "บ." + village[named]
    frame.mark(here, "address_abbreviated")


def _house_no_wrong(text: str, number: int) -> str:
    if "/" in text:
        return text.split("/")[0] if number % 2 else text.replace("/", "-")
    return _digit_wrong(text, number) if len(text) > 1 and text.isdigit() else text


def _moo_missing(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    frame.values["moo"][rows] = None
    frame.mark(rows, "moo_missing")


def _keyboard(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    _per_row(frame, "first_name", rows, english_layout, rng, "keyboard_layout")


def _invisible(frame: Frame, rows: Ints, population: Population, rng: Rng) -> None:
    def hide(text: str, number: int) -> str:
        mark = _INVISIBLE[number % len(_INVISIBLE)]
        return text + mark if number // 7 % 2 else mark + text

    half = rng.random(len(rows)) < 0.5
    _per_row(frame, "first_name", rows[half], hide, rng, "invisible_characters")
    _per_row(frame, "last_name", rows[~half], hide, rng, "invisible_characters")


def english_layout(text: str, number: int = 0) -> str:
    """The text as it appears when typed with the keyboard left on English."""
    from pythainlp.util import thai_to_eng

    return str(thai_to_eng(text))


# In this order: what changes who or where is meant first, what changes only letters last.
STRIKES: tuple[tuple[str, Eligible, Strike], ...] = (
    ("address_old", _moved, _address_old),
    ("amphoe_old_name", _split_amphoe, _amphoe_old),
    ("old_given_name", lambda f, p: p.people.old_first[f.person] >= 0, _old_given),
    ("maiden_name", lambda f, p: p.people.old_last[f.person] >= 0, _maiden),
    ("title_changed", _grown_woman, _title_changed),
    ("id_of_other_member", _any, _other_member),
    ("id_digit_wrong", _has("national_id"), _on_digits("national_id", _digit_wrong, "id_digit_wrong")),
    ("id_digits_swapped", _has("national_id"), _on_digits("national_id", _digits_swapped, "id_digits_swapped")),
    ("id_digit_dropped", _has("national_id"), _on_digits("national_id", _digit_dropped, "id_digit_dropped")),
    ("id_placeholder", _any, _placeholder),
    ("birth_day_month_swapped", _can_swap, _day_month),
    ("birth_decade_slip", _any, _decade),
    ("birth_first_january", _known_day, _first_january),
    ("birth_year_only", _any, _year_only),
    ("birth_wrong_era", _any, _wrong_era),
    ("birth_missing", _any, _birth_missing),
    (
        "house_no_wrong",
        _has("house_no"),
        lambda f, r, p, g: _per_row(f, "house_no", r, _house_no_wrong, g, "house_no_wrong"),
    ),
    ("house_code_digit_wrong", _has("house_code"), _on_digits("house_code", _digit_wrong, "house_code_digit_wrong")),
    ("moo_missing", _has("moo"), _moo_missing),
    ("address_abbreviated", _any, _abbreviated),
    ("name_spelling", _any, _spelling),
    ("name_order_swapped", _any, _order_swapped),
    ("keyboard_layout", _any, _keyboard),
    ("invisible_characters", _any, _invisible),
    ("title_in_name", _has("title"), _title_in_name),
)
