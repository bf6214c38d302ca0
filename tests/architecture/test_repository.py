"""What the repository may and may not hold."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT_ENDINGS = {".py", ".md", ".yaml", ".yml", ".toml", ".sql", ".lock", ".j2", ".css", ".json", ".csv", ""}
# Written in pieces, so that this file does not hold what it looks for.
FORBIDDEN = re.compile(
    "|".join(
        ["py" + r"pi\.org", "python" + "hosted", "npm" + r"js\.", "/wor" + "k/", "/roo" + "t/", "debian" + r"\.org"]
    )
)


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def test_no_file_names_a_package_index_or_a_path_of_one_machine() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path in _tracked()
        if path.suffix in TEXT_ENDINGS and FORBIDDEN.search(path.read_text(encoding="utf-8", errors="replace"))
    ]
    assert found == []


def test_every_locked_package_has_a_hash() -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (ROOT / "requirements.lock").read_text(encoding="utf-8").strip())
    assert len(blocks) > 50
    assert [b.split("\n")[0] for b in blocks if "--hash=sha256:" not in b or "==" not in b] == []


def test_no_tracked_file_is_larger_than_one_megabyte() -> None:
    assert [str(p.relative_to(ROOT)) for p in _tracked() if p.stat().st_size > 1_000_000] == []


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench"])
def test_the_makefile_has_the_commands_that_the_documents_name(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.mark.parametrize("way", [["-C"], ["-f"]])
def test_the_commands_work_from_any_folder_whatever_its_name(way: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "ครัว of a name"
    (folder / ".venv").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    # Set up already: what is run is shown, and not run.
    (folder / ".venv" / ".ready").touch()
    place = folder if way == ["-C"] else folder / "Makefile"
    shown = subprocess.run(
        ["make", "--dry-run", *way, str(place), "demo"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert ".venv/bin/khrua run --inbox sample_data/inbox" in shown.stdout
    assert "pip install" not in shown.stdout
