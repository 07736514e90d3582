"""A stored file stays exactly as long as a committed row names it.

Files take no part in transactions. What a change may leave behind, the new file when it is taken
back, the old one when it is not, is noted and looked for in the rows once the transaction is over.
What a killed process could not look for any more, the nightly round finds.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import structlog
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import DatabaseError, InterfaceError, connection, models

from core.history.selectors import audited_models

log = structlog.get_logger(__name__)

#: A file without a row may belong to a transaction that is still open; not after so long.
DOUBT_SECONDS = 24 * 60 * 60
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A file that a row of the model may name in the field, or not, when the transaction ends."""

    model: type[models.Model]
    field: str
    name: str


_doubtful: ContextVar[tuple[Doubtful, ...]] = ContextVar("tradepost_doubtful_uploads", default=())


def doubt_upload(*, model: type[models.Model], field: str, name: str) -> None:
    """Look for the file in the rows when the transaction is over."""
    _doubtful.set((*_doubtful.get(), Doubtful(model, field, name)))


def settle_uploads() -> None:
    """Remove the doubtful files that no row names. Inside a transaction: nothing yet.

    Without the database they are left to `remove_unnamed_uploads`.
    """
    doubtful = _doubtful.get()
    if not doubtful or connection.in_atomic_block:
        return
    _doubtful.set(())
    fields: dict[tuple[type[models.Model], str], set[str]] = defaultdict(set)
    for each in doubtful:
        fields[each.model, each.field].add(each.name)
    try:
        for (model, field), names in fields.items():
            _remove(names - _named(model, field, names))
    except (DatabaseError, InterfaceError) as error:
        log.warning("uploads_left_to_the_nightly_round", reason=type(error).__name__)


def remove_unnamed_uploads() -> int:
    """Remove files older than a day that no row names, and unfinished ones; how many."""
    fields = _image_fields()
    count = 0
    files = _old_files(Path(settings.MEDIA_ROOT), time.time() - DOUBT_SECONDS)
    while names := set(islice(files, _BATCH)):
        for model, field in fields:
            names -= _named(model, field, names)
        _remove(names)
        count += len(names)
    return count


def _image_fields() -> list[tuple[type[models.Model], str]]:
    """Every field that names uploads, without those of history: it may name what is gone."""
    histories = set(audited_models().values())
    return [
        (model, field.name)
        for model in apps.get_models()
        if model not in histories
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FileField)
    ]


def _named(model: type[models.Model], field: str, names: Iterable[str]) -> set[str]:
    rows = model._base_manager.filter(**{f"{field}__in": list(names)}).order_by()
    return set(rows.values_list(field, flat=True))


def _old_files(folder: Path, until: float) -> Iterator[str]:
    """Names of files last written before the moment, as rows name them."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_mtime < until:
            yield path.relative_to(folder).as_posix()


def _remove(names: Iterable[str]) -> None:
    for name in names:
        try:
            default_storage.delete(name)
        except OSError as error:
            log.error("upload_not_removed", name=name, exc_info=error)
