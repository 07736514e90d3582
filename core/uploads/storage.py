"""Where uploads lie: whole files or none, and no address of their own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import structlog
from django.core.files.storage import FileSystemStorage
from django.utils.deconstruct import deconstructible

from core.uploads.errors import StorageUnavailable

log = structlog.get_logger(__name__)

#: Ending of a file that is still being written.
UNFINISHED = ".part"


@deconstructible(path="core.uploads.storage.UploadStorage")
class UploadStorage(FileSystemStorage):
    """Files below `MEDIA_ROOT`, which nothing serves by path.

    A file appears under its name when all of it is on the disk. Raises StorageUnavailable when it
    cannot be written, for a full disk say; nothing of it stays then.
    """

    def _save(self, name: str, content: Any) -> str:
        target = Path(self.path(name))
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _write_whole(target, content)
        except OSError as error:
            log.error("upload_not_stored", folder=str(target.parent), exc_info=error)
            raise StorageUnavailable() from error
        return name

    def url(self, name: str | None) -> str:
        raise ValueError("uploads are served by views, which ask who may see them")


def _write_whole(target: Path, content: Any) -> None:
    handle, written = tempfile.mkstemp(dir=target.parent, prefix=target.stem, suffix=UNFINISHED)
    place = Path(written)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in content.chunks():
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        place = place.rename(target)
        _sync_folder(target.parent)
    except BaseException:
        place.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """A new name is safe once its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
