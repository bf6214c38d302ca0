"""The files and their truth: same bytes, right rows, errors at their rates."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from pipeline.errors import UserError
from pipeline.synthetic import make_canonical, make_province
from pipeline.synthetic.error_model import load_model
from pipeline.values import national_id

ROOT = Path(__file__).parents[2]
SMALL = 700
REGISTER = "ทร14_นครราชสีมา_256906.csv"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("clean")
    make_province(SMALL, 3, out, model="clean")
    return out


@pytest.fixture(scope="module")
def larger(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("larger")
    make_province(6000, 11, out)
    return out


def digest(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def read(path: Path) -> dict[str, list[list[object]]]:
    """Every sheet of a delivered file, row by row from the first."""
    if path.suffix == ".csv":
        content = path.read_bytes()
        encoding = "utf-8-sig" if content.startswith(b"\xef\xbb\xbf") else "cp874"
        return {"": [list(row) for row in csv.reader(io.StringIO(content.decode(encoding)), strict=True)]}
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def rows_of(folder: Path) -> list[dict[str, str]]:
    return pq.read_table(folder / "truth/rows.parquet").to_pylist()


def delivered(folder: Path) -> dict[tuple[str, str], dict[str, list[list[object]]]]:
    return {(p.parent.name, p.name): read(p) for p in sorted((folder / "inbox").glob("*/*"))}


def test_the_same_seed_gives_the_same_bytes_in_another_process_folder_and_locale(tmp_path: Path) -> None:
    make_province(300, 5, tmp_path / "here")
    make_canonical(300, 5, tmp_path / "here/canonical")
    code = (
        "import sys; from pathlib import Path; from pipeline.synthetic import make_canonical, make_province\n"
        "out = Path(sys.argv[1]); make_province(300, 5, out); make_canonical(300, 5, out / 'canonical')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77", "LC_ALL": "C", "TZ": "Asia/Bangkok", "PYTHONUTF8": "1"}
    there = tmp_path / "elsewhere" / "ที่อื่น"
    subprocess.run([sys.executable, "-c", code, str(there)], check=True, cwd=ROOT, env=environment)
    assert digest(tmp_path / "here") == digest(there)


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    make_province(100, 1, tmp_path / "one", agencies=("admin",))
    make_province(100, 2, tmp_path / "two", agencies=("admin",))
    ids = [set(pq.read_table(tmp_path / n / "truth/people.parquet")["national_id"].to_pylist()) for n in ("one", "two")]
    assert not ids[0] & ids[1]


def test_the_committed_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    make_province(3500, 1, tmp_path)
    committed = {k: v for k, v in digest(ROOT / "sample_data").items() if k.split("/")[0] in ("inbox", "truth")}
    assert digest(tmp_path) == committed


def test_the_committed_sample_is_small_and_holds_a_thousand_households() -> None:
    files = [p for p in (ROOT / "sample_data").rglob("*") if p.is_file()]
    assert sum(p.stat().st_size for p in files) < 5_000_000
    households = pq.read_table(ROOT / "sample_data/truth/households.parquet")
    assert 900 < households.num_rows < 1200


def test_a_list_of_the_sample_says_that_somebody_has_no_fixed_home() -> None:
    homes = pq.read_table(ROOT / "sample_data/truth/households.parquet").to_pylist()
    homeless = {h["household_id"] for h in homes if h["household_type_code"] == "no_fixed_home"}
    files = delivered(ROOT / "sample_data")
    rows = [r for r in rows_of(ROOT / "sample_data") if r["household_id"] in homeless and r["agency"] == "social_dev"]
    cells = [files[r["agency"], r["file_name"]][r["sheet"]][int(r["row_number"]) - 1] for r in rows]
    assert cells and all("ไม่มีที่อยู่เป็นหลักแหล่ง" in row for row in cells)


def test_every_true_row_stands_in_its_file_at_its_row_number(clean: Path) -> None:
    people = {p["person_id"]: p for p in pq.read_table(clean / "truth/people.parquet").to_pylist()}
    files = delivered(clean)
    checked: Counter[str] = Counter()
    for row in rows_of(clean):
        cells = files[row["agency"], row["file_name"]][row["sheet"]][row["row_number"] - 1]
        text = " ".join(str(cell) for cell in cells)
        if row["person_id"] is None:
            assert text.strip(), row["agency"]
            continue
        person = people[row["person_id"]]
        assert person["last_name"] in text, (row["agency"], row["row_number"], row["role"])
        assert person["first_name"] in text, (row["agency"], row["row_number"], row["role"])
        checked[row["role"]] += 1
    assert set(checked) == {"person", "head", "spouse", "child", "parent", "member"}


def test_rows_that_are_nobody_are_not_in_the_truth(clean: Path) -> None:
    named = {(r["agency"], r["file_name"], r["sheet"], r["row_number"]) for r in rows_of(clean)}
    for (agency, file_name), book in delivered(clean).items():
        for sheet, rows in book.items():
            for number, cells in enumerate(rows, start=1):
                is_total = str(cells[0]).startswith("รวม")
                assert not (is_total and (agency, file_name, sheet, number) in named)
            data = sum(1 for key in named if key[:3] == (agency, file_name, sheet))
            assert 0 < data < len(rows)


def test_the_clean_model_puts_in_no_errors_but_the_missing_ids_of_forms_without_id(clean: Path) -> None:
    assert {row["errors"] for row in rows_of(clean)} == {""}


def test_totals_are_the_sums_of_their_columns(clean: Path) -> None:
    (rows,) = delivered(clean)["agri_coop", "สำรวจที่ดินและหนี้สิน_2568.xlsx"].values()
    debts = [row[12] for row in rows[3:-1]]
    assert rows[-1][0] == "รวม"
    assert rows[-1][12] == sum(value for value in debts if isinstance(value, float))


def test_births_are_written_in_every_form(larger: Path) -> None:
    files = delivered(larger)
    cells = [cell for book in files.values() for rows in book.values() for row in rows for cell in row]
    assert any(isinstance(cell, date) and cell.year > 2400 for cell in cells)
    texts = {cell for cell in cells if isinstance(cell, str)}
    import re

    for form in (r"\d{1,2}/\d{1,2}/25\d\d", r"\d{1,2} ม\.ค\. 25\d\d", r"25\d{6}", r"[๐-๙]{1,2} ม\.ค\. [๐-๙]{4}"):
        assert any(re.fullmatch(form, text) for text in texts), form
    assert any(isinstance(cell, float) and cell > 10**12 for cell in cells)
    assert any(re.fullmatch(r"\d-99\d\d-\d{5}-\d\d-\d", text) for text in texts)


def test_every_class_of_error_occurs_and_is_named_in_the_truth(larger: Path) -> None:
    from pipeline.synthetic.frame import ERROR_CLASSES

    seen = Counter(name for row in rows_of(larger) for name in row["errors"].split())
    assert set(seen) == set(ERROR_CLASSES)


@pytest.mark.parametrize(
    ("agencies", "errors", "low", "high"),
    [
        (("prd",), ("id_missing",), 0.75, 0.95),
        (("admin",), ("id_missing",), 0.0005, 0.005),
        (("admin", "community_dev"), ("name_",), 0.005, 0.016),
        (("community_net", "prd", "social_dev", "province", "livestock"), ("name_",), 0.06, 0.12),
        (("social_dev", "province", "livestock", "health", "agri_coop"), ("house_no_date",), 0.02, 0.08),
        (("province", "livestock", "agri_coop", "health"), ("id_digit", "id_placeholder"), 0.012, 0.045),
    ],
)
def test_errors_stand_in_lists_at_their_rates(
    larger: Path, agencies: tuple[str, ...], errors: tuple[str, ...], low: float, high: float
) -> None:
    rows = [row["errors"].split() for row in rows_of(larger) if row["agency"] in agencies and row["person_id"]]
    share = sum(any(name.startswith(errors) for name in row) for row in rows) / len(rows)
    assert low < share < high


def test_ids_in_system_exports_pass_the_checksum_as_often_as_real_ones(larger: Path) -> None:
    (rows,) = delivered(larger)["admin", REGISTER].values()
    ids = [str(row[0]) for row in rows[1:] if row[0]]
    assert sum(national_id.is_valid(i) for i in ids) / len(ids) > 0.965


def test_every_id_without_a_planted_error_is_recognisable_as_made_up(larger: Path) -> None:
    people = pq.read_table(larger / "truth/people.parquet")["national_id"].to_pylist()
    assert {i[1:3] for i in people if i} == {"99"}
    planted = {r["row_number"] for r in rows_of(larger) if r["agency"] == "admin" and "id_" in r["errors"]}
    (rows,) = delivered(larger)["admin", REGISTER].values()
    numbered = enumerate(rows[1:], start=2)
    typed = [str(row[0]) for number, row in numbered if row[0] and number not in planted]
    assert len(typed) > 1000
    assert {i[1:3] for i in typed} == {"99"}


def test_the_truth_of_persons_households_and_indicators_agrees(larger: Path) -> None:
    rows = rows_of(larger)
    home = {p["person_id"]: p["household_id"] for p in pq.read_table(larger / "truth/people.parquet").to_pylist()}
    assert all(home[row["person_id"]] == row["household_id"] for row in rows if row["person_id"])
    indicators = pq.read_table(larger / "truth/indicators.parquet")
    assert set(indicators["state_code"].to_pylist()) == {"pass", "fail", "not_applicable"}
    households = pq.read_table(larger / "truth/households.parquet").to_pylist()
    ordinary = {h["household_id"] for h in households if h["household_type_code"] == "ordinary"}
    assert set(indicators["household_id"].to_pylist()) == ordinary
    assert indicators.num_rows == 31 * len(ordinary)


def test_the_survey_sheet_states_the_true_indicators(clean: Path) -> None:
    truth = {
        (r["household_id"], r["indicator_code"]): r["state_code"]
        for r in pq.read_table(clean / "truth/indicators.parquet").to_pylist()
    }
    file = "จปฐ_2564_จังหวัดนครราชสีมา.xlsx"
    sheet = delivered(clean)["community_dev", file]["ครัวเรือน"]
    typed = {"1": "pass", "0": "fail", "-": "not_applicable"}
    rows = [r for r in rows_of(clean) if r["agency"] == "community_dev" and r["sheet"] == "ครัวเรือน"]
    for row in rows:
        cells = sheet[row["row_number"] - 1][14:45]
        stated = [typed[str(cell)] for cell in cells]
        assert stated == [truth[row["household_id"], f"bmn_{n:02d}"] for n in range(1, 32)]


def test_an_unknown_error_model_is_a_users_error_with_the_known_names(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="default, harsh, clean"):
        make_province(100, 1, tmp_path, model="none")


def test_the_harsh_model_errs_more_often_than_the_default() -> None:
    default, harsh = load_model("default"), load_model("harsh")
    assert harsh.rate("name_spelling", True) == pytest.approx(3 * default.rate("name_spelling", True))
    assert harsh.missing_id_share("community_net") == 1.0
    assert 0.9 < harsh.missing_id_share("prd") < 1.0
