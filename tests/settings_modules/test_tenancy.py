"""Which organization is in force, and that nothing of another one is seen or reached."""

from __future__ import annotations

import json

import pytest
import structlog
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.test import Client

from catalog.models import Order
from core.checks import is_ours
from core.context import Context, change_context, current_context, use_context
from core.editing.models import VersionedModel
from core.events.models import Event
from core.idempotency.models import IdempotencyRecord
from core.identity.models import User
from core.identity.tokens import issue_token
from core.tenancy import is_scoped
from settings_modules.organizations.models import DocumentSeries, Membership, Organization
from tests.admin.sent_forms import opened
from tests.factories.catalog import make_order, make_product
from tests.factories.organizations import join, make_member, role_group

#: Models that all organizations share, with why. Every other model of ours must be scoped.
SHARED = {
    "catalog.Category": "one catalogue for all companies",
    "catalog.Movement": "stock lies in warehouses that all companies share",
    "catalog.Price": "one catalogue for all companies",
    "catalog.PriceList": "one catalogue for all companies",
    "catalog.Product": "one catalogue for all companies",
    "catalog.StockLevel": "stock lies in warehouses that all companies share",
    "commodities.Commodity": "all companies trade in the same goods",
    "commodities.CommodityCategory": "all companies trade in the same goods",
    "commodities.CommodityVariety": "all companies trade in the same goods",
    "commodities.ParameterTemplate": "all companies trade in the same goods",
    "commodities.QualityParameter": "all companies trade in the same goods",
    "commodities.TaxCode": "the codes of the law are the same for all",
    "commodities.Unit": "a kilogram is the same for all",
    "commodities.UnitAlias": "a kilogram is the same for all",
    "commodities.CommodityPackaging": "master data of all companies",
    "commodities.ExchangeRate": "what currencies are worth is the same for all companies",
    "commodities.HsnKnowledge": "the official list is the same for all companies",
    "commodities.TaxCodeConflict": "the official list is the same for all companies",
    "commodities.TaxRate": "notifications are for all companies",
    "commodities.TaxRateRevision": "notifications are for all companies",
    "commodities.BargainType": "one list of terms for all companies",
    "commodities.CommissionStructure": "rules about commodities, which all companies share",
    "commodities.CommissionTier": "rules about commodities, which all companies share",
    "commodities.DeliveryTerm": "one list of terms for all companies",
    "commodities.PassingTerm": "one list of terms for all companies",
    "commodities.PaymentTerm": "one list of terms for all companies",
    "commodities.TradeType": "one list of terms for all companies",
    "commodities.WeightmentTerm": "one list of terms for all companies",
    "core.Event": "spans everything: no role sees it",
    "core.EventAnchor": "spans everything: no page, no role",
    "core.EventDelivery": "spans everything: no role sees it",
    "core.Heartbeat": "says that the installation lives; no page",
    "core.IdempotencyRecord": "keyed by caller and organization, read by nobody",
    "core.ImportFilePart": "read through its run alone",
    "core.ImportFinding": "read through its run alone",
    "core.ImportRow": "read through its run alone",
    "core.Job": "runs for the whole installation; carries no rows",
    "core.SlowOperation": "spans everything: no role sees it",
    "core.StreamHead": "spans everything: no page, no role",
    "core.WebhookAttempt": "spans everything: no role sees it",
    "core.WebhookDelivery": "spans everything: no role sees it",
    "core.WebhookEndpoint": "hears of everything: no role sees it",
    "locations.Location": "warehouses that all companies share",
    "partners.BusinessPartner": "a customer may order from any of the companies",
    "partners.PartnerAddress": "belongs to a partner, whom all companies share",
    "partners.PartnerBankAccount": "belongs to a partner, whom all companies share",
    "partners.PartnerContact": "belongs to a partner, whom all companies share",
    "partners.PartnerGstRegistration": "belongs to a partner, whom all companies share",
    "zoho.Connection": "holds keys: no role sees it",
    "zoho.Cursor": "how far a pull is; no page",
    "zoho.SyncRun": "pulls the shared catalogue",
}
ORGANIZATIONS = "/api/v1/settings/organizations"
SERIES = "/api/v1/settings/document-series"


@pytest.fixture
def mine(db) -> Organization:
    return Organization.objects.create(name="B mine")


@pytest.fixture
def theirs(db) -> Organization:
    return Organization.objects.create(name="A theirs")


@pytest.fixture
def client_of():
    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in


def names(answer) -> list[str]:
    return [row["name"] for row in answer.json()["items"]]


