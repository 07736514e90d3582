"""One organization sells in the shop: another one waits until it has stopped."""

from __future__ import annotations

import pytest

from settings_modules.organizations.errors import AnotherSells
from settings_modules.organizations.models import Organization
from settings_modules.organizations.services.organizations import (
    create_organization,
    update_organization,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def seller() -> Organization:
    return create_organization(values={"name": "First", "is_seller": True})


def test_second_seller_is_refused_with_the_name_of_the_first(seller):
    with pytest.raises(AnotherSells) as refused:
        create_organization(values={"name": "Second", "is_seller": True})
    assert (refused.value.status, refused.value.field) == (409, "is_seller")
    assert refused.value.values == {"organization": "First"}
    assert list(Organization.objects.values_list("name", flat=True)) == ["First"]


def test_organization_begins_to_sell_once_the_other_has_stopped(seller):
    second = create_organization(values={"name": "Second"})
    with pytest.raises(AnotherSells):
        update_organization(organization=second, values={"is_seller": True})
    update_organization(organization=seller, values={"is_seller": False})
    assert update_organization(organization=second, values={"is_seller": True}).is_seller


def test_seller_keeps_selling_when_it_is_sent_again(seller):
    kept = update_organization(organization=seller, values={"name": "Renamed", "is_seller": True})
    assert (kept.name, kept.is_seller) == ("Renamed", True)
