"""`manage.py up` and `manage.py test`, from the first line to the last process."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.launch.checkout import Checkout, processes_mentioning, wait_until


@pytest.fixture
def data_dir(open_folder: Path) -> Iterator[Path]:
    yield open_folder / "data"
    assert wait_until(lambda: processes_mentioning(str(open_folder)) == [], 15)


def read_until(process: subprocess.Popen[str], text: str) -> str:
    assert process.stdout is not None
    seen = ""
    for line in process.stdout:
        seen += line
        if text in line:
            return seen
    raise AssertionError(f"ended without {text!r}:\n{seen}")


def running(data_dir: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((data_dir / "run.json").read_text())
    return told


def test_taken_port_is_told_before_anything_is_made(
    bare_checkout: Checkout, data_dir: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        answer = bare_checkout.run("up", "--port", str(port), "--data-dir", str(data_dir))
    assert answer.returncode == 1
    assert answer.stderr == (
        f"tradepost: port {port} on 127.0.0.1 is taken by another program; "
        f"choose another one: python3 manage.py up --port {port + 1}\n"
    )
    assert not data_dir.exists()
    assert not bare_checkout.environment.folder.exists()


@pytest.fixture(params=["20m", "60m"], ids=["while copying", "while making the cluster"])
def small_disk(request: pytest.FixtureRequest, open_folder: Path) -> Iterator[Path]:
    """A file system too small for the data, where this machine permits to mount one."""
    folder = open_folder / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={request.param},mode=711", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_under_the_data_is_one_line(checkout: Checkout, small_disk: Path) -> None:
    answer = checkout.run("up", "--port", "0", "--data-dir", str(small_disk / "data"))
    assert answer.returncode == 1
    assert answer.stderr.startswith(
        f"tradepost: no space left on the disk while writing {small_disk}/data/"
    )
    assert answer.stderr.count("\n") == 1


def test_wrong_database_url_is_one_line(checkout: Checkout, data_dir: Path) -> None:
    answer = checkout.run(
        *("up", "--port", "0", "--data-dir", str(data_dir)),
        DATABASE_URL="postgresql://shop:secret-word@127.0.0.1:1/shop",
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("tradepost: DATABASE_URL: no connection to PostgreSQL: ")
    assert answer.stderr.count("\n") == 1
    assert "secret-word" not in answer.stdout + answer.stderr


def test_wrong_redis_url_is_one_line(checkout: Checkout, data_dir: Path) -> None:
    answer = checkout.run(
        *("up", "--port", "0", "--data-dir", str(data_dir)), REDIS_URL="redis://127.0.0.1:1"
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("tradepost: REDIS_URL: no connection to Redis: ")
    assert answer.stderr.count("\n") == 1


def test_up_serves_and_ctrl_c_ends_everything_with_zero(checkout: Checkout, data_dir: Path) -> None:
    process = checkout.start("up", "--port", "0", "--data-dir", str(data_dir))
    told = read_until(process, "Ctrl-C stops everything")
    secrets = json.loads((data_dir / "secrets.json").read_text())
    assert secrets["TRADEPOST_ADMIN_PASSWORD"] in told
    assert str(data_dir) in told
    url = running(data_dir)["url"]
    with urllib.request.urlopen(f"{url}/health/ready", timeout=5) as answer:
        assert answer.read() == b"1"

    second = checkout.run("up", "--port", "0", "--data-dir", str(data_dir))
    assert second.returncode == 1
    assert second.stderr == (
        f"tradepost: already running: process {process.pid} serves {url} (data folder {data_dir})\n"
    )
    shell = checkout.run(
        *("shell", "-v", "0", "-c"),
        "from django.contrib.auth.models import User; print(User.objects.count())",
        TRADEPOST_DATA_DIR=str(data_dir),
    )
    assert shell.stdout == "1\n", shell.stderr

    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0
    assert processes_mentioning(str(data_dir)) == []
    assert processes_mentioning(str(checkout.folder)) == []
    assert process.stdout is not None
    process.stdout.close()


def test_up_leaves_no_process_when_it_is_killed(checkout: Checkout, data_dir: Path) -> None:
    process = checkout.start("up", "--port", "0", "--data-dir", str(data_dir))
    read_until(process, "Ctrl-C stops everything")
    assert len(processes_mentioning(str(checkout.folder))) > 5
    process.kill()
    process.wait()
    assert wait_until(lambda: processes_mentioning(str(checkout.folder)) == [], 7)
    assert wait_until(lambda: processes_mentioning(str(data_dir)) == [], 1)


def test_up_names_a_child_that_dies(checkout: Checkout, data_dir: Path) -> None:
    process = checkout.start("up", "--port", "0", "--data-dir", str(data_dir))
    read_until(process, "Ctrl-C stops everything")
    beat = next(
        line
        for line in processes_mentioning(str(checkout.folder))
        if "beat --scheduler" in line and "guard.py" not in line
    )
    os.kill(int(beat.split()[0]), signal.SIGKILL)
    rest, _ = process.communicate(timeout=40)
    assert process.returncode == 1
    assert "tradepost: beat ended unexpectedly (exit code 137); log: " in rest


def test_demo_data_is_refused_by_a_filled_database_from_outside(
    checkout: Checkout, data_dir: Path, open_folder: Path
) -> None:
    host = checkout.start("up", "--port", "0", "--data-dir", str(data_dir))
    read_until(host, "Ctrl-C stops everything")
    answer = checkout.run(
        *("up", "--port", "0", "--data-dir", str(open_folder / "second"), "--demo"),
        DATABASE_URL=running(data_dir)["environment"]["DATABASE_URL"],
        STAND_IN_NOT_EMPTY="1",
    )
    assert answer.returncode == 1
    assert answer.stderr == ("tradepost: the database is not empty, so no demo data was loaded\n")
    host.terminate()
    host.communicate(timeout=30)
    assert host.returncode == 0


def test_database_command_without_up_is_one_line(checkout: Checkout, data_dir: Path) -> None:
    answer = checkout.run("migrate", TRADEPOST_DATA_DIR=str(data_dir))
    assert answer.returncode == 1
    assert answer.stderr.startswith(
        "tradepost: the database does not answer: start it with `python3 manage.py up`"
    )
    assert answer.stderr.count("\n") == 1


@pytest.mark.parametrize("expected", [0, 1])
def test_test_command_passes_the_result_on_and_cleans_up(
    checkout: Checkout, open_folder: Path, expected: int
) -> None:
    (checkout.folder / "test_sample.py").write_text(
        "import os\ndef test_sample():\n"
        "    assert os.environ['TRADEPOST_ENVIRONMENT'] == 'test'\n"
        f"    assert {expected} == 0\n"
    )
    temporary = open_folder / "temporary"
    temporary.mkdir()
    temporary.chmod(0o711)
    answer = checkout.run("test", "-q", "test_sample.py", TMPDIR=str(temporary))
    assert answer.returncode == expected, answer.stdout + answer.stderr
    assert [path.name for path in temporary.glob("tradepost-test-*")] == []


def test_killed_test_command_leaves_nothing(checkout: Checkout, open_folder: Path) -> None:
    (checkout.folder / "test_sample.py").write_text(
        "import time\ndef test_sample():\n    print('under way', flush=True)\n    time.sleep(60)\n"
    )
    temporary = open_folder / "temporary"
    temporary.mkdir()
    temporary.chmod(0o711)
    process = checkout.start("test", "-q", "-s", "test_sample.py", TMPDIR=str(temporary))
    read_until(process, "under way")
    process.kill()
    process.communicate()
    assert wait_until(lambda: processes_mentioning(str(open_folder)) == [], 7)
    assert wait_until(lambda: list(temporary.glob("tradepost-test-*")) == [], 3)
