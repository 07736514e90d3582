"""The environment is made once, repaired when half made, and its failures are one line."""

from __future__ import annotations

import ast
import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.launch.environment import RUNTIME
from tests.launch.checkout import ROOT, Checkout, caller_variables, lay_out, wait_until

NO_INDEX = "http://127.0.0.1:9/simple"


def no_network(cache: Path) -> dict[str, str]:
    return {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": NO_INDEX,
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_CACHE_DIR": str(cache / "pip"),
        "PIP_RETRIES": "1",
        "UV_CACHE_DIR": str(cache / "uv"),
        "UV_DEFAULT_INDEX": NO_INDEX,
    }


def test_stamp_is_current_for_the_installed_file(checkout: Checkout) -> None:
    assert checkout.environment.is_current(RUNTIME)


def test_stamp_is_stale_when_the_requirements_change(checkout: Checkout) -> None:
    (checkout.folder / "requirements.txt").write_text("# something\n")
    assert not checkout.environment.is_current(RUNTIME)


def test_stamp_is_stale_for_another_python(checkout: Checkout) -> None:
    stamp = checkout.environment.stamp_file(RUNTIME)
    stamp.write_text(stamp.read_text().replace("python3.", "python2."))
    assert not checkout.environment.is_current(RUNTIME)


def test_environment_is_stale_when_its_interpreter_is_gone(checkout: Checkout) -> None:
    checkout.environment.python.unlink()
    assert not checkout.environment.is_current(RUNTIME)


def test_half_made_environment_is_neither_current_nor_built_upon(checkout: Checkout) -> None:
    checkout.environment.building_mark.touch()
    assert not checkout.environment.is_current(RUNTIME)
    assert not checkout.environment.is_usable()


def test_current_environment_runs_django_without_the_network(
    checkout: Checkout, tmp_path: Path
) -> None:
    answer = checkout.run("version", **no_network(tmp_path))
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("5.2")


def test_missing_ensurepip_names_the_package(bare_checkout: Checkout, tmp_path: Path) -> None:
    (tmp_path / "ensurepip.py").write_text("raise ImportError('no ensurepip here')\n")
    answer = bare_checkout.run("version", PYTHONPATH=str(tmp_path))
    assert answer.returncode == 1
    series = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert answer.stderr.endswith(f"apt install python{series}-venv\n")
    assert answer.stderr.count("\n") == 1
    assert answer.stderr.startswith("tradepost: ")


def test_no_network_is_one_line(bare_checkout: Checkout, tmp_path: Path) -> None:
    answer = bare_checkout.run("version", **no_network(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr == (
        "tradepost: the installer could not be installed: "
        "the package index cannot be reached (no network?)\n"
    )
    # what is left is known to be half made
    assert not bare_checkout.environment.is_usable()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB, where this machine permits to mount one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small file system is not permitted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_full_disk_is_one_line(small_disk: Path) -> None:
    tight = lay_out(small_disk / "checkout")
    answer = tight.run("version")
    assert answer.returncode == 1
    assert answer.stderr == (
        "tradepost: no space left on the disk while writing "
        f"{tight.folder / '.venv'}; free some and try again\n"
    )


def test_second_start_waits_for_the_first_ones_build(bare_checkout: Checkout) -> None:
    descriptor = os.open(bare_checkout.folder, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    second = bare_checkout.start("version")
    assert second.stdout is not None
    assert second.stdout.readline() == (
        "another start is preparing the environment; waiting for it\n"
    )
    bare_checkout.fill_environment()
    os.close(descriptor)
    assert wait_until(lambda: second.poll() is not None, 20)
    assert second.stdout.read().startswith("5.2")
    assert second.returncode == 0


def test_old_python_is_told_in_one_line() -> None:
    pretend = (
        "import runpy, sys; sys.version_info = (3, 9, 2, 'final', 0); "
        f"runpy.run_path({str(ROOT / 'manage.py')!r}, run_name='__main__')"
    )
    answer = subprocess.run(
        [sys.executable, "-c", pretend],
        env=caller_variables(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("tradepost: Python 3.11 or newer is needed; this is ")
    assert answer.stderr.count("\n") == 1


def test_manage_py_can_be_read_by_old_pythons() -> None:
    text = (ROOT / "manage.py").read_text()
    tree = ast.parse(text, feature_version=(3, 7))
    assert isinstance(tree, ast.Module)
    assert len(text.splitlines()) <= 60


def test_launcher_imports_the_standard_library_only() -> None:
    allowed = sys.stdlib_module_names | {"config"}
    foreign = {
        (path.name, name.split(".")[0])
        for path in (ROOT / "config" / "launch").glob("*.py")
        if path.name != "connection_probe.py"
        for node in ast.parse(path.read_text()).body
        for name in _imported(node)
        if name.split(".")[0] not in allowed
    }
    assert foreign == set()


def _imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []
