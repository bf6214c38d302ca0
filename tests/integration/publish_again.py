"""Publishes the tiny province as 20261125-01: python publish_again.py FOLDER. Exit code as khrua run."""

from __future__ import annotations

import sys
from pathlib import Path

from publish_province import make_request

from pipeline.errors import UserError
from pipeline.publish.publishing import publish

try:
    publish(make_request(Path(sys.argv[1]), run_id="20261125-01"))
except UserError as error:
    sys.stdout.write(error.english)
    sys.exit(int(error.exit_code))
