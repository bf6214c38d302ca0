"""What the console says of the files and agencies that were set aside: one fault, one line, Thai and English.

A scheduler keeps what the console shows as a log, so the person in the name of a file or folder is masked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.contracts import ContractFault
from pipeline.issues import issue_code
from pipeline.privacy import mask_label

FAULTY_CONTRACT = "contract_faulty"


def stop_lines(issues: Iterable[Mapping[str, Any]], name_of: Callable[[str], str]) -> tuple[str, ...]:
    """Why files and agencies were set aside, and the way out.

    Args:
        issues: Rows of ``tables.ISSUE``; those that stop a file are told, with the headers they name.
        name_of: What the officer calls the agency of a code: its name, or the folder's; empty where the code says all.
    """
    stops: dict[tuple[str, str, str], list[str]] = {}
    for row in issues:
        if row["severity"] == "stop":
            where = (row["agency"], row["file_name"] or "", row["code"])
            stops.setdefault(where, []).append(row["header"] or "")
    return tuple(
        _stop_line(" ".join(part for part in (name_of(agency), f"[{agency}]", file_name) if part), code, headers)
        for (agency, file_name, code), headers in sorted(stops.items())
    )


def _stop_line(place: str, code: str, headers: Sequence[str]) -> str:
    issue = issue_code(code)
    named = ", ".join(f"“{h}”" for h in dict.fromkeys(headers) if h)
    thai, english = (" ".join(part for part in (text, named) if part) for text in (issue.thai, issue.english))
    if code == FAULTY_CONTRACT:
        # The way out stands below the faults themselves, with the folder that this night read.
        return f"{mask_label(place)}: {thai} · {english} [{code}]"
    return f"{mask_label(place)}: {thai} → {issue.way_out} · {english} → {issue.way_out_english} [{code}]"


def contract_lines(faults: Sequence[ContractFault], folder: Path) -> tuple[str, ...]:
    """Every fault of the contracts with its file and line, and how to check them again.

    Args:
        faults: Of the contracts folder.
        folder: The contracts folder of the night.
    """
    if not faults:
        return ()
    check = f'khrua contract check "{folder}"'
    return (
        *(fault.text for fault in faults),
        f"แก้ตามบรรทัดข้างบน แล้วตรวจอีกครั้งด้วย {check} · mend the lines above, then check again with {check}",
    )
