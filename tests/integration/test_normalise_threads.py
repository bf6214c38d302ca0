from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import pyarrow as pa
from pipeline.normalise import normalise_link_input
names = [f"นาย{a}{b}" for a in "กขคงจฉชซ" for b in ("มล", "มลา", "มลี")]
table = pa.table({
    "record_id": [f"r{i}" for i in range(len(names))], "agency": ["a"] * len(names),
    "first_name": names, "last_name": [f"{n} (เดิม)" for n in names],
})
print(normalise_link_input(table, threads=4).normal_record["title"].null_count)
"""


def test_the_first_records_of_a_process_are_read_by_several_threads_at_once() -> None:
    # Each in a new interpreter: what is imported on the way is imported once a process.
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout.strip()) == (0, "0"), done.stderr
