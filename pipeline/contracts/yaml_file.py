"""YAML with line numbers: where each key and item of a contract file stands, and the faults found there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.contracts import ContractFault

if TYPE_CHECKING:
    import yaml

Where = tuple[str | int, ...]

# A contract is read by people; one that is larger than this is not a contract (and YAML aliases can grow without end).
SIZE_LIMIT = 2 * 2**20
NODE_LIMIT = 200_000


@dataclass(frozen=True, slots=True)
class YamlFile:
    """One file as plain data, with the line of every key and item.

    Attributes:
        path: The file.
        data: Dictionaries (all keys as text, as typed), lists and scalars; None when the file could not be read.
        lines: Path inside ``data`` → line, from 1.
        text: The bytes of the file.
        faults: Faults of the YAML itself: syntax, repeated keys.
    """

    path: Path
    data: object
    lines: Mapping[Where, int]
    text: bytes
    faults: tuple[ContractFault, ...] = ()

    def line(self, where: Where) -> int:
        """Line of ``where``, or of the nearest thing that holds it."""
        for end in range(len(where), -1, -1):
            if where[:end] in self.lines:
                return self.lines[where[:end]]
        return 1


@dataclass(slots=True)
class Faults:
    """The faults of one file, collected."""

    file: YamlFile
    found: list[ContractFault] = field(default_factory=list)

    def at(self, where: Where, thai: str, english: str) -> None:
        """Note a fault at a place of the file; the same sentence on the same line is noted once."""
        fault = ContractFault(self.file.path, self.file.line(where), thai, english)
        if fault not in self.found:
            self.found.append(fault)

    def in_order(self) -> tuple[ContractFault, ...]:
        """The faults by line."""
        return in_order(self.found)


def in_order(faults: Iterable[ContractFault]) -> tuple[ContractFault, ...]:
    """Faults by file and line, so that the same files always give the same list."""
    return tuple(sorted(set(faults), key=lambda f: (str(f.path), f.line, f.english, f.thai)))


@dataclass(slots=True)
class _Builder:
    """Turns nodes to data; ``yaml.compose`` alone keeps the marks."""

    path: Path
    constructor: yaml.SafeLoader
    lines: dict[Where, int] = field(default_factory=dict)
    faults: list[ContractFault] = field(default_factory=list)
    nodes: int = 0

    def build(self, node: yaml.Node, where: Where) -> object:
        import yaml

        self.nodes += 1
        if self.nodes > NODE_LIMIT:
            raise yaml.YAMLError("too many values")
        if isinstance(node, yaml.MappingNode):
            return dict(self._items(node, where))
        if isinstance(node, yaml.SequenceNode):
            items = []
            for number, item in enumerate(node.value):
                self.lines[(*where, number)] = item.start_mark.line + 1
                items.append(self.build(item, (*where, number)))
            return items
        if node.tag == "tag:yaml.org,2002:timestamp":
            return str(node.value)  # JSON, and so ODCS, knows no dates; our own models read them from text.
        value: object = self.constructor.construct_object(node)
        return value

    def _items(self, node: yaml.MappingNode, where: Where) -> Iterator[tuple[str, object]]:
        seen: dict[str, int] = {}
        for key_node, value_node in node.value:
            # A key is taken as typed: 01 or yes as a key of a look-up is the text of a cell, not a number.
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in seen:
                self.faults.append(
                    ContractFault(
                        self.path,
                        line,
                        f"คีย์ “{key}” ซ้ำกับบรรทัด {seen[key]} โปรดลบให้เหลือที่เดียว",
                        f"the key '{key}' repeats line {seen[key]}; keep one of them",
                    )
                )
            seen[key] = line
            self.lines[(*where, key)] = line
            yield key, self.build(value_node, (*where, key))


def read_yaml(path: Path) -> YamlFile:
    """Read one YAML file; what is wrong with its syntax becomes a fault, never an exception."""
    import yaml

    try:
        raw = path.read_bytes()
    except OSError:
        return _unreadable(
            path, 1, "เปิดไฟล์ไม่ได้ โปรดตรวจว่ามีไฟล์และมีสิทธิ์อ่าน", "the file cannot be opened; check that it exists"
        )
    if len(raw) > SIZE_LIMIT:
        return _unreadable(
            path, 1, "ไฟล์ใหญ่เกิน 2 MB จึงไม่ใช่สัญญาข้อมูล", "the file is larger than 2 MB; it is no contract", raw
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _unreadable(path, 1, "ไฟล์ไม่ใช่ UTF-8 โปรดบันทึกใหม่เป็น UTF-8", "not UTF-8; save the file as UTF-8", raw)
    # The parser in C reads 22 contracts in 0.1 s, the one in Python in 2 s.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return _unreadable(path, 1, "ไฟล์ว่างเปล่า โปรดใส่เนื้อหา", "the file is empty; fill it in", raw)
        builder = _Builder(path, loader)
        data = builder.build(node, ())
        return YamlFile(path, data, builder.lines, raw, tuple(builder.faults))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        problem = getattr(error, "problem", None) or "a value cannot be read"
        return _unreadable(
            path,
            line,
            "ไวยากรณ์ YAML ผิด โปรดตรวจการย่อหน้า เครื่องหมาย : และเครื่องหมายคำพูดที่บรรทัดนี้",
            f"not valid YAML: {problem}; look at the indentation, colons and quotes here",
            raw,
        )
    finally:
        loader.dispose()


def _unreadable(path: Path, line: int, thai: str, english: str, raw: bytes = b"") -> YamlFile:
    return YamlFile(path, None, {}, raw, (ContractFault(path, line, thai, english),))
