"""What can go wrong at launch, each told in one line."""

from __future__ import annotations

import errno
from pathlib import Path

_DISK_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DISK_FULL_TEXTS = (
    "No space left on device",
    "Disk quota exceeded",
    "File too large",
    "os error 28",
    "Check free disk space",
)
_NO_NETWORK_TEXTS = (
    "Failed to establish a new connection",
    "NewConnectionError",
    "ConnectTimeoutError",
    "Connection timed out",
    "Temporary failure in name resolution",
    "Name or service not known",
    "nodename nor servname provided",
    "Network is unreachable",
    "Connection refused",
    "dns error",
    "ProxyError",
)


class LaunchError(Exception):
    """A launch failure that is told in one line: ``tradepost: <message>``.

    ``details`` holds further lines (the tail of a log) that are shown after it.
    """

    def __init__(self, message: str, details: str = "") -> None:
        super().__init__(message)
        self.details = details


class StopRequested(Exception):
    """Somebody asked for the end: Ctrl-C, SIGTERM or SIGHUP."""


def says_disk_full(text: str) -> bool:
    """Whether a program's output tells that the disk, the quota or a file size limit is met."""
    return any(phrase in text for phrase in _DISK_FULL_TEXTS)


def says_no_network(text: str) -> bool:
    """Whether a program's output tells that no host could be reached."""
    return any(phrase in text for phrase in _NO_NETWORK_TEXTS)


def disk_full(place: Path | str) -> LaunchError:
    """The error for a full disk at `place`."""
    return LaunchError(f"no space left on the disk while writing {place}; free some and try again")


def from_os_error(error: OSError) -> LaunchError | None:
    """The one-line error for a full disk or a refused write; None for any other OSError."""
    place = error.filename2 or error.filename or "a file"
    if error.errno in _DISK_FULL_ERRNOS:
        return disk_full(str(place))
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return LaunchError(f"cannot write {place}: {error.strerror}")
    return None
