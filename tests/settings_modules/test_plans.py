"""Plans of organizations: how often their people may call, and who chooses."""

from __future__ import annotations

import pytest
from django.conf import settings as configured
from django.test import Client

from core.events.models import Event
from core.identity.models import User
from settings_modules.organizations.models import Organization, Plan
from tests.factories.organizations import join, make_member

pytestmark = pytest.mark.django_db
ORGANIZATIONS = "/api/v1/settings/organizations"


@pytest.fixture
def small(settings) -> Organization:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "staff": 2}
    settings.THROTTLE_WRITE_RATES = {"staff": 1}
    settings.ORGANIZATION_RATE_FACTOR = 2
    return Organization.objects.create(name="A small")


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_every_plan_has_its_figure():
    assert list(configured.ORGANIZATION_PLANS) == Plan.values
    assert configured.ORGANIZATION_PLANS[Plan.STANDARD] == 1
    assert configured.THROTTLE_RATES["staff"] == 200
    assert configured.THROTTLE_WRITE_RATES["staff"] == 100


def test_plan_of_the_organization_in_force_counts(small):
    large = Organization.objects.create(name="B large", plan=Plan.PLUS)
    user = make_member(small, "viewer")
    join(user, large, "viewer")
    client = client_of(user)
    limits = [
        client.get(ORGANIZATIONS, headers={"X-Organization": str(each.pk)})["RateLimit-Limit"]
        for each in (small, large)
    ]
    assert limits == ["2", "6"]


def test_people_of_one_organization_share_what_the_plan_gives_together(small):
    people = [client_of(make_member(small, "viewer")) for _ in range(3)]
    statuses = [person.get(ORGANIZATIONS).status_code for person in people for _ in range(2)]
    assert statuses == [200, 200, 200, 200, 429, 429]
    other = Organization.objects.create(name="Other")
    assert client_of(make_member(other, "viewer")).get(ORGANIZATIONS).status_code == 200


def change_plan(client: Client, organization: Organization, **values: str):
    return client.patch(
        f"{ORGANIZATIONS}/{organization.pk}",
        values,
        content_type="application/json",
        headers={"If-Match": '"1"'},
    )


def test_owner_does_not_choose_the_plan(small):
    answer = change_plan(client_of(make_member(small, "owner")), small, plan="large")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "plan_not_yours_to_choose")
    small.refresh_from_db()
    assert (small.plan, small.version) == ("standard", 1)
    assert not Event.objects.filter(type="organization.updated").exists()


def test_owner_sends_the_plan_back_as_it_was(small):
    client = client_of(make_member(small, "owner"))
    answer = change_plan(client, small, plan="standard", name="New name")
    assert (answer.status_code, answer.json()["name"]) == (200, "New name")


def test_superuser_chooses_the_plan(small):
    answer = change_plan(
        client_of(User.objects.create_superuser("boss@example.com")), small, plan="large"
    )
    assert (answer.status_code, answer.json()["plan"]) == (200, "large")
    event = Event.objects.get(type="organization.updated")
    assert event.data == {"changes": {"plan": {"old": "standard", "new": "large"}}}


def test_page_lets_a_superuser_alone_choose_the_plan(small):
    address = f"/admin/organizations/organization/{small.pk}/change/"
    owner = client_of(make_member(small, "owner")).get(address).content.decode()
    boss = client_of(User.objects.create_superuser("boss@example.com")).get(address)
    assert 'name="plan"' not in owner
    assert 'name="plan"' in boss.content.decode()
