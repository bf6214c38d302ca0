"""The commands. Each parses, builds its settings, calls one function and maps errors to exit codes.

Only typer, the standard library and what imports no more than these stand at the top, so that ``khrua --help`` answers
at once.
"""

from __future__ import annotations

import json
import os
from contextlib import nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.commands.endings import ending_in_words, reason_of, telling_of_files

if TYPE_CHECKING:
    from pipeline.settings import Settings

app = typer.Typer(
    name="khrua",
    help="ครัว: หาครัวเรือนยากจนจากบัญชีของหน่วยงาน และส่งบัญชีที่กระทบยอดแล้วคืน · "
    "Links the agencies' lists to persons and households, publishes a warehouse, gives each list back.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
contract_app = typer.Typer(help="สัญญาข้อมูลของหน่วยงาน · The agencies' data contracts.", no_args_is_help=True)
app.add_typer(contract_app, name="contract")


def _named(text: str) -> Path:
    """A file or folder; nothing, as an unset variable gives, would be the folder somebody happens to stand in."""
    from pipeline.errors import UserError

    if not text.strip():
        raise UserError(
            "A file or folder is named by an empty text, as a variable that is not set gives; name it.",
            "ชื่อไฟล์หรือโฟลเดอร์ที่ระบุว่างเปล่า (ตัวแปรอาจยังไม่ได้กำหนดค่า) โปรดระบุชื่อ",
        )
    return Path(text)


def _path(name: str, text: str) -> Any:
    return typer.Option(name, parser=_named, metavar="PATH", help=text)


OutOption = Annotated[Path, _path("--out", "โฟลเดอร์ผลลัพธ์ · Folder for the results.")]
InboxOption = Annotated[Path | None, _path("--inbox", "โฟลเดอร์ที่หน่วยงานวางไฟล์ · One folder per agency.")]
ContractsOption = Annotated[Path | None, _path("--contracts", "โฟลเดอร์สัญญาข้อมูล · Contracts folder.")]
HomeOption = Annotated[Path | None, _path("--home", "โฟลเดอร์ของระบบ · Home folder (default: ./home).")]
DateOption = Annotated[str | None, typer.Option("--date", help="วันที่ของรอบ YYYY-MM-DD · The night's date.")]
JsonOption = Annotated[bool, typer.Option("--json", help="ผลเป็น JSON · Print JSON.")]


def _settings(
    home: Path | None = None,
    inbox: Path | None = None,
    contracts: Path | None = None,
    day: str | None = None,
    accept_change: str = "",
) -> Settings:
    from pipeline.settings import settings_from_environment

    return settings_from_environment(
        os.environ,
        run_date=_day(day),
        home=home,
        inbox=inbox,
        contracts=contracts,
        accept_change=accept_change,
    )


def _day(text: str | None) -> date:
    """The date of a command; today in the local time zone when it is not given."""
    from pipeline.errors import UserError

    if text is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UserError(
            "The date after --date is not of the form YYYY-MM-DD (CE); write it like 2026-11-24.",
            "วันที่หลัง --date ต้องเป็นรูปแบบ YYYY-MM-DD (ค.ศ.) เช่น 2026-11-24",
        ) from error


def _print_json(data: Any) -> None:
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


@app.command()
def run(
    inbox: InboxOption = None,
    contracts: ContractsOption = None,
    home: HomeOption = None,
    day: DateOption = None,
    accept_change: Annotated[
        str, typer.Option("--accept-change", help="เหตุผลที่ยอมรับการเปลี่ยนแปลงเกินเกณฑ์ · Why a large change is right.")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """งานประจำคืน: อ่าน เชื่อมโยง วัด เผยแพร่ ส่งคืน · The nightly job."""
    from flows.start import run_night

    result = run_night(_settings(home, inbox, contracts, day, accept_change), show_progress=not as_json)
    if as_json:
        _print_json(result.to_json())
    else:
        for line in result.lines():
            typer.echo(line)
    raise typer.Exit(int(result.exit_code))


@app.command()
def link(
    records: Annotated[Path, typer.Argument(help="RECORDS.parquet", show_default=False)],
    out: OutOption,
    previous: Annotated[Path | None, _path("--previous", "ผลของครั้งก่อน · Results of the time before.")] = None,
    full: Annotated[bool, typer.Option("--full", help="เทียบใหม่ทุกคู่ · Compare every pair again.")] = False,
    retrain: Annotated[bool, typer.Option("--retrain", help="เรียนรู้น้ำหนักใหม่ · Learn the weights anew.")] = False,
    decisions: Annotated[Path | None, _path("--decisions", "คำวินิจฉัยของเจ้าหน้าที่ (CSV) · Clerical decisions.")] = None,
    duplicate_free: Annotated[
        str, typer.Option("--duplicate-free", help="หน่วยงานที่บัญชีไม่มีคนซ้ำ คั่นด้วยจุลภาค · AGENCY,…")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """เชื่อมโยงระเบียนเป็นบุคคลและครัวเรือน · Link records to persons and households."""
    from pipeline.commands.link import link_file

    with telling_of_files():
        report = link_file(
            records,
            out,
            previous=previous,
            full=full,
            retrain=retrain,
            decisions=decisions,
            duplicate_free=tuple(a.strip() for a in duplicate_free.split(",") if a.strip()),
            settings=_settings(),
            tell=lambda line: typer.echo(line, err=True),
        )
    if as_json:
        _print_json(report)
    else:
        typer.echo(
            f"เชื่อมโยง {report['records']:,} ระเบียน เป็น {report['persons']:,} คน {report['households']:,} ครัวเรือน · "
            f"{report['records']:,} records, {report['persons']:,} persons, {report['households']:,} households"
        )


@app.command()
def evaluate(
    linked: Annotated[Path | None, typer.Argument(help="linked.parquet", show_default=False)] = None,
    truth_file: Annotated[
        Path | None, typer.Argument(metavar="TRUTH", help="truth.parquet", show_default=False)
    ] = None,
    home: HomeOption = None,
    truth: Annotated[Path | None, typer.Option("--truth", help="โฟลเดอร์ truth ของจังหวัดจำลอง · Truth folder.")] = None,
) -> None:
    """ความแม่นยำเทียบกับความจริงที่รู้ เป็น JSON · Precision, recall and F1 against known truth."""
    from pipeline.commands.evaluate import doubt, evaluate_files, evaluate_home
    from pipeline.errors import UserError

    if linked is not None and truth_file is not None and home is None and truth is None:
        with telling_of_files():
            found = evaluate_files(linked, truth_file)
    elif home is not None and truth is not None and linked is None:
        with telling_of_files():
            found = evaluate_home(home, truth)
    else:
        raise UserError(
            "Give either LINKED and TRUTH, or --home and --truth.",
            "ระบุ LINKED กับ TRUTH หรือ --home กับ --truth อย่างใดอย่างหนึ่ง",
        )
    _print_json(found)
    if (line := doubt(found)) is not None:
        typer.echo(line, err=True)


@app.command()
def inspect(file: Annotated[Path, typer.Argument(show_default=False)], as_json: JsonOption = False) -> None:
    """ดูว่าในไฟล์มีอะไร: แผ่นงาน หัวตาราง แถว · What is in a spreadsheet."""
    from pipeline.extract.inspect import describe_lines, inspect_file

    found = inspect_file(file)
    if as_json:
        _print_json(found)
    else:
        for line in describe_lines(found):
            typer.echo(line)


@contract_app.command("check")
def contract_check(
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """ตรวจสัญญาข้อมูลทั้งหมด แสดงทุกข้อผิดพลาดพร้อมบรรทัด · All faults of all contracts at once."""
    from pipeline.contracts.files import check_contracts, contract_faults_as_rows, format_contract_faults

    where = _settings(contracts=folder).contracts
    faults = check_contracts(where)
    if as_json:
        _print_json(contract_faults_as_rows(faults, where))
    else:
        typer.echo(format_contract_faults(faults, where))
    raise typer.Exit(2 if faults else 0)


@contract_app.command("draft")
def contract_draft(file: Annotated[Path, typer.Argument(show_default=False)]) -> None:
    """ร่างสัญญาข้อมูลจากไฟล์ของหน่วยงาน · Draft a contract from an agency's file."""
    from pipeline.contracts.draft import draft_contract
    from pipeline.extract.inspect import sheet_samples

    typer.echo(draft_contract(file.stem, sheet_samples(file)))


@app.command()
def sample(
    people: Annotated[int, typer.Option("--people", min=50, help="จำนวนคน · How many people.")],
    out: OutOption,
    seed: Annotated[
        int, typer.Option("--seed", min=0, max=2**32 - 1, help="เลขตั้งต้น · The same seed gives the same bytes.")
    ] = 1,
    canonical: Annotated[
        bool,
        typer.Option("--canonical", help="เขียน records.parquet สำหรับ khrua link · Records instead of spreadsheets."),
    ] = False,
    model: Annotated[str, typer.Option("--model", help="แบบความผิดพลาด · Error model.")] = "default",
    missing_ids: Annotated[
        float | None,
        typer.Option(
            "--missing-ids",
            min=0,
            max=1,
            help="สัดส่วนที่ไม่มีเลขประจำตัว กับ --canonical · Share without an ID, with --canonical.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="เขียนทับโฟลเดอร์ที่มีไฟล์อยู่แล้ว · Write into a folder that is not empty.")
    ] = False,
) -> None:
    """สร้างจังหวัดจำลอง · Make a province that never was."""
    from pipeline.errors import UserError
    from pipeline.settings import passing_library_home

    if missing_ids is not None and not canonical:
        raise UserError(
            "--missing-ids goes with --canonical; give both.", "--missing-ids ใช้กับ --canonical โปรดระบุทั้งสอง"
        )
    with passing_library_home():
        from pipeline.synthetic import make_canonical, make_province

        try:
            if not force and out.is_dir() and any(out.iterdir()):
                raise UserError(
                    f"The folder {out.name} after --out is not empty; name a new one, or write over it with --force.",
                    f"โฟลเดอร์ {out.name} หลัง --out มีไฟล์อยู่แล้ว โปรดระบุโฟลเดอร์ใหม่ หรือเขียนทับด้วย --force",
                )
            if canonical:
                make_canonical(people=people, seed=seed, out=out, model=model, missing_id_share=missing_ids)
            else:
                make_province(people=people, seed=seed, out=out, model=model)
        except OSError as error:
            reason = reason_of(error)
            raise UserError(
                f"The folder {out.name} after --out cannot be written ({reason}); make room for it, or name another.",
                f"เขียนโฟลเดอร์ {out.name} หลัง --out ไม่ได้ ({reason}) โปรดเพิ่มที่ว่างหรือระบุโฟลเดอร์อื่น",
            ) from error
    typer.echo(f"สร้างจังหวัดจำลองแล้วที่ {out} · written to {out}")


@app.command()
def status(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """ฉบับเผยแพร่ปัจจุบันและรอบล่าสุด · The current publication and the last run."""
    from pipeline.commands.home import home_status, status_lines

    found = home_status(_settings(home).home)
    if as_json:
        _print_json(found)
    else:
        for line in status_lines(found):
            typer.echo(line)


@app.command()
def publications(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """รายการฉบับเผยแพร่ · All publications, newest first."""
    from pipeline.commands.home import list_publications

    found = list_publications(_settings(home).home)
    if as_json:
        _print_json(found)
    else:
        for entry in found:
            mark = "*" if entry["is_current"] else " "
            typer.echo(f"{mark} {entry['run_id']}  {entry['records']:>10,} ระเบียน  {entry['persons']:>10,} คน")


@app.command()
def rollback(
    run_id: Annotated[str, typer.Argument(help="ฉบับที่ต้องการกลับไปใช้ · The publication to go back to.")],
    home: HomeOption = None,
) -> None:
    """กลับไปใช้ฉบับเผยแพร่ก่อนหน้า · Go back to an earlier publication."""
    from pipeline.commands.home import roll_back

    roll_back(_settings(home).home, run_id)
    typer.echo(f"ฉบับเผยแพร่ปัจจุบันคือ {run_id} · current publication: {run_id}")


@app.command()
def verify(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """ตรวจว่าไฟล์ที่เผยแพร่ไม่ถูกแก้ไข · Check that published files are as they were published."""
    from pipeline.commands.home import verify_home

    faults = verify_home(_settings(home).home)
    if as_json:
        _print_json(faults)
    else:
        for line in faults or ["ทุกฉบับตรงกับที่เผยแพร่ · every publication is as it was published"]:
            typer.echo(line)
    raise typer.Exit(22 if faults else 0)


@app.command()
def sql(
    statement: Annotated[str, typer.Argument(help="คำสั่ง SQL · One SQL statement.")],
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """ถามคลังข้อมูลปัจจุบันด้วย SQL (อ่านอย่างเดียว) · Query the current warehouse, read-only."""
    from pipeline.commands.home import query

    columns, rows = query(_settings(home).home, statement)
    if as_json:
        _print_json([dict(zip(columns, row, strict=True)) for row in rows])
        return
    typer.echo("\t".join(columns))
    for row in rows:
        typer.echo("\t".join("" if value is None else str(value) for value in row))


@app.command()
def explain(
    first: Annotated[str, typer.Argument(metavar="RECORD_A|PERSON_ID", show_default=False)],
    second: Annotated[str | None, typer.Argument(metavar="[RECORD_B]", show_default=False)] = None,
    home: HomeOption = None,
    linked: Annotated[Path | None, _path("--linked", "ผลของ khrua link · The --out folder of khrua link.")] = None,
    chart: Annotated[Path | None, _path("--chart", "วาดเป็นหน้า HTML หนึ่งไฟล์ · Draw it as one HTML file.")] = None,
    as_json: JsonOption = False,
) -> None:
    """เหตุที่สองระเบียนเป็นคนเดียวกันหรือไม่ และระเบียนของบุคคล · Why two records are one person; a person's records."""
    from pipeline.commands.explain import check_chart, open_home, open_linked, write_chart
    from pipeline.commands.explain import explain as explain_names
    from pipeline.errors import UserError

    if linked is not None and home is not None:
        raise UserError("Give either --home or --linked.", "ระบุ --home หรือ --linked อย่างใดอย่างหนึ่ง")
    if chart is not None:
        check_chart(chart)
    with telling_of_files(), open_linked(linked) if linked else nullcontext(open_home(_settings(home).home)) as run:
        found = explain_names(first, second, run)
        if chart is not None:
            write_chart(found, chart)
            typer.echo(f"วาดไว้ที่ {chart} · drawn in {chart}", err=True)
    if as_json:
        _print_json(found.to_json())
    else:
        for line in found.lines():
            typer.echo(line)


def main() -> None:
    """Entry point: a fault of the user's ends in its sentences and its exit code, never in a traceback."""
    # Whatever a command writes may hold names: it is for its owner alone.
    os.umask(0o077)
    with ending_in_words():
        app()


if __name__ == "__main__":
    main()
