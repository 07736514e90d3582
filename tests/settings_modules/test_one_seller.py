"""One organization sells in the shop: another one waits until it has stopped."""

from __future__ import annotations

import pytest
from django.test import Client

from core.identity.models import User
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


@pytest.mark.parametrize("method", ["post", "patch"])
def test_api_answers_a_second_seller_as_a_conflict(method, seller):
    client = Client()
    client.force_login(User.objects.create_superuser("boss@example.com"))
    address = "/api/v1/settings/organizations"
    second = create_organization(values={"name": "Second"})
    body = {"is_seller": True} if method == "patch" else {"name": "Third", "is_seller": True}
    answer = getattr(client, method)(
        f"{address}/{second.pk}" if method == "patch" else address,
        body,
        content_type="application/json",
        headers={"If-Match": f'"{second.version}"'} if method == "patch" else {},
    )
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (409, "another_sells")
    assert [each["field"] for each in error["details"]] == ["is_seller"]
    assert Organization.objects.get(is_seller=True) == seller
