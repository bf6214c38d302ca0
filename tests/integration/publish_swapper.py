"""Swaps one built warehouse in again and again until it is killed: python publish_swapper.py HOME BUILT DAY."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.publish.audit_log import append_audit
from pipeline.publish.swap import inspect_built, scratch_folder, swap_in, with_audit_hash

home, built, day = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
entry = inspect_built(built, date(2026, 11, 24))
sys.stdout.write("ready\n")
sys.stdout.flush()
for number in range(1, 1000):
    run_id = f"{day}-{number:03d}"
    scratch = scratch_folder(home, run_id)
    scratch.mkdir()
    shutil.copyfile(built, scratch / built.name)
    line = append_audit(home, {"event": "publish", "run_id": run_id})
    swap_in(home, scratch / built.name, with_audit_hash(replace(entry, run_id=run_id), line))
    scratch.rmdir()
