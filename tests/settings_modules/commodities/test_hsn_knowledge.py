"""What is known of codes: entering, verifying, learning, and deciding what contradicts itself."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from core.context import Source, change_context
from core.events.models import Event
from core.identity.models import User
from settings_modules.commodities.errors import (
    ConflictDecided,
    KnowledgeSwitchedOff,
    NotACandidate,
)
from settings_modules.commodities.models import HsnKnowledge, TaxCodeConflict
from settings_modules.commodities.services.hsn_knowledge import (
    create_knowledge,
    decide_conflict,
    learn_tax_code,
    update_knowledge,
    verify_knowledge,
)
from tests.factories.tax_codes import make_knowledge, make_tax_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return User.objects.create(email="verifier@example.com", is_staff=True)


def conflicts() -> list[tuple[str, str]]:
    rows = TaxCodeConflict.objects.filter(decided_at=None).order_by("id")
    return list(rows.values_list("goods", "kind"))


def test_entered_knowledge_is_not_verified_by_that():
    row = create_knowledge(
        values={"commodity_name": "  Zither   case ", "tax_code": make_tax_code("97010011")}
    )
    row.refresh_from_db()
    assert (row.commodity_name, row.folded_name) == ("Zither case", "zither case")
    assert (row.source, row.is_verified, row.verified_at) == ("MANUAL", False, None)


def test_one_name_has_a_code_once_however_it_is_spelled():
    code = make_tax_code()
    make_knowledge("قطنة", code)
    with pytest.raises(ValidationError) as refused:
        create_knowledge(values={"commodity_name": "قطنه", "tax_code": code})
    assert "This name has this code already." in refused.value.messages


def test_person_verifies_and_is_named(person):
    row = make_knowledge()
    with change_context(actor=f"user:{person.pk}", source=Source.API):
        verified = verify_knowledge(knowledge=row, expected_version=1)
        again = verify_knowledge(knowledge=row)
    assert (verified.is_verified, verified.verified_by, verified.version) == (True, person, 2)
    assert again.version == 2
    event = Event.objects.get(type="hsn_knowledge.verified")
    assert (event.actor, event.data) == (f"user:{person.pk}", {"tax_code_id": row.tax_code_id})


def test_what_is_switched_off_is_not_verified():
    row = make_knowledge(is_active=False)
    with pytest.raises(KnowledgeSwitchedOff):
        verify_knowledge(knowledge=row)


def test_another_code_is_no_longer_verified_and_another_confidence_still_is():
    row = make_knowledge()
    verify_knowledge(knowledge=row)
    row = update_knowledge(knowledge=row, values={"confidence": Decimal("0.5")})
    assert row.is_verified
    row = update_knowledge(knowledge=row, values={"tax_code": make_tax_code()})
    row.refresh_from_db()
    assert (row.is_verified, row.verified_by, row.verified_at) == (False, None, None)


def test_learning_counts_uses_and_adds_new_goods_unverified():
    code = make_tax_code()
    row = learn_tax_code(name="Zither", tax_code=code)
    assert (row.source, row.is_verified, row.confidence) == ("LEARNED", False, Decimal("0.60"))
    again = learn_tax_code(name="ZITHER", tax_code=code)
    assert (again.pk, again.usage_count, again.version) == (row.pk, 2, 1)


def test_two_verified_codes_for_one_name_open_one_conflict():
    first, second = make_knowledge("Zither"), make_knowledge("zither")
    verify_knowledge(knowledge=first)
    assert conflicts() == []
    verify_knowledge(knowledge=second)
    third = make_knowledge("ZITHER")
    verify_knowledge(knowledge=third)
    assert conflicts() == [("zither", "two_verified")]


def test_official_description_that_says_otherwise_opens_a_conflict():
    make_tax_code("97010011", "ZITHERS, STRUNG")
    make_tax_code("96010011", "OTHER")
    create_knowledge(
        values={"commodity_name": "Zither", "tax_code": make_tax_code("96010011", "OTHER")}
    )
    assert conflicts() == [("zither", "against_description")]
    event = Event.objects.get(type="tax_code_conflict.opened")
    assert event.data["kind"] == "against_description"


def test_code_of_the_chapter_whose_description_has_the_words_is_no_conflict():
    make_tax_code("97010011", "ZITHERS, STRUNG")
    create_knowledge(values={"commodity_name": "Zither", "tax_code": make_tax_code("9702")})
    create_knowledge(values={"commodity_name": "Zyzzyva", "tax_code": make_tax_code("96")})
    assert conflicts() == []


def test_decision_verifies_what_is_kept_and_switches_the_others_off(person):
    first, second = make_knowledge("Zither"), make_knowledge("zither")
    for row in (first, second):
        verify_knowledge(knowledge=row)
    [conflict] = TaxCodeConflict.objects.all()
    with change_context(actor=f"user:{person.pk}", source=Source.API):
        decided = decide_conflict(conflict=conflict, kept=second, note="by the list")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_active, first.is_verified) == (False, False)
    assert (second.is_active, second.is_verified) == (True, True)
    assert (decided.kept_id, decided.decided_by, decided.note) == (
        second.tax_code_id,
        person,
        "by the list",
    )
    assert Event.objects.get(type="tax_code_conflict.decided").data == {
        "kept_id": second.tax_code_id
    }
    with pytest.raises(ConflictDecided):
        decide_conflict(conflict=conflict, kept=None)


def test_decision_for_none_of_them_switches_all_off():
    make_tax_code("97010011", "ZITHERS, STRUNG")
    row = create_knowledge(values={"commodity_name": "Zither", "tax_code": make_tax_code("96")})
    decide_conflict(conflict=TaxCodeConflict.objects.get(), kept=None)
    row.refresh_from_db()
    assert not row.is_active


def test_what_was_decided_is_not_asked_again():
    make_tax_code("97010011", "ZITHERS, STRUNG")
    row = create_knowledge(values={"commodity_name": "Zither", "tax_code": make_tax_code("96")})
    decide_conflict(conflict=TaxCodeConflict.objects.get(), kept=row)
    row = update_knowledge(knowledge=row, values={"commodity_name": "ZITHER"})
    verify_knowledge(knowledge=row)
    assert conflicts() == []


def test_knowledge_of_other_goods_is_no_candidate():
    first, second, other = make_knowledge("Zither"), make_knowledge("zither"), make_knowledge()
    for row in (first, second):
        verify_knowledge(knowledge=row)
    with pytest.raises(NotACandidate):
        decide_conflict(conflict=TaxCodeConflict.objects.get(), kept=other)
    assert HsnKnowledge.objects.filter(is_active=False).count() == 0


@pytest.mark.parametrize(
    ("columns", "broken"),
    [
        ("confidence = 1.01", "commodities_knowledge_confidence"),
        ("confidence = -0.01", "commodities_knowledge_confidence"),
        ("commodity_name = ''", "commodities_knowledge_named"),
        ("is_verified = true", "commodities_knowledge_verified_at"),
        ("commodity_name = 'TWICE'", "commodities_knowledge_once"),
    ],
)
def test_database_refuses_what_the_service_would(columns, broken):
    row = make_knowledge("Zither")
    make_knowledge("Twice", row.tax_code)
    with (
        pytest.raises(IntegrityError) as refused,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE commodities_hsnknowledge SET {columns} WHERE id = %s", [row.pk])
    assert refused.value.__cause__.diag.constraint_name == broken
