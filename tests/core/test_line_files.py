"""Log lines in bounded files: rotation, many processes, a full disk, forks, removed files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.operations import line_files as module
from core.operations.line_files import SUFFIX, LineFiles, line_files
from tests.conftest import ROOT

LIMIT = 400_000


def lines_in(folder: Path) -> list[str]:
    return [line for file in folder.iterdir() for line in file.read_text().splitlines()]


def writer(folder: Path, *, most_bytes: int = LIMIT, hours: int = 1) -> LineFiles:
    return LineFiles(folder, most_bytes=most_bytes, hours=hours)


def test_lines_stand_in_one_file_readable_by_its_owner_alone(tmp_path):
    folder = tmp_path / "lines"
    written = writer(folder)
    written.write("one\n")
    written.write("اثنان\n")
    [file] = line_files(folder)
    assert file.path.read_text() == "one\nاثنان\n"
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700
    assert file.path.name.endswith(f"-{os.getpid()}{SUFFIX}")
    assert datetime.now(UTC) - file.begun < timedelta(seconds=30)


def test_folder_stays_below_its_limit_and_keeps_the_newest(tmp_path):
    written = writer(tmp_path)
    text = "x" * 991
    for number in range(1000):
        written.write(f"{number:08d}{text}\n")
        assert sum(file.size for file in line_files(tmp_path)) <= LIMIT
    numbers = sorted(int(line[:8]) for line in lines_in(tmp_path))
    assert numbers == list(range(numbers[0], 1000))
    # Nine tenths of the limit, less one file of its twenty-fifth part.
    assert len(numbers) >= 340


def test_file_of_an_hour_ago_is_left_for_a_new_one(tmp_path, monkeypatch):
    written = writer(tmp_path)
    written.write("first\n")
    began = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: began + module.FILE_SECONDS + 2)
    written.write("second\n")
    assert len(line_files(tmp_path)) == 2


def test_old_files_removed_when_a_new_one_begins_and_those_of_others_left_alone(tmp_path):
    writer(tmp_path).write("old\n")
    [old] = line_files(tmp_path)
    long_ago = time.time() - 3700
    os.utime(old.path, (long_ago, long_ago))
    stranger = tmp_path / "notes.txt"
    stranger.write_text("keep")
    oddly_named = tmp_path / f"notes{SUFFIX}"
    oddly_named.write_text("keep")
    os.utime(oddly_named, (long_ago, long_ago))
    writer(tmp_path).write("new\n")
    assert [file.path.read_text() for file in line_files(tmp_path)] == ["new\n"]
    assert (stranger.exists(), oddly_named.exists()) == (True, True)


def test_writer_whose_file_was_removed_begins_another(tmp_path, monkeypatch):
    monkeypatch.setattr(module, "_LOOK_SECONDS", 0.0)
    written = writer(tmp_path)
    written.write("gone\n")
    line_files(tmp_path)[0].path.unlink()
    written.write("kept\n")
    assert lines_in(tmp_path) == ["kept"]


def test_forked_child_writes_a_file_of_its_own(tmp_path):
    written = writer(tmp_path)
    written.write("parent\n")
    child = os.fork()
    if child == 0:
        written.write("child\n")
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    written.write("parent again\n")
    texts = sorted(file.path.read_text() for file in line_files(tmp_path))
    assert texts == ["child\n", "parent\nparent again\n"]


PROCESS = """
import sys
from pathlib import Path
from core.operations.line_files import LineFiles
lines = LineFiles(Path(sys.argv[1]), most_bytes=int(sys.argv[2]), hours=1)
for number in range(int(sys.argv[3])):
    lines.write(f"{sys.argv[4]}-{number:06d}-" + "y" * 180 + "|\\n")
"""


def test_processes_write_whole_lines_below_one_limit(tmp_path, storm):
    count = 20_000 if storm else 4_000
    limit = 1_000_000
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(tmp_path), str(limit), str(count), str(number)],
            cwd=ROOT,
        )
        for number in range(4)
    ]
    largest = 0
    while any(process.poll() is None for process in processes):
        largest = max(largest, sum(file.size for file in line_files(tmp_path)))
        time.sleep(0.005)
    assert [process.wait() for process in processes] == [0, 0, 0, 0]
    assert limit // 2 < largest <= limit
    found = lines_in(tmp_path)
    assert {(len(line), line[-1]) for line in found} == {(190, "|")}
    assert len(set(found)) == len(found) > 4_000


FULL_DISK = """
import json, os, resource
import django
django.setup()
from django.test import Client
from core.operations import line_files
from config.settings import LOG_LINES_FOLDER

def answered(times):
    return [Client(SERVER_NAME="localhost").get("/api/nowhere").status_code for _ in range(times)]

line_files.PAUSE_SECONDS = 0.0
usual = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (900, usual[1]))
full = answered(20)
resource.setrlimit(resource.RLIMIT_FSIZE, usual)
free = answered(3)
print(json.dumps([full, free]))
"""


@pytest.mark.django_db
def test_full_disk_breaks_no_request_and_is_told_afterwards(tmp_path):
    folder = tmp_path / "lines"
    variables = {**os.environ, "TRADEPOST_LOG_LINES_DIR": str(folder)}
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK],
        env=variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    full, free = json.loads(done.stdout)
    assert (set(full), set(free)) == ({404}, {404})
    told = []
    for line in lines_in(folder):
        try:
            told.append(json.loads(line))
        except ValueError:
            # Cut off where the disk was full.
            continue
    lost = [line["count"] for line in told if line["event"] == "lines_lost"]
    requests = [line for line in told if line["event"] == "request"]
    assert len(lost) >= 1
    assert len(requests) >= 3


@pytest.mark.parametrize("place", ["/proc/no-folder-can-be-made-here/lines", __file__])
def test_folder_that_cannot_be_written_to_stops_nobody(place):
    written = writer(Path(place))
    written.write("lost\n")
    written.write("lost too\n")
    written.flush()
    with pytest.raises(NotADirectoryError if Path(place).exists() else FileNotFoundError):
        line_files(Path(place))


def test_waits_before_it_tries_a_broken_disk_again(tmp_path, monkeypatch):
    place = tmp_path / "lines"
    place.write_text("in the way")
    written = writer(place)
    written.write("lost\n")
    place.unlink()
    written.write("lost too\n")
    assert not place.exists()
    began = time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: began + module.PAUSE_SECONDS + 1)
    written.write("kept\n")
    told, kept = lines_in(place)
    assert (json.loads(told)["event"], json.loads(told)["count"], kept) == ("lines_lost", 2, "kept")
