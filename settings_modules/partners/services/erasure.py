"""Erasing a customer on request. What was ordered and paid stays; who it was does not."""

from __future__ import annotations

from collections.abc import Callable

from core.erasure import erase_mentions
from core.events.services import in_unit_of_work
from settings_modules.partners.models import BusinessPartner

#: Raises a DomainError when this partner cannot be erased now.
Check = Callable[[BusinessPartner], None]
_checks: dict[str, Check] = {}


def declare_erasure_check(name: str, check: Check) -> None:
    """Ask `check` before a partner is erased; it runs in the same transaction."""
    _checks[name] = check


def erased_name(partner_id: int) -> str:
    """The name of a partner whose own was erased."""
    return f"Erased customer {partner_id}"


@in_unit_of_work
def erase_partner(*, partner: BusinessPartner) -> BusinessPartner:
    """The partner without name, phone number and e-mail address, for good.

    The event `partner.erased` lets the other applications erase their copies. The Zoho contact's
    id stays, so that the contact can be found and erased there. Erasing again changes nothing.
    Raises what the declared checks raise.
    """
    # An order that is being placed holds the row: it is seen by the checks, or finds no customer.
    locked = BusinessPartner.objects.select_for_update().get(pk=partner.pk)
    if locked.name == erased_name(locked.pk) and not locked.phone and not locked.email:
        return locked
    for check in _checks.values():
        check(locked)
    erase_mentions(texts=[locked.name, locked.email], phones=[str(locked.phone or "")])
    locked.name = erased_name(locked.pk)
    locked.phone = None
    locked.email = ""
    locked.save(update_fields=["name", "phone", "email"])
    locked.emit_event("partner.erased")
    return locked
