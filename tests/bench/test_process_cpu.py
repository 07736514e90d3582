import os
import subprocess
import sys
import time

import pytest

from bench.process_cpu import cpu_seconds, is_available, tree_of, used_between

pytestmark = pytest.mark.skipif(not is_available(), reason="this system has no /proc")


def test_tree_of_finds_grandchildren():
    script = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'input()'])"
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE) as child:
        deadline = time.monotonic() + 10
        while len(found := tree_of([child.pid])) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
        child.communicate(b"\n")
    assert child.pid in found
    assert len(found) == 2
    assert os.getpid() not in found


def test_cpu_seconds_counts_work():
    before = cpu_seconds([os.getpid()])
    end = time.process_time() + 0.2
    while time.process_time() < end:
        pass
    assert 0.15 <= used_between(before, cpu_seconds([os.getpid()])) <= 0.5


def test_used_between_counts_a_new_process_from_its_start_and_forgets_one_that_ended():
    assert used_between({1: 5.0, 2: 1.0}, {1: 6.5, 3: 0.25}) == 1.75
