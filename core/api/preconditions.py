"""`ETag` and `If-Match`: nobody overwrites a change they have not seen."""

from __future__ import annotations

import re
from typing import Any

from rest_framework.request import Request

from core.editing.errors import PreconditionMissing, StaleVersion
from core.editing.models import VersionedModel
from core.history.selectors import changes_since_version

#: Compression on the way turns our strong tag into a weak one; the version in it is the same.
_TAG = re.compile(r'(?:W/)?"(\d{1,10})"')


def etag_of(row: VersionedModel) -> str:
    """The tag of the row's present state."""
    return f'"{row.version}"'


def expected_version(request: Request) -> int:
    """The version the caller has seen, by `If-Match`.

    Raises PreconditionMissing also for `*` and for anything that is not a tag of ours: they would
    overwrite what nobody has looked at.
    """
    match = _TAG.fullmatch(request.headers.get("If-Match", "").strip())
    if match is None:
        raise PreconditionMissing()
    return int(match[1])


def tell_difference(error: StaleVersion, row: VersionedModel, shown: Any) -> None:
    """Add to the refusal what the caller needs to decide: what changed since, by whom, and the
    record as it is now with its tag."""
    seen = int(str(error.values["seen"]))
    last, changes = changes_since_version(row, seen)
    error.extra = {
        "current": shown,
        "etag": etag_of(row),
        "changes": changes,
        "changed_by": last.actor if last else "",
        "changed_at": last.changed_at.isoformat() if last else None,
    }
