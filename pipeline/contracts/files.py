"""The folder of contracts: read, checked, all faults at once with file and line."""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts import Contract, ContractBook, ContractFault, Province
from pipeline.contracts.yaml_file import in_order
from pipeline.errors import UserError


def load_contract_book(folder: Path) -> ContractBook:
    """Read every contract of a folder.

    An agency whose contract, or whose agreement, has faults is left out of ``contracts``; the others keep working.

    Args:
        folder: Holds ``agencies/*.odcs.yaml``, ``agreements.yaml``, ``province.yaml``, ``attributes.yaml``.

    Returns:
        The sound contracts, what they stand on, and every fault found.

    Raises:
        UserError: The folder, ``province.yaml`` or ``attributes.yaml`` cannot be used: without them no
            contract means anything. ``details`` shows every fault of the folder.
    """
    book, province, faults = _read(folder)
    fatal = [fault for fault in faults if fault.path.name in ("province.yaml", "attributes.yaml")]
    if book is None or province is None or fatal:
        raise UserError(
            f"The contracts folder {folder.name} cannot be used; mend the lines below, "
            "or name another folder with --contracts.",
            f"ใช้โฟลเดอร์สัญญาข้อมูล {folder.name} ไม่ได้ โปรดแก้ตามรายการด้านล่าง หรือระบุโฟลเดอร์อื่นด้วย --contracts",
            details=tuple(fault.text for fault in faults),
        )
    return book


def check_contracts(folder: Path) -> tuple[ContractFault, ...]:
    """Every fault of every file of a contracts folder, by file and line.

    Args:
        folder: As for :func:`load_contract_book`.
    """
    return _read(folder)[2]


def contract_faults_as_rows(faults: tuple[ContractFault, ...], folder: Path) -> list[dict[str, object]]:
    """The faults as plain rows, for ``khrua contract check --json``.

    Args:
        faults: What :func:`check_contracts` found.
        folder: The contracts folder; files are named from there.
    """
    return [
        {"file": name_of(fault, folder), "line": fault.line, "thai": fault.thai, "english": fault.english}
        for fault in faults
    ]


def format_contract_faults(faults: tuple[ContractFault, ...], folder: Path) -> str:
    """The faults as people read them: one file after the other, Thai first, and what to do.

    Args:
        faults: What :func:`check_contracts` found.
        folder: The contracts folder; files are named from there.
    """
    if not faults:
        return "สัญญาข้อมูลทุกไฟล์ถูกต้อง (all contracts are sound)"
    lines: list[str] = []
    shown = ""
    for fault in faults:
        name = name_of(fault, folder)
        if name != shown:
            lines.append(name)
            shown = name
        lines.append(f"  บรรทัด {fault.line}: {fault.thai}")
        lines.append(f"  {' ' * len(f'line {fault.line}')}  {fault.english}")
    files = len({fault.path for fault in faults})
    lines.append(f"พบ {len(faults)} แห่งใน {files} ไฟล์ ({len(faults)} faults in {files} files)")
    return "\n".join(lines)


def name_of(fault: ContractFault, folder: Path) -> str:
    """The file of a fault, as seen from the contracts folder."""
    return fault.path.relative_to(folder).as_posix() if fault.path.is_relative_to(folder) else fault.path.name


def _read(folder: Path) -> tuple[ContractBook | None, Province | None, tuple[ContractFault, ...]]:
    # pydantic and jsonschema stay out of the command line's start-up.
    from pipeline.contracts.agency import SUFFIX, SharedFiles, accede, agency_of, read_agency
    from pipeline.contracts.shared import read_agreements, read_attributes, read_province

    attributes, attribute_faults = read_attributes(folder / "attributes.yaml")
    province, province_faults = read_province(folder / "province.yaml")
    agreements, open_ones, agreement_faults = read_agreements(folder / "agreements.yaml")
    shared = SharedFiles(attributes, agreements, open_ones, bool(agreement_faults))
    faults = [*attribute_faults, *province_faults, *agreement_faults]
    contracts: dict[str, Contract] = {}
    faulty: list[str] = []
    agencies = folder / "agencies"
    # Without a vocabulary every name would be a fault: first mend that file.
    paths = sorted(agencies.glob(f"*{SUFFIX}")) if attributes else []
    for path in paths:
        contract, found = read_agency(path, shared)
        faults.extend(found)
        if contract is None:
            faulty.append(agency_of(path))
        else:
            contracts[contract.agency] = contract
    faults.extend(_stray_files(agencies, SUFFIX))
    ordered = in_order(faults)
    if province is None or not agencies.is_dir():
        return None, province, ordered
    book = ContractBook(
        contracts=contracts,
        agreements=accede(contracts, agreements),
        province=province,
        faults=ordered,
        faulty_agencies=tuple(faulty),
        attributes=attributes,
    )
    return book, province, ordered


def _stray_files(agencies: Path, suffix: str) -> list[ContractFault]:
    """A contract under a wrong file name would be passed over in silence."""
    if not agencies.is_dir():
        return [
            ContractFault(
                agencies, 1, "ไม่พบโฟลเดอร์ agencies โปรดสร้างและวางสัญญาข้อมูล", "the folder agencies is missing; make it"
            )
        ]
    return [
        ContractFault(
            path,
            1,
            "ชื่อไฟล์ต้องลงท้ายด้วย .odcs.yaml จึงจะถูกอ่าน โปรดเปลี่ยนชื่อ",
            "a contract's file name ends in .odcs.yaml; rename it, it is not read",
        )
        for path in sorted(agencies.iterdir())
        if path.suffix in (".yaml", ".yml") and not path.name.endswith(suffix)
    ]
