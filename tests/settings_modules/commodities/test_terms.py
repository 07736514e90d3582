"""Terms of contracts: the rows trade begins with (COM-13 to COM-18), names, codes, constraints."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.editing.errors import StaleVersion
from core.events.models import Event
from core.i18n import translated
from core.references.services import deactivate_row, merge_rows, remove_row, restore_row
from settings_modules.commodities.models import (
    BargainType,
    CommissionStructure,
    DeliveryTerm,
    PassingTerm,
    PaymentTerm,
    TradeType,
    WeightmentTerm,
)
from settings_modules.commodities.services.terms import create_term, update_term
from tests.factories.commissions import make_commission
from tests.factories.terms import TERMS, make_term

pytestmark = pytest.mark.django_db

KINDS = list(TERMS.values())
ROWS = import_module("settings_modules.commodities.migrations.0011_term_rows")


def events_of(stream: str) -> list[tuple[str, dict]]:
    return list(Event.objects.filter(stream_type=stream).order_by("id").values_list("type", "data"))


def refused_by_the_database(statement: str, *values: object) -> str:
    """The constraint that refuses the SQL."""
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
    name: str = refused.value.__cause__.diag.constraint_name
    return name


def test_com_13_trade_begins_with_types():
    assert set(TradeType.objects.values_list("code", "name_en", "is_active")) == {
        ("PUR", "Purchase", True),
        ("SAL", "Sale", True),
        ("TRF", "Transfer", True),
        ("SPOT", "Spot", True),
        ("FWD", "Forward", True),
        ("BASIS", "Basis", True),
    }


def test_com_14_bargains():
    assert set(BargainType.objects.values_list("code", "name_en", "requires_approval")) == {
        ("OPEN", "Open Bargain", False),
        ("CLOSED", "Closed Bargain", False),
        ("FIRM", "Firm Offer", False),
    }


def test_com_15_passing_by_sample_is_tested():
    tested = dict(PassingTerm.objects.values_list("code", "requires_quality_test"))
    assert tested == {"APS": True, "STD": True, "FAQ": True, "SQ": True, "ASIS": False}


def test_com_16_seller_weighs_with_a_deduction():
    found = dict(WeightmentTerm.objects.values_list("code", "weight_deduction_percent"))
    assert found == {
        "EX_GIN": None,
        "DELIVERED": None,
        "EX_WH": None,
        "SEL_WT": Decimal("2.00"),
    }


def test_com_17_fob_includes_neither_freight_nor_insurance():
    found = DeliveryTerm.objects.values_list("code", "includes_freight", "includes_insurance")
    assert set(found) == {("FOB", False, False), ("CIF", True, True), ("EXW", False, False)}


def test_com_18_thirty_days_of_credit():
    term = PaymentTerm.objects.get(code="30D")
    assert (term.name_en, term.days, term.payment_percentage) == ("30 Days Credit", 30, 0)
    assert (term.currency, term.supports_letter_of_credit, term.lc_types_supported) == (
        "",
        False,
        [],
    )


@pytest.mark.parametrize("model", KINDS)
def test_every_first_row_has_an_arabic_name(model):
    names = [translated(row, "name", "ar") for row in model.objects.all()]
    assert names
    assert [name for name in names if name.isascii()] == []


@pytest.mark.parametrize("model", KINDS)
def test_first_rows_are_taken_back_and_put_again_but_for_those_that_people_changed(model):
    kept = model.objects.order_by("pk").first()
    update_term(term=kept, values={"name_hi": "नाम"})
    count = model.objects.count()
    ROWS.remove_rows(apps, None)
    assert list(model.objects.values_list("pk", flat=True)) == [kept.pk]
    ROWS.add_rows(apps, None)
    assert model.objects.count() == count


@pytest.mark.parametrize("model", KINDS)
def test_created_term_is_told_and_tidied(model):
    term = create_term(
        model=model, values={"name_en": "  Brokered ", "code": " ", "is_active": True, "version": 7}
    )
    assert (term.name_en, term.code, term.is_active) == ("Brokered", None, True)
    assert term.version == 1
    assert events_of(model.event_stream) == [(f"{model.event_stream}.created", {})]


@pytest.mark.parametrize("model", KINDS)
def test_names_and_codes_are_there_once_whatever_their_capitals(model):
    create_term(model=model, values={"name_en": "Brokered", "code": "brk"})
    for values, message in (
        ({"name_en": "BROKERED"}, "Another one has this name."),
        ({"name_en": "Other", "code": "BRK"}, "Another one has this code."),
    ):
        with pytest.raises(ValidationError) as refused:
            create_term(model=model, values=values)
        assert refused.value.messages == [message]
    without_code = [create_term(model=model, values={"name_ar": "أ"}) for _ in range(2)]
    assert [term.code for term in without_code] == [None, None]


@pytest.mark.parametrize("model", KINDS)
def test_database_keeps_names_and_codes_apart(model):
    term = make_term(model, name_en="Brokered", code="BRK")
    other = make_term(model, name_en="Other", code="OTH")
    table, label = model._meta.db_table, model._meta.model_name
    update = f"UPDATE {table} SET {{}} WHERE id = {other.pk}"
    assert refused_by_the_database(update.format("name_en = 'bROKERED'")) == (
        f"commodities_{label}_name_once"
    )
    assert (
        refused_by_the_database(update.format("code = 'brk'")) == f"commodities_{label}_code_once"
    )
    assert refused_by_the_database(update.format("name_en = ''")) == f"commodities_{label}_named"
    term.refresh_from_db()
    assert term.version == 1


@pytest.mark.parametrize("percent", ["-0.01", "100.01"])
def test_database_keeps_deductions_within_a_hundred_percent(percent):
    refused = refused_by_the_database(
        "UPDATE commodities_weightmentterm SET weight_deduction_percent = %s", percent
    )
    assert refused == "commodities_weight_deduction_is_percent"


def test_update_tells_what_changed_and_keeps_to_the_version_seen():
    term = make_term(BargainType, name_en="Open, two")
    changed = update_term(term=term, values={"requires_approval": True}, expected_version=1)
    assert (changed.version, changed.requires_approval) == (2, True)
    changes = {"changes": {"requires_approval": {"old": False, "new": True}}}
    assert events_of("bargain_type") == [("bargain_type.updated", changes)]
    with pytest.raises(StaleVersion):
        update_term(term=term, values={"requires_approval": False}, expected_version=1)
    update_term(term=changed, values={"requires_approval": True})
    assert len(events_of("bargain_type")) == 1


@pytest.mark.parametrize("model", KINDS)
def test_every_kind_leaves_use_alike(model):
    kept, merged = make_term(model), make_term(model)
    assert deactivate_row(row=kept).is_active is False
    assert restore_row(row=kept).is_active is True
    merge_rows(kept=kept, merged=merged, reason="twice")
    merged.refresh_from_db()
    assert merged.is_active is False
    remove_row(row=merged)
    assert list(model.objects.filter(pk__in=[kept.pk, merged.pk])) == [kept]


def test_merged_trade_type_gives_its_commissions_over():
    kept, merged = make_term(TradeType), make_term(TradeType)
    commission = make_commission(trade_type=merged)
    merge_rows(kept=kept, merged=merged, reason="twice")
    assert CommissionStructure.objects.get(pk=commission.pk).trade_type == kept
