"""The whole made-up province: every agency's files under ``inbox/`` and the truth under ``truth/``."""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import UserError
from pipeline.synthetic.draws import World
from pipeline.synthetic.error_model import ErrorModel, load_model
from pipeline.synthetic.facts import make_facts
from pipeline.synthetic.grid import Grid, build_grids
from pipeline.synthetic.indicators import make_indicators
from pipeline.synthetic.layout import Layout, LayoutFile, all_layouts
from pipeline.synthetic.population import make_population
from pipeline.synthetic.rows import list_rows
from pipeline.synthetic.truth import RowTruth, write_truth
from pipeline.synthetic.writers import write_file

# An .xls sheet ends at row 65,536; the longest .xls list holds one person in twenty.
MOST_PEOPLE = 700_000


def make_world(people: int, seed: int) -> World:
    """Draw the province and everything that is true of it."""
    population = make_population(people, seed)
    facts = make_facts(population, seed)
    return World(population, facts, make_indicators(population, facts, seed), seed)


def make_province(people: int, seed: int, out: Path, model: str = "default", agencies: tuple[str, ...] = ()) -> None:
    """Write ``inbox/<agency>/…`` and ``truth/*.parquet`` under ``out``.

    Args:
        people: About how many persons the province holds.
        seed: Same seed, same bytes.
        out: Folder to write.
        model: Error model (errors.yaml).
        agencies: Only these agencies; empty: all.

    Raises:
        UserError: Too many people for spreadsheets, or an unknown error model.
    """
    if people > MOST_PEOPLE:
        raise UserError(
            f"Spreadsheets hold at most {MOST_PEOPLE:,} people; use --canonical for more.",
            f"ตารางคำนวณรองรับไม่เกิน {MOST_PEOPLE:,} คน หากต้องการมากกว่านี้ให้ใช้ --canonical",
        )
    errors = load_model(model)
    world = make_world(people, seed)
    truth = RowTruth()
    for layout in all_layouts():
        if agencies and layout.agency not in agencies:
            continue
        for file in layout.files:
            _write(world, layout, file, errors, out / "inbox" / layout.agency, truth)
    write_truth(world, truth, out / "truth")


def _write(world: World, layout: Layout, file: LayoutFile, errors: ErrorModel, folder: Path, truth: RowTruth) -> None:
    grids: list[Grid] = []
    hand = layout.is_hand_made
    for sheet in file.sheets:
        rows = list_rows(world, layout.agency, sheet, errors, hand=hand)
        made = build_grids(
            rows, sheet, hand=hand, is_workbook=file.type != "csv", date_rate=errors.rate("house_no_date", hand)
        )
        for grid in made:
            truth.add(layout.agency, file.name, sheet, grid, rows)
        grids.extend(made)
    write_file(folder / file.name, file.type, file.encoding, grids)