def test_every_model_is_scoped_or_shared_for_a_reason():
    ours = {
        model._meta.label
        for app in apps.get_app_configs()
        if is_ours(app)
        for model in app.get_models()
        if not model.__name__.endswith("History")
    }
    scoped = {label for label in ours if is_scoped(apps.get_model(label))}
    assert ours - scoped == set(SHARED)
    assert scoped == {
        "catalog.Order",
        "catalog.OrderLine",
        "catalog.Reservation",
        "core.ApiToken",
        "core.ImportRun",
        "core.SavedFilter",
        "core.User",
        "organizations.ApprovalRequest",
        "organizations.BankAccount",
        "organizations.DocumentSeries",
        "organizations.FinancialYear",
        "organizations.GstRegistration",
        "organizations.IssuedNumber",
        "organizations.Membership",
        "organizations.Organization",
        "zoho.OrderPush",
    }
    assert issubclass(Membership, VersionedModel)


def test_only_organization_is_the_default(mine, theirs, client_of):
    client = client_of(make_member(mine, "viewer"))
    assert names(client.get(ORGANIZATIONS)) == ["B mine"]


def test_first_by_name_is_the_default_and_the_header_chooses(mine, theirs, client_of):
    user = make_member(mine, "viewer")
    join(user, theirs, "finance")
    client = client_of(user)
    assert names(client.get(ORGANIZATIONS)) == ["A theirs"]
    chosen = client.get(ORGANIZATIONS, headers={"X-Organization": str(mine.pk)})
    assert names(chosen) == ["B mine"]


def test_role_of_one_organization_does_not_reach_into_another(mine, theirs, client_of):
    user = make_member(mine, "owner")
    join(user, theirs, "viewer")
    client = client_of(user)
    sent = {"content_type": "application/json"}

    def rename(at: Organization, headers: dict[str, str]) -> int:
        headers = {"If-Match": '"1"', **headers}
        address = f"{ORGANIZATIONS}/{at.pk}"
        return client.patch(address, {"name": "Taken"}, headers=headers, **sent).status_code

    assert rename(theirs, {"X-Organization": str(mine.pk)}) == 404
    assert rename(theirs, {"X-Organization": str(theirs.pk)}) == 403
    assert rename(mine, {"X-Organization": str(theirs.pk)}) == 403
    assert not Organization.objects.filter(name="Taken").exists()
    assert rename(mine, {"X-Organization": str(mine.pk)}) == 200


@pytest.mark.parametrize("asked", ["{theirs}", "999999", "x", "-1", "٣", "1 OR 1=1", "0" * 400])
@pytest.mark.parametrize("key", ["viewer", "owner"])
def test_foreign_or_unknown_organization_is_not_found(asked, key, mine, theirs, client_of):
    client = client_of(make_member(mine, key))
    sent = asked.format(theirs=theirs.pk).encode().decode("latin-1")
    answer = client.get(ORGANIZATIONS, headers={"X-Organization": sent})
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_guesses_of_organizations_are_throttled(mine, settings, client_of):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "staff": 3}
    client = client_of(make_member(mine, "viewer"))
    found = [
        client.get(ORGANIZATIONS, headers={"X-Organization": "999999"}).status_code
        for _ in range(4)
    ]
    assert found == [404, 404, 404, 429]


def test_ended_membership_is_gone_with_the_next_request(mine, client_of):
    user = make_member(mine, "viewer")
    client = client_of(user)
    assert client.get(ORGANIZATIONS).status_code == 200
    Membership.objects.filter(user=user).update(is_active=False)
    assert client.get(ORGANIZATIONS).status_code == 403
    answer = client.get(ORGANIZATIONS, headers={"X-Organization": str(mine.pk)})
    assert answer.status_code == 404


