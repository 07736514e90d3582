"""What is missing or doubtful in commodities: what fulfils each question, and what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.context import change_context
from core.identity.models import User
from settings_modules.commodities.models import Commodity, HsnKnowledge, TaxCode
from settings_modules.commodities.selectors.data_quality import quality_counts, quality_questions
from settings_modules.commodities.services.commodities import create_commodity, update_commodity
from settings_modules.commodities.services.hsn_knowledge import verify_knowledge
from tests.factories.commissions import make_commission
from tests.factories.commodities import make_category, make_commodity, make_packaging
from tests.factories.tax_codes import make_knowledge, make_tax_code, make_tax_rate

pytestmark = pytest.mark.django_db


def found(key: str) -> list[str]:
    """The English names of the commodities that fulfil the question."""
    (condition,) = [one.condition() for one in quality_questions() if one.key == key]
    rows = Commodity.objects.filter(condition).order_by("name_en")
    return list(rows.values_list("name_en", flat=True))


def test_code_is_unverified_until_a_person_verified_it_for_these_goods():
    code, other = make_tax_code("97010011"), make_tax_code("97010012")
    make_commodity("Zither", tax_code=code)
    make_commodity("Lute", tax_code=code)
    make_commodity("Switched off", tax_code=code, is_active=False)
    make_commodity("Without a code")
    assert found("unverified_tax_code") == ["Lute", "Zither"]
    verify_knowledge(knowledge=make_knowledge("ZITHER", code))
    verify_knowledge(knowledge=make_knowledge("Lute", other))
    assert found("unverified_tax_code") == ["Lute"]


def test_rate_has_ended_unless_a_shorter_code_has_one():
    today = timezone.localdate()
    ended = {"valid_until": today - timedelta(days=1)}
    make_tax_rate(make_tax_code("97010011"), "5", **ended)
    make_tax_rate(make_tax_code("9601"), "5", **ended)
    make_tax_rate(make_tax_code("96"), "12")
    make_tax_rate(make_tax_code("95"), "12", valid_until=today)
    make_commodity("Ended", tax_code=make_tax_code("97010011"))
    make_commodity("Ended, own rate", tax_code=make_tax_code("97010011"), gst_rate="0")
    make_commodity("By its chapter", tax_code=make_tax_code("9601"))
    make_commodity("Last day", tax_code=make_tax_code("95"))
    make_commodity("Never had one", tax_code=make_tax_code("94"))
    assert found("expired_rate") == ["Ended"]


def test_switched_off_and_still_named_by_something_outside(django_assert_num_queries):
    used = make_commodity("Used", tax_code=make_tax_code("5201"))
    make_packaging(used)
    make_commodity("Unused")
    Commodity.objects.update(is_active=False)
    # Its packagings are parts of it.
    assert found("inactive_in_use") == []
    make_commission(commodity=used)
    assert found("inactive_in_use") == ["Used"]
    with django_assert_num_queries(1):
        counts = quality_counts()
    assert counts == {
        "missing_tax_code": 0,
        "unverified_tax_code": 0,
        "expired_rate": 0,
        "inactive_in_use": 1,
    }


def learned() -> list[tuple[str, str, int]]:
    rows = HsnKnowledge.objects.filter(source="LEARNED").order_by("id")
    return list(rows.values_list("commodity_name", "tax_code__code", "usage_count"))


def test_code_that_a_person_gives_is_learned_unverified():
    code: TaxCode = make_tax_code("97010011")
    make_commodity("Brought by a job", tax_code=code)
    assert learned() == []
    person = User.objects.create(email="buyer@example.com", is_staff=True)
    with change_context(actor=f"user:{person.pk}"):
        zither = create_commodity(
            values={"name_en": "Zither", "category": make_category(), "tax_code": code}
        )
        update_commodity(commodity=zither, values={"code": "Z-1"})
        assert learned() == [("Zither", "97010011", 1)]
        update_commodity(commodity=zither, values={"tax_code": make_tax_code("97010012")})
        update_commodity(commodity=zither, values={"tax_code": None})
        update_commodity(commodity=zither, values={"tax_code": code})
    assert learned() == [("Zither", "97010011", 2), ("Zither", "97010012", 1)]
    assert HsnKnowledge.objects.filter(source="LEARNED", is_verified=True).count() == 0
