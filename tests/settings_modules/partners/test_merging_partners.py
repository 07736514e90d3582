"""Two partners that are one: records and orders move, marks step back, later orders follow."""

from __future__ import annotations

import pytest

from catalog.models import Order
from catalog.services.orders import place_order
from core.errors import StillInUse
from core.references.errors import MergeBelowItself
from core.references.plans import plan_merge
from core.references.services import deactivate_row, merge_rows, remove_row, restore_row
from settings_modules.partners.models import (
    BusinessPartner,
    PartnerAddress,
    PartnerBankAccount,
    PartnerContact,
    PartnerGstRegistration,
)
from tests.factories.catalog import make_product, order_request
from tests.factories.partners import (
    make_address,
    make_contact,
    make_partner,
    make_partner_account,
    make_partner_registration,
)

pytestmark = pytest.mark.django_db

PHONE, OTHER_PHONE = "+9647712345678", "+9647801112233"
GUJARAT = "24AAACM1234A1ZE"


def with_everything(name: str, **values: object) -> BusinessPartner:
    partner = make_partner(name, **values)
    make_contact(partner, name)
    make_address(partner, name)
    make_partner_registration(partner)
    make_partner_account(partner)
    return partner


def holders(model, flag: str) -> list[tuple[int, bool, bool]]:
    rows = model.objects.order_by("pk")
    return list(rows.values_list("partner_id", flag, "is_active"))


def test_records_move_and_those_of_the_merged_one_step_back():
    kept, merged = with_everything("Sai"), with_everything("Sai Mills", roles=["supplier"])
    make_partner_registration(merged, GUJARAT)
    assert plan_merge(kept=kept, merged=merged).is_possible
    merge_rows(kept=kept, merged=merged, reason="typed twice")
    assert holders(PartnerContact, "is_primary") == [(kept.pk, True, True), (kept.pk, False, True)]
    assert holders(PartnerAddress, "is_billing_default") == [
        (kept.pk, True, True),
        (kept.pk, False, True),
    ]
    assert holders(PartnerAddress, "is_shipping_default") == [
        (kept.pk, True, True),
        (kept.pk, False, True),
    ]
    # The same GSTIN and the same account stay once among the active ones.
    assert holders(PartnerGstRegistration, "is_primary") == [
        (kept.pk, True, True),
        (kept.pk, False, False),
        (kept.pk, False, True),
    ]
    assert holders(PartnerBankAccount, "is_default") == [
        (kept.pk, True, True),
        (kept.pk, False, False),
    ]
    kept.refresh_from_db()
    merged.refresh_from_db()
    assert kept.roles == ["customer", "supplier"]
    assert (merged.is_active, merged.merged_into_id) == (False, kept.pk)


def test_records_of_the_merged_one_keep_their_marks_where_there_are_no_others():
    kept, merged = make_partner("Sai"), with_everything("Sai Mills")
    merge_rows(kept=kept, merged=merged, reason="typed twice")
    assert holders(PartnerContact, "is_primary") == [(kept.pk, True, True)]
    assert holders(PartnerBankAccount, "is_default") == [(kept.pk, True, True)]


def test_later_orders_by_the_merged_phone_number_are_the_kept_ones():
    first = make_partner("Sai", phone=PHONE)
    second = make_partner("Sai Mills", phone=OTHER_PHONE)
    third = make_partner("Sai Cotton Mills")
    product = make_product(stock="9")
    place_order(request=order_request((product, 1), phone=PHONE))
    merge_rows(kept=second, merged=first, reason="the same")
    merge_rows(kept=third, merged=second, reason="the same again")
    for phone in (PHONE, OTHER_PHONE):
        place_order(request=order_request((product, 1), phone=phone))
    assert set(Order.objects.values_list("partner", flat=True)) == {third.pk}
    chain = BusinessPartner.objects.order_by("pk").values_list("merged_into", flat=True)
    assert list(chain) == [third.pk, third.pk, None]


def test_partner_is_not_merged_into_one_that_was_merged_into_it():
    first, second = make_partner("Sai"), make_partner("Sai Mills")
    merge_rows(kept=second, merged=first, reason="the same")
    first.refresh_from_db()
    second.refresh_from_db()
    with pytest.raises(MergeBelowItself):
        merge_rows(kept=first, merged=second, reason="the other way")


def test_restored_partner_stands_for_itself_again():
    first, second = make_partner("Sai", phone=PHONE), make_partner("Sai Mills")
    merge_rows(kept=second, merged=first, reason="the same")
    first.refresh_from_db()
    restored = restore_row(row=first)
    assert (restored.is_active, restored.merged_into_id) == (True, None)
    order = place_order(request=order_request((make_product(), 1), phone=PHONE))
    assert order.partner_id == first.pk


def test_switched_off_partner_keeps_its_records_and_a_used_one_is_not_removed():
    partner = with_everything("Sai")
    deactivate_row(row=partner)
    assert holders(PartnerContact, "is_primary") == [(partner.pk, True, True)]
    with pytest.raises(StillInUse) as refused:
        remove_row(row=partner)
    assert {each.field for each in refused.value.details} == {
        "partners.PartnerAddress.partner",
        "partners.PartnerBankAccount.partner",
        "partners.PartnerContact.partner",
        "partners.PartnerGstRegistration.partner",
    }
