"""What is known of the tax codes of goods: entered, learned, verified, and contradicted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone

from core.editing.services import (
    create_and_tell,
    editable,
    lock_row,
    update_and_tell,
)
from core.events.services import in_unit_of_work
from core.identity.powers import acting_user_key
from core.locking import lock_rows
from core.text_search import folded
from settings_modules.commodities.enums import ConflictKind, KnowledgeSource
from settings_modules.commodities.errors import (
    ConflictDecided,
    KnowledgeSwitchedOff,
    NotACandidate,
)
from settings_modules.commodities.goods_words import words_of
from settings_modules.commodities.models import (
    CommodityCategory,
    HsnKnowledge,
    TaxCode,
    TaxCodeConflict,
)
from settings_modules.commodities.selectors.tax_code_conflicts import (
    candidates_of,
    contradicting_description,
)

KNOWLEDGE_FIELDS = ("commodity_name", "category", "tax_code", "confidence", "is_active")
_LEARNED = Decimal("0.60")
#: What verifying a row sets back when the row says something else afterwards.
_UNVERIFIED: dict[str, Any] = {"is_verified": False, "verified_by": None, "verified_at": None}


@in_unit_of_work
def create_knowledge(*, values: Mapping[str, Any]) -> HsnKnowledge:
    """What a person enters; emits `hsn_knowledge.created`. It is not verified by that.

    What contradicts the official list goes to the conflicts. Raises ValidationError.
    """
    given = _tidied(editable(values, KNOWLEDGE_FIELDS))
    row = create_and_tell(row=HsnKnowledge(source=KnowledgeSource.MANUAL, **given))
    _look_for_conflicts(row)
    return row


@in_unit_of_work
def update_knowledge(
    *, knowledge: HsnKnowledge, values: Mapping[str, Any], expected_version: int | None = None
) -> HsnKnowledge:
    """The knowledge with the fields given; emits `hsn_knowledge.updated` when something changed.

    Another name or code is no longer verified. Raises StaleVersion, ValidationError.
    """
    given = _tidied(editable(values, KNOWLEDGE_FIELDS))
    stored = lock_row(knowledge, expected_version=expected_version)
    says_else = any(
        name in given and given[name] != getattr(stored, name)
        for name in ("commodity_name", "tax_code")
    )
    edited = update_and_tell(row=stored, values=given, also=_UNVERIFIED if says_else else None)
    if says_else:
        _look_for_conflicts(edited)
    return edited


def _tidied(values: dict[str, Any]) -> dict[str, Any]:
    if "commodity_name" in values:
        values["commodity_name"] = " ".join(str(values["commodity_name"]).split())
    return values


@in_unit_of_work
def verify_knowledge(
    *, knowledge: HsnKnowledge, expected_version: int | None = None
) -> HsnKnowledge:
    """A person says that it is right; emits `hsn_knowledge.verified`. Again: nothing happens.

    Another verified code for the same goods opens a conflict. Raises KnowledgeSwitchedOff,
    StaleVersion.
    """
    stored = lock_row(knowledge, expected_version=expected_version)
    if not stored.is_active:
        raise KnowledgeSwitchedOff()
    if stored.is_verified:
        return stored
    _mark_verified(stored)
    stored.refresh_from_db()
    _look_for_conflicts(stored)
    return stored


def _mark_verified(row: HsnKnowledge) -> None:
    row.is_verified, row.verified_at = True, timezone.now()
    row.verified_by_id = acting_user_key()
    row.save(update_fields=["is_verified", "verified_at", "verified_by", "updated_at"])
    row.emit_event("hsn_knowledge.verified", {"tax_code_id": row.tax_code_id})


@in_unit_of_work
def learn_tax_code(
    *, name: str, tax_code: TaxCode, category: CommodityCategory | None = None
) -> HsnKnowledge:
    """Note that a person gave goods of this name this code: known goods count one use more, new
    ones are added as learned, unverified. Raises ValidationError."""
    tidy = " ".join(name.split())
    known = HsnKnowledge.objects.filter(folded_name=folded(tidy), tax_code=tax_code).first()
    if known is not None:
        HsnKnowledge.objects.filter(pk=known.pk).update(usage_count=F("usage_count") + 1)
        known.refresh_from_db()
        return known
    row = create_and_tell(
        row=HsnKnowledge(
            commodity_name=tidy,
            category=category,
            tax_code=tax_code,
            source=KnowledgeSource.LEARNED,
            confidence=_LEARNED,
            usage_count=1,
        )
    )
    _look_for_conflicts(row)
    return row


def _look_for_conflicts(row: HsnKnowledge) -> None:
    """Open the conflicts that the row makes."""
    stored = HsnKnowledge.objects.get(pk=row.pk)
    if not stored.is_active:
        return
    others = HsnKnowledge.objects.filter(
        folded_name=stored.folded_name, is_verified=True, is_active=True
    ).exclude(tax_code=stored.tax_code_id)
    if stored.is_verified and others.exists():
        _open(stored, ConflictKind.TWO_VERIFIED)
    if contradicting_description(stored, words_of(stored.folded_name)) is not None:
        _open(stored, ConflictKind.AGAINST_DESCRIPTION)


def _open(row: HsnKnowledge, kind: ConflictKind) -> None:
    same = TaxCodeConflict.objects.filter(goods=row.folded_name, kind=kind)
    is_decided = kind == ConflictKind.AGAINST_DESCRIPTION and (
        same.filter(decided_at__isnull=False, kept=row.tax_code_id).exists()
    )
    if is_decided or same.filter(decided_at__isnull=True).exists():
        return
    conflict = TaxCodeConflict.objects.create(goods=row.folded_name, kind=kind, knowledge=row)
    conflict.emit_event("tax_code_conflict.opened", {"kind": str(kind), "knowledge_id": row.pk})


@in_unit_of_work
def decide_conflict(
    *,
    conflict: TaxCodeConflict,
    kept: HsnKnowledge | None,
    note: str = "",
    expected_version: int | None = None,
) -> TaxCodeConflict:
    """Close the conflict: `kept` is verified, what says otherwise of the goods is switched off;
    without `kept` all of it is. Emits `tax_code_conflict.decided`.

    Raises ConflictDecided, NotACandidate, StaleVersion.
    """
    stored = lock_row(conflict, expected_version=expected_version)
    if stored.decided_at is not None:
        raise ConflictDecided()
    rows = {row.pk: row for row in lock_rows(candidates_of(stored))}
    if kept is not None and kept.pk not in rows:
        raise NotACandidate(field="kept")
    for row in rows.values():
        if kept is not None and row.pk == kept.pk:
            if not row.is_verified:
                _mark_verified(row)
        else:
            update_and_tell(row=row, values={"is_active": False}, also=_UNVERIFIED)
    stored.kept_id = kept.tax_code_id if kept is not None else None
    stored.note, stored.decided_at = note, timezone.now()
    stored.decided_by_id = acting_user_key()
    stored.save(update_fields=["kept", "note", "decided_at", "decided_by", "updated_at"])
    stored.emit_event("tax_code_conflict.decided", {"kept_id": stored.kept_id})
    stored.refresh_from_db()
    return stored
