"""A province of a few households, written fact by fact, for tests of the score stage."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import tables
from pipeline.contracts import Province
from pipeline.engine import DuckDBEngine
from pipeline.score import ScoreReport, score
from pipeline.tables import Table

INDICATORS = Path(__file__).resolve().parents[1] / "data_contracts" / "indicators"
SURVEY_DAY = date(2019, 3, 1)
ROUND = "bmn_2560"
RECEIVED = date(2026, 11, 24)
USED = (
    tables.DELIVERY,
    tables.RECORD,
    tables.RECORD_ATTRIBUTE,
    tables.LINKED,
    tables.PERSON,
    tables.HOUSEHOLD,
    tables.HOUSEHOLD_MEMBER,
)
PROVINCE = Province(
    province_code="30",
    name_thai="นครราชสีมา",
    name_english="Nakhon Ratchasima",
    change_limits={},
    full_delivery_loss_limit=0.3,
    household_size_limit=25,
    assessed_share=0.8,
    small_count=10,
    source_priority={},
    keep_private_runs=3,
)


@dataclass
class Scored:
    """What the stage wrote."""

    out: Path
    report: ScoreReport

    def rows(self, table: Table) -> list[dict[str, object]]:
        return pq.read_table(table.path(self.out)).to_pylist()

    def state(self, household: str, indicator: str, indicator_set: str = "bmn_2560") -> dict[str, object]:
        found = [
            row
            for row in self.rows(tables.HOUSEHOLD_INDICATOR)
            if (row["household_id"], row["indicator_code"], row["indicator_set"])
            == (household, indicator, indicator_set)
        ]
        assert len(found) == 1
        return found[0]

    def poverty(self, household: str, method: str = "tpmap_2560") -> dict[str, object]:
        found = [
            row
            for row in self.rows(tables.HOUSEHOLD_POVERTY)
            if (row["household_id"], row["method_code"]) == (household, method)
        ]
        assert len(found) == 1
        return found[0]

    def area(
        self,
        measure: str,
        indicator: str = "",
        *,
        level: str = "province",
        code: str = "30",
        unit: str = "household",
        method: str = "tpmap_2560",
    ) -> dict[str, object]:
        wanted = (level, code, method, unit, measure, indicator)
        found = [r for r in self.rows(tables.AREA_POVERTY) if tuple(r[k] for k in tables.AREA_POVERTY.key) == wanted]
        assert len(found) == 1
        return found[0]


@dataclass
class TinyProvince:
    """Rows of the stage's inputs."""

    rows: dict[str, list[dict[str, object]]] = field(default_factory=lambda: {t.name: [] for t in USED})
    rounds: dict[str, str] = field(default_factory=dict)

    def household(
        self,
        code: str,
        *births: str | None,
        kind: str = "ordinary",
        tambon: str | None = "300101",
        sex: str | None = None,
    ) -> TinyProvince:
        """A household with one member a birth date; persons are named ``<code>p1``, ``<code>p2`` …"""
        self.rows["household"].append(
            {
                "household_id": code,
                "household_type_code": kind,
                "tambon_code": tambon,
                "amphoe_code": tambon and tambon[:4],
                "province_code": tambon and tambon[:2],
                "member_count": len(births),
                "evidence_date": SURVEY_DAY,
            }
        )
        for number, birth in enumerate(births, start=1):
            self.member(code, f"{code}p{number}", birth, sex=sex)
        return self

    def member(
        self, household: str, person: str, birth: str | None, *, is_current: bool = True, sex: str | None = None
    ) -> TinyProvince:
        self.rows["person"].append(
            {
                "person_id": person,
                "household_id": household if is_current else None,
                "birth_date": birth,
                "birth_year": int(birth[:4]) if birth else None,
                "sex": sex,
            }
        )
        self.rows["household_member"].append({"household_id": household, "person_id": person, "is_current": is_current})
        return self

    def delivery(self, delivery: str, survey_round: str) -> TinyProvince:
        """Records of this delivery that name no round of their own are of this one."""
        self.rounds[delivery] = survey_round
        return self

    def record(
        self,
        record: str,
        household: str,
        facts: dict[str, object],
        *,
        person: str | None = None,
        agency: str = "health",
        delivery: str | None = None,
        day: date | None = SURVEY_DAY,
        survey_round: str | None = None,
        relationship: str | None = None,
    ) -> TinyProvince:
        """One record with its facts."""
        delivery = delivery or f"{agency}_list"
        if delivery not in {row["delivery_id"] for row in self.rows["delivery"]}:
            received = {"file_name": f"{delivery}.xlsx", "status_code": "in_use", "received_date": RECEIVED}
            self.rows["delivery"].append({"agency": agency, "delivery_id": delivery, **received})
        self.rows["record"].append(
            {
                "record_id": record,
                "agency": agency,
                "delivery_id": delivery,
                "file_name": f"{delivery}.xlsx",
                "record_kind": "person" if person else "household",
                "evidence_date": day,
                "survey_round": survey_round or self.rounds.get(delivery),
                "relationship": relationship,
            }
        )
        self.rows["linked"].append({"record_id": record, "person_id": person, "household_id": household})
        for name, value in facts.items():
            column = {str: "value_text", bool: "value_text", date: "value_date"}.get(type(value), "value_number")
            text = str(value).lower() if isinstance(value, bool) else value
            self.rows["record_attribute"].append({"record_id": record, "attribute": name, column: text})
        return self

    def survey(self, household: str, *, day: date = SURVEY_DAY, **states: str) -> TinyProvince:
        """The จปฐ record of a household: every indicator passes but those given (``_08="fail"``)."""
        facts: dict[str, object] = {f"bmn_{n:02d}": "pass" for n in range(1, 32)}
        facts.update({f"bmn{key}": value for key, value in states.items()})
        self.delivery("bmn_list", ROUND)
        kept = {name: value for name, value in facts.items() if value != "absent"}
        return self.record(f"s-{household}", household, kept, agency="community_dev", delivery="bmn_list", day=day)

    def score(self, folder: Path, *, indicators: Path = INDICATORS, backwards: bool = False) -> Scored:
        paths = {}
        for table in USED:
            rows = self.rows[table.name][:: -1 if backwards else 1]
            paths[table.name] = folder / "in" / f"{table.name}.parquet"
            paths[table.name].parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), paths[table.name])
        out = folder / ("backwards" if backwards else "out")
        with DuckDBEngine(threads=1) as engine:
            return Scored(out, score(engine, paths, out, indicators=indicators, province=PROVINCE))
