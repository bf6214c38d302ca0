"""Prefect's own server on the loopback address, for as long as the schedule is served.

Prefect's embedded server runs flows but schedules none, so the nightly schedule needs a real one.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.errors import NothingPublishedError

START_SECONDS = 120


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def prefect_server() -> Iterator[str]:
    """Start the server, point this process and its children to it, and stop it in the end.

    Yields:
        The server's address, which only this machine can reach.

    Raises:
        NothingPublishedError: The server did not answer in time.
    """
    port = _free_port()
    url = f"http://127.0.0.1:{port}/api"
    server = subprocess.Popen(
        [sys.executable, "-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port), "--no-ui"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(url):
            if server.poll() is not None or time.monotonic() > deadline:
                raise NothingPublishedError(
                    "Prefect's server did not start, so no night is scheduled; "
                    "look into libraries/prefect of the home.",
                    "เซิร์ฟเวอร์ของ Prefect ไม่เริ่มทำงาน จึงยังไม่มีการตั้งเวลา โปรดดูบันทึกใน libraries/prefect ของโฟลเดอร์ home",
                )
            time.sleep(0.5)
        os.environ["PREFECT_API_URL"] = url
        yield url
    finally:
        server.terminate()
        server.wait(30)
