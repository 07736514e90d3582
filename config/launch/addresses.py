"""Ports and unix socket folders: free, reachable, and short enough."""

from __future__ import annotations

import errno
import os
import socket
import stat
import sys
import tempfile
from pathlib import Path

from config.launch import project
from config.launch.accounts import Account
from config.launch.data_folder import make_folder
from config.launch.errors import LaunchError

# What fits into a socket address, without the byte that ends it.
LONGEST_SOCKET_PATH = 103 if sys.platform == "darwin" else 107
_EVERY_INTERFACE = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}


def require_free_port(host: str, port: int) -> int:
    """The port to serve on (`port`, or a free one when it is 0).

    Raises LaunchError when it is taken, not allowed, or `host` is no address of this machine.
    """
    try:
        family = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
            return int(probe.getsockname()[1])
    except socket.gaierror as error:
        raise LaunchError(f"--host {host} is no known address: {error.strerror}") from None
    except OSError as error:
        raise _port_error(host, port, error) from None


def _port_error(host: str, port: int, error: OSError) -> LaunchError:
    if error.errno == errno.EADDRINUSE:
        return LaunchError(
            f"port {port} on {host} is taken by another program; "
            f"choose another one: python3 manage.py up --port {port % 65535 + 1}"
        )
    if error.errno in {errno.EACCES, errno.EPERM}:
        return LaunchError(f"port {port} may not be used by this account; choose one above 1023")
    return LaunchError(f"cannot listen on {host}, port {port}: {error.strerror}")


def visitable_host(host: str) -> str:
    """The host to put into an address for a browser on this machine."""
    shown = _EVERY_INTERFACE.get(host, host)
    return f"[{shown}]" if ":" in shown else shown


def allowed_hosts(host: str) -> str:
    """The host names that the web server may be called by, comma-separated.

    Who serves on every interface is called by names that nobody here knows, hence any.
    """
    if host in _EVERY_INTERFACE:
        return "*"
    return ",".join(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", visitable_host(host)]))


def socket_folder(wanted: Path, longest_name: str, account: Account | None) -> Path:
    """An existing 0700 folder for unix sockets, owned by `account` (None: the launcher).

    That is `wanted`, or where the path of a socket called `longest_name` in it would be too long,
    a folder with a short hashed name under the temporary folder. Raises LaunchError when a folder
    of somebody else stands there.
    """
    folder = wanted
    if _too_long(wanted / longest_name):
        folder = Path("/tmp") / f"tradepost-{os.geteuid()}-{project.path_key(wanted, 12)}"
        if _too_long(folder / longest_name):
            folder = Path(tempfile.mkdtemp(prefix="tp-"))
    make_folder(folder, 0o700)
    own(folder, account)
    return folder


def own(folder: Path, account: Account | None) -> None:
    """Give a 0700 folder of ours to `account`, after checking that it is ours to give."""
    found = folder.lstat()
    uid = os.geteuid() if account is None else account.uid
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), uid}:
        raise LaunchError(f"{folder} is not ours (owner {found.st_uid}); remove it and try again")
    if stat.S_IMODE(found.st_mode) != 0o700:
        raise LaunchError(f"{folder} is open to others; remove it and try again")
    if account is not None and found.st_uid != uid:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)


def _too_long(path: Path) -> bool:
    return len(os.fsencode(path)) > LONGEST_SOCKET_PATH
