"""Names and codes that only one record may have: told as a conflict, with the other record."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from core.editing.models import VersionedModel
from core.errors import DomainError


@dataclass(frozen=True, slots=True)
class OnceOnly:
    """A text column whose value one record has, whatever the capitals; `within` names the reference
    among whose records that holds. `constraint` is what keeps it in the database."""

    column: str
    constraint: str
    refusal: type[DomainError]
    within: str = ""


def refuse_taken(
    row: VersionedModel, rules: Sequence[OnceOnly], changed: Collection[str] | None = None
) -> None:
    """Raise the refusal of the first rule that the row with its values breaks.

    Only columns that are among `changed` are looked at, all of them without it.
    """
    for rule in rules:
        text = getattr(row, rule.column)
        is_asked = changed is None or {rule.column, rule.within} & set(changed)
        if not text or not is_asked:
            continue
        others: Any = type(row)._default_manager.filter(**{f"{rule.column}__iexact": text})
        if rule.within:
            others = others.filter(**{rule.within: getattr(row, f"{rule.within}_id")})
        other = others.exclude(pk=row.pk).values_list("pk", flat=True).first()
        if other is not None:
            raise _refusal(rule, text, other)


@contextlib.contextmanager
def telling_taken(row: VersionedModel, rules: Sequence[OnceOnly]) -> Iterator[None]:
    """Within: when somebody else stored the same name a moment before, the refusal says so."""
    try:
        yield
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        broken = getattr(diagnosis, "constraint_name", "")
        for rule in rules:
            if rule.constraint == broken:
                raise _refusal(rule, getattr(row, rule.column), None) from error
        raise


def _refusal(rule: OnceOnly, text: str, other: int | None) -> DomainError:
    refusal = rule.refusal(field=rule.column, text=text)
    refusal.extra = {"taken_by": other}
    return refusal
