"""One frozen object of settings; the only reader of the environment."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import UserError

PACKAGED_CONTRACTS = Path(__file__).resolve().parent.parent / "data_contracts"
_MOST_THREADS = 256
# With less, DuckDB cannot even begin to spill.
_LEAST_MEGABYTES = 128
_MOST_MEGABYTES = 1_000_000_000
_MEGABYTES = {"K": 0.001, "M": 1, "G": 1000, "T": 1_000_000}


@dataclass(frozen=True, slots=True)
class Settings:
    """What a run may depend on beside its inputs.

    Attributes:
        home: The home folder.
        inbox: Folder with one folder for each agency.
        contracts: Folder of contracts, agreements and province.
        run_date: The night's date; decides freshness and agreements, never an age.
        accept_change: Why a change beyond the limits is accepted; empty: it is not.
        key_file: Secret key; None: ``identity/key`` in the home.
        threads: Worker threads of the engine.
        memory_limit: Memory the engine may use before it spills.
        reader_memory_bytes: Address space of the child process that parses a file.
        reader_seconds: Time limit of that process, for one file.
        workbook_passwords: Setting named by a contract (``passwordsFrom``) → passwords parted by spaces.
    """

    home: Path
    inbox: Path
    contracts: Path
    run_date: date
    accept_change: str = ""
    key_file: Path | None = None
    threads: int | None = None
    memory_limit: str = "4GB"
    reader_memory_bytes: int = 3 * 2**30
    reader_seconds: int = 120
    workbook_passwords: Mapping[str, str] = field(default_factory=dict, repr=False)


def settings_from_environment(
    environment: Mapping[str, str],
    *,
    run_date: date,
    home: Path | None = None,
    inbox: Path | None = None,
    contracts: Path | None = None,
    accept_change: str = "",
) -> Settings:
    """Build the settings of a command from its options and the environment.

    Args:
        environment: Usually ``os.environ``; read are KHRUA_HOME, KHRUA_KEY_FILE, KHRUA_THREADS, KHRUA_MEMORY_LIMIT and
            KHRUA_PASSWORDS_…, the passwords of workbooks.
        run_date: The night's date.
        home: ``--home``; else KHRUA_HOME, else ``home`` in the current folder.
        inbox: ``--inbox``; else ``inbox`` in the current folder.
        contracts: ``--contracts``; else ``data_contracts`` in the current folder, else the packaged ones.
        accept_change: ``--accept-change``.
    """
    here = Path.cwd()
    local = here / "data_contracts"
    key = environment.get("KHRUA_KEY_FILE")
    return Settings(
        home=(home or Path(environment.get("KHRUA_HOME", here / "home"))).absolute(),
        inbox=(inbox or here / "inbox").absolute(),
        contracts=(contracts or (local if local.is_dir() else PACKAGED_CONTRACTS)).absolute(),
        run_date=run_date,
        accept_change=accept_change.strip(),
        key_file=Path(key).absolute() if key else None,
        threads=_threads(environment.get("KHRUA_THREADS")),
        memory_limit=_memory_limit(environment.get("KHRUA_MEMORY_LIMIT") or "4GB"),
        workbook_passwords={n: v for n, v in environment.items() if n.startswith("KHRUA_PASSWORDS_")},
    )


def _memory_limit(text: str) -> str:
    found = re.fullmatch(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) *([KMGT])i?B", text.strip(), re.IGNORECASE)
    megabytes = float(found[1]) * _MEGABYTES[found[2].upper()] if found else 0
    if not _LEAST_MEGABYTES <= megabytes <= _MOST_MEGABYTES:
        raise UserError(
            f"KHRUA_MEMORY_LIMIT is no size such as 4GB, from {_LEAST_MEGABYTES}MB to 1000TB; correct or unset it.",
            f"ค่า KHRUA_MEMORY_LIMIT ต้องเป็นขนาด เช่น 4GB ตั้งแต่ {_LEAST_MEGABYTES}MB ถึง 1000TB โปรดแก้หรือลบค่านี้",
        )
    return text.strip()


def _threads(text: str | None) -> int | None:
    if not text:
        return None
    # More would use up all threads that the machine has for everybody.
    if not text.isdecimal() or not 1 <= int(text) <= _MOST_THREADS:
        raise UserError(
            f"KHRUA_THREADS is no whole number from 1 to {_MOST_THREADS}; correct or unset it.",
            f"ค่า KHRUA_THREADS ไม่ใช่จำนวนเต็มตั้งแต่ 1 ถึง {_MOST_THREADS} โปรดแก้หรือลบค่านี้",
        )
    return int(text)


@contextmanager
def passing_library_home() -> Iterator[None]:
    """Library homes for a command that has no home of its own; gone when it ends."""
    before = dict(os.environ)
    with TemporaryDirectory(prefix="khrua-") as folder:
        try:
            settle_library_homes(Path(folder))
            yield
        finally:
            for name in os.environ.keys() - before.keys():
                del os.environ[name]
            os.environ.update({name: text for name, text in before.items() if os.environ.get(name) != text})
            tempfile.tempdir = None


def settle_library_homes(home: Path) -> None:
    """Point libraries that write beside themselves into Khrua's home, before any of them is imported.

    PyThaiNLP fails on import when HOME does not exist; Prefect and Great Expectations would report home.
    """
    libraries = home / "libraries"
    settings = {
        "PYTHAINLP_DATA": str(libraries / "pythainlp"),
        "PREFECT_HOME": str(libraries / "prefect"),
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "GX_ANALYTICS_ENABLED": "false",
        # Temporary files may hold rows; Great Expectations leaves a folder behind for each suite.
        "TMPDIR": str(libraries / "tmp"),
    }
    for folder in ("pythainlp", "prefect", "tmp"):
        (libraries / folder).mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.update(settings)
    # Python has perhaps made up its mind already.
    tempfile.tempdir = None
