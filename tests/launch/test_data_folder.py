"""Where data may lie, who may read it, and who holds it."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from config.launch import data_folder, project, secret_keys
from config.launch.accounts import Account, service_account
from config.launch.addresses import LONGEST_SOCKET_PATH, allowed_hosts, socket_folder
from config.launch.data_folder import DataFolder
from config.launch.errors import LaunchError

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root is refused by PostgreSQL")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_secrets_are_private_and_made_once(tmp_path: Path) -> None:
    made = secret_keys.load_or_make(tmp_path)
    assert mode(tmp_path / "secrets.json") == 0o600
    assert secret_keys.load_or_make(tmp_path) == made
    assert len(made["TRADEPOST_ADMIN_PASSWORD"]) == 16


def test_secrets_are_never_replaced_when_damaged(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{")
    with pytest.raises(LaunchError, match=r"secrets\.json cannot be read"):
        secret_keys.load_or_make(tmp_path)
    assert (tmp_path / "secrets.json").read_text() == "{"


def test_secrets_with_a_missing_name_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text(json.dumps({"TRADEPOST_SECRET_KEY": "x"}))
    with pytest.raises(LaunchError, match="is damaged"):
        secret_keys.read(tmp_path)


def test_default_folder_of_a_person_lies_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRADEPOST_DATA_DIR", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert data_folder.default_folder_path() == project.ROOT / ".tradepost"


def test_default_folder_of_root_lies_outside_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRADEPOST_DATA_DIR", raising=False)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    name = f"{project.short_name()}-{project.path_key(project.ROOT)}"
    assert data_folder.default_folder_path() == Path("/var/lib/tradepost") / name


def test_default_folder_is_told_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRADEPOST_DATA_DIR", "/srv/tradepost")
    assert data_folder.default_folder_path() == Path("/srv/tradepost")


def test_two_checkouts_of_one_name_have_two_keys() -> None:
    assert project.path_key(Path("/a/tradepost")) != project.path_key(Path("/b/tradepost"))


def test_folder_of_a_person_is_closed_to_others(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data", None)
    folder.create()
    folder.create()
    assert mode(folder.path) == 0o700
    assert (folder.path / ".gitignore").read_text() == "*\n"


def test_folder_never_changes_the_mode_of_what_it_finds(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    DataFolder(tmp_path / "data", None).create()
    assert mode(tmp_path) == 0o750


def test_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").touch()
    with pytest.raises(LaunchError, match="holds other files"):
        DataFolder(tmp_path, None).create()
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]


@as_root
def test_folder_of_root_lets_the_account_through(open_folder: Path) -> None:
    folder = DataFolder(open_folder / "data", service_account())
    folder.create()
    assert mode(folder.path) == 0o711
    assert mode(folder.logs) == 0o700


@as_root
def test_folder_that_the_account_cannot_reach_is_refused(open_folder: Path) -> None:
    account = service_account()
    assert isinstance(account, Account)
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(LaunchError) as caught:
        DataFolder(closed / "data", account).create()
    assert f'account "{account.name}", which may not enter {closed};' in str(caught.value)
    assert mode(closed) == 0o700
    assert list(closed.iterdir()) == []


def test_held_folder_names_process_and_address(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data", None)
    folder.create()
    folder.write_run({"pid": 4711, "url": "http://127.0.0.1:8000"})
    assert mode(folder.run_file) == 0o600
    with folder.hold(), pytest.raises(LaunchError) as caught:
        folder.refuse_when_held()
    assert str(caught.value) == (
        f"already running: process 4711 serves http://127.0.0.1:8000 (data folder {folder.path})"
    )
    folder.refuse_when_held()


def test_socket_folder_is_shortened_when_the_path_is_too_long(tmp_path: Path) -> None:
    wanted = tmp_path / ("long" * 30)
    folder = socket_folder(wanted, "valkey.sock", None)
    try:
        assert folder.parent == Path("/tmp")
        assert len(str(folder / "valkey.sock")) <= LONGEST_SOCKET_PATH
        assert mode(folder) == 0o700
        assert socket_folder(wanted, "valkey.sock", None) == folder
    finally:
        folder.rmdir()


def test_socket_folder_that_is_open_to_others_is_refused(tmp_path: Path) -> None:
    wanted = tmp_path / "s"
    wanted.mkdir()
    wanted.chmod(0o755)
    with pytest.raises(LaunchError, match="is open to others"):
        socket_folder(wanted, "valkey.sock", None)


def test_socket_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "target").mkdir(mode=0o700)
    (tmp_path / "s").symlink_to(tmp_path / "target")
    with pytest.raises(LaunchError, match="is not ours"):
        socket_folder(tmp_path / "s", "valkey.sock", None)


def test_allowed_hosts_follow_the_host() -> None:
    assert allowed_hosts("127.0.0.1") == "localhost,127.0.0.1,[::1]"
    assert allowed_hosts("shop.local") == "localhost,127.0.0.1,[::1],shop.local"
    assert allowed_hosts("0.0.0.0") == "*"
