"""From concepts to one canonical record: which cell goes before which, and what is derived from others."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.normalise.coded import by_value, first_known, plain

Parts = dict[str, pa.Table]


def _has_flag(flags: pa.ChunkedArray, flag: str) -> pa.ChunkedArray:
    return pc.fill_null(by_value(flags, lambda texts: pc.match_substring(texts, flag)), False)


def join_words(*columns: pa.ChunkedArray) -> pa.ChunkedArray:
    """Texts with one space between them, nulls left out; null when all are.

    Args:
        columns: Texts of the same length.
    """
    # Not null_handling="skip": pyarrow 26 loses a row where every part is null.
    filled = [pc.fill_null(plain(c), "") for c in columns]
    joined = pc.utf8_trim_whitespace(pc.binary_join_element_wise(*filled, " "))
    text = pc.replace_substring_regex(joined, " +", " ")
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def name_columns(parts: Parts) -> dict[str, pa.ChunkedArray]:
    """Title, given, middle and last name and the sex a title implies.

    The title's own cell goes before a title in a name; separate cells go before the full name; further words of the
    given-name cell are the surname only where the surname's own cell says nothing (names.combine is the same rule
    for one record).

    Args:
        parts: Concepts by name.
    """
    given, surname, full, title = parts["first_name"], parts["last_name"], parts["full_name"], parts["title"]
    has_given = pc.is_valid(given["first_name"])
    middle = given["middle_name"]
    if given["last_name"].null_count < len(given["last_name"]):
        has_surname = pc.is_valid(surname["last_name"])
        differs = pc.not_equal(plain(given["last_name"]), plain(surname["last_name"]))
        extra = pc.and_(has_surname, pc.fill_null(differs, False))
        middle = pc.if_else(extra, join_words(given["middle_name"], given["last_name"]), plain(given["middle_name"]))
    return {
        "title": first_known(title["value"], given["title"], full["title"]),
        "title_sex": first_known(title["sex"], given["sex"], full["sex"]),
        "first_name": first_known(given["first_name"], full["first_name"]),
        "middle_name": pc.if_else(has_given, plain(middle), plain(full["middle_name"])),
        "last_name": first_known(surname["last_name"], given["last_name"], full["last_name"]),
    }


def place_columns(parts: Parts) -> dict[str, pa.ChunkedArray]:
    """House number, moo, village and areas: a cell of its own goes before the address in one cell.

    Args:
        parts: Concepts by name.
    """
    house, moo, village = parts["house_no"], parts["moo"], parts["village"]
    address, area = parts["address"], parts["tambon"]
    return {
        "house_no": first_known(house["value"], address["value"]),
        "moo": first_known(moo["value"], house["moo"], village["moo"], address["moo"], area["moo"]),
        "village": first_known(village["value"], moo["village"], address["village"]),
        "tambon_code": area["value"],
        "amphoe_code": area["amphoe_code"],
        "province_code": area["province_code"],
        "amphoe": area["amphoe"],
        "household_type_code": first_known(
            parts["household_type"]["value"],
            address["household_type"],
            house["household_type"],
            village["household_type"],
        ),
    }


def life_columns(parts: Parts) -> dict[str, pa.ChunkedArray]:
    """Life status and its date: the word, else a date of death, else a bracket in the name that says so.

    A date of death makes dead, whatever the word says: ปกติ is often left in place.

    Args:
        parts: Concepts by name.
    """
    died = plain(parts["death_date"]["value"])
    dead = pa.scalar("dead")
    null = pa.scalar(None, pa.string())
    in_name = pc.or_(
        _has_flag(parts["first_name"]["flags"], "says_dead"),
        pc.or_(
            _has_flag(parts["full_name"]["flags"], "says_dead"), _has_flag(parts["last_name"]["flags"], "says_dead")
        ),
    )
    word = plain(parts["life_status"]["value"])
    status = pc.coalesce(pc.if_else(pc.is_valid(died), dead, null), word, pc.if_else(in_name, dead, null))
    return {
        "life_status_code": status,
        "life_status_date": pc.if_else(pc.fill_null(pc.equal(status, "dead"), False), died, null),
    }


def assemble(record: pa.Table, parts: Parts) -> tuple[pa.Table, pa.ChunkedArray]:
    """One canonical record for each record.

    Args:
        record: The records.
        parts: Concepts by name, one row for each record.

    Returns:
        NORMAL_RECORD, and the sex implied by the title (to compare with the column's).
    """
    names = name_columns(parts)
    title_sex = names.pop("title_sex")
    birth, ids, house = parts["birth_date"], parts["national_id"], parts["house_code"]
    columns: dict[str, pa.ChunkedArray] = {
        **{c: record[c] for c in ("record_id", "agency", "record_kind", "list_code", "role", "evidence_date")},
        "national_id": ids["value"],
        "national_id_status": ids["status"],
        "national_id_kind": ids["kind"],
        **names,
        "sex": first_known(parts["sex"]["value"], title_sex),
        "birth_date": birth["value"],
        "birth_year": birth["year"],
        "birth_month": birth["month"],
        "birth_day": birth["day"],
        "birth_year_source": birth["source"],
        **place_columns(parts),
        "house_code": house["value"],
        "house_code_status": house["status"],
        "household_ref": parts["household_ref"]["value"],
        "relationship_code": parts["relationship"]["value"],
        **life_columns(parts),
        "last_seen_date": parts["last_seen_date"]["date"],
    }
    return pa.table(columns), title_sex
