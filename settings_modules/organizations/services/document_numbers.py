"""Issuing document numbers, and voiding them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import Q
from django.utils import timezone

from core.context import current_context
from core.errors import DomainError, FieldError
from core.events.services import in_unit_of_work, joining_unit_of_work
from core.identity.powers import acting_user_key
from settings_modules.organizations.errors import (
    EinvoiceReferenceMissing,
    NoActiveSeries,
    NumberAlreadyVoided,
    NumberKeyReused,
    NumberPrintedBefore,
    OtherOrganizationsRecord,
    VoidReasonMissing,
)
from settings_modules.organizations.models import (
    LARGEST_NUMBER,
    TAX_DOCUMENTS,
    DocumentType,
    GstRegistration,
    IssuedNumber,
    Organization,
    longest_number,
)
from settings_modules.organizations.selectors.document_numbers import (
    refusal_of,
    series_in_force,
)
from settings_modules.organizations.selectors.turnover import einvoices_are_required

#: Between a look at the series and the step, others may have changed the series or the year.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class NumberIssued:
    """A number as printed, with its row in the ledger. `warnings` is what a person should know.

    `is_repeated`: the key had issued it before.
    """

    text: str
    number: int
    organization_id: int
    series_id: int
    ledger_id: int
    warnings: tuple[FieldError, ...] = ()
    is_repeated: bool = False

    @property
    def next_number(self) -> int:
        """The one after it."""
        return self.number + 1


@dataclass(frozen=True, slots=True)
class _Asked:
    document_type: DocumentType
    organization_id: int | None
    gst_registration_id: int | None
    purpose: str
    idempotency_key: str | None
    einvoice_reference: str


@joining_unit_of_work
def issue_number(
    *,
    document_type: DocumentType,
    organization: Organization | None = None,
    gst_registration: GstRegistration | None = None,
    purpose: str = "",
    idempotency_key: str | None = None,
    einvoice_reference: str = "",
) -> NumberIssued:
    """The next number of the active series, noted in the ledger; without an organization that of
    the registration, else of the selling one.

    The branch's own series counts before the company's, one of the active financial year before
    one that runs through the years. Call it last in the transaction of the document: the series'
    row stays locked until the end. A key that has issued a number gives that number again.
    Raises NoActiveSeries, YearNotOpen, NumberTooLong, NumberPrintedBefore, NumberKeyReused,
    EinvoiceReferenceMissing, OtherOrganizationsRecord.
    """
    asked = _Asked(
        document_type=DocumentType(document_type),
        organization_id=_organization_id(organization, gst_registration),
        gst_registration_id=gst_registration.pk if gst_registration else None,
        purpose=purpose,
        idempotency_key=idempotency_key,
        einvoice_reference=einvoice_reference,
    )
    first = _issued_for_key(asked) if idempotency_key is not None else None
    if first is not None:
        return first
    warnings = _einvoice_warnings(asked, organization)
    for _ in range(_TRIES):
        issued = _step(asked)
        if issued is not None:
            return replace(issued, warnings=warnings)
        refusal = _refusal(asked)
        if refusal is not None:
            raise refusal
    raise NoActiveSeries(document=asked.document_type.label)


def _organization_id(
    organization: Organization | None, registration: GstRegistration | None
) -> int | None:
    if registration is None:
        return None if organization is None else organization.pk
    if organization is not None and registration.organization_id != organization.pk:
        raise OtherOrganizationsRecord(field="gst_registration")
    return registration.organization_id


_STEP = """
SELECT printed, issued, issued_by_company, issued_in, ledger_row FROM organizations_issue_number(
    %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


def _step(asked: _Asked) -> NumberIssued | None:
    """The series stepped and the ledger written, in one call; None when there is no series that
    may step. Raises NumberPrintedBefore."""
    given = [
        asked.document_type.value,
        asked.organization_id,
        asked.gst_registration_id,
        longest_number(asked.document_type),
        LARGEST_NUMBER,
        asked.purpose,
        asked.einvoice_reference,
        asked.idempotency_key,
        acting_user_key(),
        current_context().request_id,
    ]
    with connection.cursor() as cursor:
        try:
            cursor.execute(_STEP, given)
        except IntegrityError as error:
            if _broken_rule(error) == "organizations_number_printed_once":
                raise NumberPrintedBefore() from error
            raise
        row = cursor.fetchone()
    return None if row is None else NumberIssued(*row)


def _broken_rule(error: IntegrityError) -> str | None:
    """The name of the constraint that a statement broke."""
    diagnosis: Any = getattr(error.__cause__, "diag", None)
    name: str | None = getattr(diagnosis, "constraint_name", None)
    return name


def _refusal(asked: _Asked) -> DomainError | None:
    """Why no series stepped; None when one could by now."""
    found = series_in_force(
        document_type=asked.document_type,
        organization_id=asked.organization_id,
        gst_registration_id=asked.gst_registration_id,
    )
    if found is None:
        return NoActiveSeries(document=asked.document_type.label)
    return refusal_of(found)


def _issued_for_key(asked: _Asked) -> NumberIssued | None:
    """What the key has issued; whoever uses it at the same moment waits for the one before.

    Raises NumberKeyReused.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('document number ' || %s, 0))",
            [asked.idempotency_key],
        )
    rows = IssuedNumber.objects.filter(idempotency_key=asked.idempotency_key)
    whose = asked.organization_id
    held = (
        rows.filter(organization_id=whose) if whose else rows.filter(organization__is_seller=True)
    )
    row = held.first()
    if row is None:
        return None
    if (row.document_type, row.purpose) != (asked.document_type.value, asked.purpose):
        raise NumberKeyReused(field="idempotency_key")
    return NumberIssued(
        text=row.text,
        number=row.number,
        organization_id=row.organization_id,
        series_id=row.series_id,
        ledger_id=row.pk,
        is_repeated=True,
    )


def _whose(asked: _Asked) -> Q:
    """Whose number it is, as a condition on organizations."""
    key = asked.organization_id
    return Q(is_seller=True) if key is None else Q(pk=key)


def _einvoice_warnings(asked: _Asked, organization: Organization | None) -> tuple[FieldError, ...]:
    """That the e-invoice reference is missing; raises EinvoiceReferenceMissing when that blocks."""
    if asked.document_type not in TAX_DOCUMENTS or asked.einvoice_reference:
        return ()
    if organization is None:
        who = (
            {"is_seller": True} if asked.organization_id is None else {"pk": asked.organization_id}
        )
        organization = Organization.objects.filter(**who).first()
    if organization is None or not einvoices_are_required(organization):
        return ()
    missing = EinvoiceReferenceMissing(field="einvoice_reference")
    if organization.auto_block_if_einvoice_required:
        raise missing
    return tuple(missing.field_errors())


@in_unit_of_work
def void_number(*, issued: IssuedNumber, reason: str) -> IssuedNumber:
    """Mark the number as void, for good; it is not issued again. Emits `document_number.voided`.

    Raises VoidReasonMissing, NumberAlreadyVoided, ValidationError for a reason that is too long.
    """
    if not reason.strip():
        raise VoidReasonMissing(field="reason")
    locked = IssuedNumber.objects.select_for_update().get(pk=issued.pk)
    if locked.voided_at is not None:
        raise NumberAlreadyVoided(number=locked.text)
    locked.voided_at = timezone.now()
    locked.voided_by_id = acting_user_key()
    locked.void_reason = reason.strip()
    others = {field.name for field in IssuedNumber._meta.fields} - {"void_reason"}
    locked.clean_fields(exclude=others)
    locked.save(update_fields=["voided_at", "voided_by", "void_reason"])
    told = {"series_id": locked.series_id, "number": locked.text, "reason": locked.void_reason}
    locked.emit_event("document_number.voided", told)
    return locked