def test_permission_without_membership_sees_no_organization(mine, client_of):
    user = User.objects.create(email="loner@example.com", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_organization"))
    assert names(client_of(user).get(ORGANIZATIONS)) == []


def test_superuser_sees_all_and_may_name_one(mine, theirs, client_of):
    client = client_of(User.objects.create_superuser("boss@example.com"))
    assert names(client.get(ORGANIZATIONS)) == ["B mine", "A theirs"]
    named = client.get(ORGANIZATIONS, headers={"X-Organization": str(mine.pk)})
    assert names(named) == ["B mine", "A theirs"]
    unknown = client.get(ORGANIZATIONS, headers={"X-Organization": "999999"})
    assert unknown.status_code == 404


def test_consumer_with_a_membership_is_no_staff(mine, client_of):
    user = make_member(mine, "owner")
    User.objects.filter(pk=user.pk).update(is_staff=False)
    assert client_of(user).get(ORGANIZATIONS).status_code == 403


def test_reference_to_a_foreign_row_is_as_if_it_were_not_there(mine, theirs, client_of):
    client = client_of(make_member(mine, "owner"))
    body = {"document_type": "order", "prefix": "X", "is_active": False}
    answers = [
        client.post(SERIES, {**body, "organization": key}, content_type="application/json")
        for key in (theirs.pk, 999_999)
    ]
    assert [answer.status_code for answer in answers] == [400, 400]
    codes = [answer.json()["error"]["details"][0]["code"] for answer in answers]
    assert codes == ["does_not_exist", "does_not_exist"]
    assert DocumentSeries.objects.count() == 0


def test_filter_knows_no_foreign_row(mine, theirs, client_of):
    client = client_of(make_member(mine, "owner"))
    found = [
        client.get(f"{SERIES}?organization={key}").status_code
        for key in (mine.pk, theirs.pk, 999_999)
    ]
    assert found == [200, 400, 400]


def test_row_that_its_maker_may_not_see_is_not_made(mine, client_of):
    user = make_member(mine, "viewer")
    user.user_permissions.add(Permission.objects.get(codename="add_organization"))
    client = client_of(user)
    answer = client.post(ORGANIZATIONS, {"name": "New"}, content_type="application/json")
    assert answer.status_code == 403
    address = "/admin/organizations/organization/add/"
    sent = opened(client, address, "organization_form") | {"name": ["New"]}
    assert client.post(address, sent).status_code == 403
    assert not Organization.objects.filter(name="New").exists()
    assert not Event.objects.filter(type="organization.created").exists()


def test_key_of_a_retry_belongs_to_the_organization(mine, theirs, client_of):
    user = make_member(mine, "catalogue_editor")
    join(user, theirs, "catalogue_editor")
    client = client_of(user)
    for organization in (mine, theirs):
        headers = {"X-Organization": str(organization.pk), "Idempotency-Key": "once-and-again"}
        answer = client.post(
            "/api/v1/catalog/categories",
            {"name_en": organization.name},
            content_type="application/json",
            headers=headers,
        )
        assert answer.status_code == 201
    kept = set(IdempotencyRecord.objects.values_list("organization", flat=True))
    assert kept == {str(mine.pk), str(theirs.pk)}


def test_organization_stands_in_every_log_line():
    with use_context(Context(request_id="r" * 32, organization_id="7")):
        assert structlog.contextvars.get_contextvars()["organization_id"] == "7"
        with change_context(actor="user:1"):
            assert current_context().organization_id == "7"
    assert "organization_id" not in structlog.contextvars.get_contextvars()


def with_token(user: User, *roles: str) -> Client:
    _, text = issue_token(user=user, name="till", groups=[role_group(key) for key in roles])
    return Client(headers={"authorization": f"Token {text}"})


def test_token_does_what_its_roles_and_those_held_there_both_allow(mine, theirs):
    user = make_member(mine, "owner")
    join(user, theirs, "viewer")
    client = with_token(user, "viewer")
    assert names(client.get(ORGANIZATIONS)) == ["A theirs"]
    chosen = client.get(ORGANIZATIONS, headers={"X-Organization": str(mine.pk)})
    assert names(chosen) == ["B mine"]
    for organization in (mine, theirs):
        headers = {"X-Organization": str(organization.pk), "If-Match": '"1"'}
        address = f"{ORGANIZATIONS}/{organization.pk}"
        answer = client.patch(
            address, {"name": "Taken"}, headers=headers, content_type="application/json"
        )
        assert answer.status_code == 403
    Membership.objects.filter(user=user).update(is_active=False)
    assert client.get(ORGANIZATIONS).status_code == 403


def test_token_of_a_superuser_sees_all_and_does_what_it_was_given(mine, theirs):
    client = with_token(User.objects.create_superuser("boss@example.com"), "viewer")
    assert names(client.get(ORGANIZATIONS)) == ["B mine", "A theirs"]
    answer = client.post(ORGANIZATIONS, {"name": "New"}, content_type="application/json")
    assert answer.status_code == 403


# The back office


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_switch_offers_several_organizations_and_keeps_the_choice(mine, theirs, client_of):
    user = make_member(mine, "owner")
    join(user, theirs, "owner")
    client = client_of(user)
    listed = "/admin/organizations/organization/"
    text = page(client, listed)
    assert f'<option value="{theirs.pk}" selected>A theirs</option>' in text
    assert f'<option value="{mine.pk}">B mine</option>' in text
    assert client.get(f"{listed}{mine.pk}/change/").status_code == 404
    chosen = client.post("/admin/organization/", {"organization": mine.pk})
    assert (chosen.status_code, chosen["Location"]) == (302, "/admin/")
    assert client.get(f"{listed}{mine.pk}/change/").status_code == 200
    assert client.get(f"{listed}{theirs.pk}/change/").status_code == 404


def test_switch_is_not_shown_for_one_organization(mine, client_of):
    text = page(client_of(make_member(mine, "owner")), "/admin/")
    assert "tp-organization" not in text
    assert '<bdi class="tp-quiet">B mine</bdi>' in text


@pytest.mark.parametrize("asked", ["{theirs}", "", "x"])
def test_switch_to_a_foreign_organization_is_not_found(asked, mine, theirs, client_of):
    client = client_of(make_member(mine, "owner"))
    sent = {"organization": asked.format(theirs=theirs.pk)}
    assert client.post("/admin/organization/", sent).status_code == 404
    assert "organization" not in client.session


def test_ended_choice_falls_back_to_what_is_left(mine, theirs, client_of):
    user = make_member(mine, "owner")
    there = join(user, theirs, "owner")
    client = client_of(user)
    client.post("/admin/organization/", {"organization": theirs.pk})
    Membership.objects.filter(pk=there.pk).update(is_active=False)
    address = f"/admin/organizations/organization/{mine.pk}/change/"
    assert client.get(address).status_code == 200


def test_accounts_of_another_organization_are_not_found(mine, theirs, client_of):
    stranger, colleague = make_member(theirs, "viewer"), make_member(mine, "viewer")
    newcomer = User.objects.create(email="new@example.com", is_staff=True)
    shopper = User.objects.create(email="shopper@example.com")
    client = client_of(make_member(mine, "owner"))
    found = {
        person.pk: client.get(f"/admin/core/user/{person.pk}/change/").status_code
        for person in (stranger, colleague, newcomer, shopper)
    }
    assert found == {stranger.pk: 404, colleague.pk: 200, newcomer.pk: 200, shopper.pk: 404}
    told = client.get(f"/api/v1/audit/core.user/{stranger.pk}")
    assert told.status_code == 404


def test_autocomplete_names_no_stranger(mine, theirs, client_of):
    stranger = make_member(theirs, "viewer", phone="")
    client = client_of(make_member(mine, "owner"))
    query = "app_label=organizations&model_name=membership&field_name=user&term="
    answer = client.get(f"/admin/autocomplete/?{query}{stranger.email}")
    assert answer.status_code == 200
    assert json.loads(answer.content)["results"] == []


def test_filter_at_the_side_names_no_foreign_organization(mine, theirs, client_of):
    user = make_member(mine, "owner")
    text = page(client_of(user), "/admin/organizations/membership/")
    assert "B mine" in text
    assert "A theirs" not in text


def test_figures_count_the_own_orders(client_of, theirs):
    order = make_order((make_product(), 1))
    foreign = Order.objects.get(pk=order.pk)
    foreign.pk, foreign.number, foreign.organization = None, "F-1", theirs
    foreign.save(force_insert=True)
    client = client_of(make_member(order.organization, "order_desk"))
    cards = {card.title: card.value for card in client.get("/admin/").context["cards"]}
    assert cards["Orders today"] == "1"
    boss = client_of(User.objects.create_superuser("boss@example.com"))
    cards = {card.title: card.value for card in boss.get("/admin/").context["cards"]}
    assert cards["Orders today"] == "2"


def test_member_tab_explains_roles(mine, client_of):
    text = page(
        client_of(make_member(mine, "owner")),
        f"/admin/organizations/organization/{mine.pk}/change/",
    )
    assert "Owner: Answers for the organization: everything that is its own" in text


def test_superuser_sees_roles_of_a_person(mine, client_of):
    person = make_member(mine, "viewer")
    boss = client_of(User.objects.create_superuser("boss@example.com"))
    text = page(boss, f"/admin/core/user/{person.pk}/change/")
    assert "Roles in organizations" in text
    assert "B mine" in text


def test_groups_of_staff_stay_global(mine, theirs, client_of):
    group = Group.objects.create(name="Readers")
    group.permissions.add(Permission.objects.get(codename="view_documentseries"))
    user = make_member(mine, "marketing_author")
    user.groups.add(group)
    DocumentSeries.objects.create(organization=theirs, document_type="order")
    answer = client_of(user).get(SERIES)
    assert (answer.status_code, answer.json()["total"]) == (200, 0)
