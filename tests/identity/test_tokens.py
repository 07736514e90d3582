"""API tokens: shown once, good for what was chosen, from where it was chosen, for as long."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.utils import timezone

from catalog.models import Category
from core.context import Source, change_context
from core.events.models import Event
from core.idempotency.models import IdempotencyRecord
from core.identity.accounts import erase_user
from core.identity.errors import PowerNotYoursToGrant
from core.identity.models import ApiToken, User
from core.identity.tokens import issue_token, revoke_token
from tests.admin.conftest import make_staff, sign_in
from tests.factories.catalog import make_product

pytestmark = pytest.mark.django_db

TOKENS = "/api/v1/tokens"
CATEGORIES = "/api/v1/catalog/categories"
PRODUCTS = "/api/v1/catalog/products"


def role(name: str, *codenames: str) -> Group:
    group = Group.objects.create(name=name)
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    return group


@pytest.fixture
def readers(db: None) -> Group:
    return role("readers", "view_category")


def caller(text: str, **extra: str) -> Client:
    return Client(headers={"authorization": f"Token {text}"}, **extra)


def code(response) -> str:
    return response.json()["error"]["code"]


def test_token_opens_what_user_and_role_both_allow(readers):
    user = make_staff("catalog.view_category", "catalog.view_product")
    _, text = issue_token(user=user, name="till", groups=[readers])
    assert caller(text).get(CATEGORIES).status_code == 200
    assert caller(text).get(PRODUCTS).status_code == 403


def test_role_gives_a_token_nothing_that_its_user_has_not(readers):
    _, text = issue_token(user=make_staff(), name="till", groups=[readers])
    assert caller(text).get(CATEGORIES).status_code == 403


def test_token_of_a_superuser_is_no_superuser(boss_like, readers):
    _, text = issue_token(user=boss_like, name="till", groups=[readers])
    assert caller(text).get(CATEGORIES).status_code == 200
    assert caller(text).get(PRODUCTS).status_code == 403
    boss_like.refresh_from_db()
    assert boss_like.is_superuser


@pytest.fixture
def boss_like(db: None) -> User:
    return make_staff(is_superuser=True)


def test_token_without_roles_allows_nothing(boss_like):
    _, text = issue_token(user=boss_like, name="till")
    assert caller(text).get(CATEGORIES).status_code == 403


def test_change_by_a_token_is_its_users(boss_like):
    writers = role("writers", "view_category", "add_category")
    _, text = issue_token(user=boss_like, name="till", groups=[writers])
    response = caller(text).post(
        CATEGORIES, json.dumps({"name_en": "Cables"}), content_type="application/json"
    )
    assert response.status_code == 201
    event = Event.objects.get(type="category.created")
    assert (event.actor, event.source) == (f"user:{boss_like.pk}", "api")
    assert Category.objects.count() == 1


def test_text_of_a_token_is_stored_nowhere(boss_like):
    client = sign_in(boss_like)
    response = client.post(
        TOKENS,
        json.dumps({"name": "till"}),
        content_type="application/json",
        headers={"idempotency-key": "12345678"},
    )
    text = response.json()["token"]
    assert text.startswith("tp_")
    assert len(text) == 67
    secret_part = text[15:]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema ="
            " 'public' AND data_type IN ('text', 'character varying', 'json', 'jsonb')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text LIKE %s)',
                [f"%{secret_part}%"],
            )
            assert cursor.fetchone() == (False,), (table, column)
    assert "token" not in client.get(f"{TOKENS}/{response.json()['id']}").json()


def test_retry_with_the_same_key_makes_no_second_token_and_tells_no_secret(boss_like):
    client = sign_in(boss_like)
    first, again = [
        client.post(
            TOKENS,
            json.dumps({"name": "till"}),
            content_type="application/json",
            headers={"idempotency-key": "12345678"},
        )
        for _ in range(2)
    ]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert ("token" in first.json(), "token" in again.json()) == (True, False)
    assert again["Idempotency-Replayed"] == "true"
    assert (ApiToken.objects.count(), IdempotencyRecord.objects.count()) == (1, 1)
    assert caller(first.json()["token"]).get("/api/v1/audit/recent").status_code == 200


@pytest.mark.parametrize("text", ["tp_unknown", "", "tp_a b", "tp_٣"])
def test_unknown_token_is_told_by_its_code(text):
    response = Client(headers={"authorization": f"Token {text}"}).get(CATEGORIES)
    assert (response.status_code, code(response)) == (401, "token_invalid")
    assert response["WWW-Authenticate"] == "Token"


def test_other_scheme_is_nobodys_token():
    response = Client(headers={"authorization": "Bearer x"}).get(CATEGORIES)
    assert (response.status_code, code(response)) == (401, "not_authenticated")


def test_revoked_token_stops_at_the_next_request(boss_like, readers):
    token, text = issue_token(user=boss_like, name="till", groups=[readers])
    assert caller(text).get(CATEGORIES).status_code == 200
    response = sign_in(boss_like).delete(f"{TOKENS}/{token.pk}")
    assert (response.status_code, response.json()["is_usable"]) == (200, False)
    answer = caller(text).get(CATEGORIES)
    assert (answer.status_code, code(answer)) == (401, "token_invalid")
    revoke_token(token=token)
    assert Event.objects.filter(type="api_token.revoked").count() == 1


def test_expired_token_is_told_by_its_code_and_kept(boss_like, readers):
    token, text = issue_token(user=boss_like, name="till", groups=[readers])
    ApiToken.objects.update(expiry=timezone.now())
    response = caller(text).get(CATEGORIES)
    assert (response.status_code, code(response)) == (401, "token_expired")
    assert ApiToken.objects.filter(pk=token.pk).exists()


def test_token_of_somebody_switched_off_is_worth_nothing(boss_like, readers):
    _, text = issue_token(user=boss_like, name="till", groups=[readers])
    User.objects.update(is_active=False)
    assert code(caller(text).get(CATEGORIES)) == "token_invalid"


@pytest.mark.parametrize(
    ("address", "status"),
    [("192.0.2.7", 200), ("192.0.3.7", 403), ("2001:db8::5", 200), ("2001:db9::5", 403)],
)
def test_token_works_from_its_networks_alone(address, status, boss_like, readers):
    networks = ["192.0.2.0/24", "2001:db8::/32"]
    _, text = issue_token(user=boss_like, name="t", groups=[readers], allowed_networks=networks)
    response = caller(text, REMOTE_ADDR=address).get(CATEGORIES)
    assert response.status_code == status
    if status == 403:
        assert code(response) == "token_network_refused"


@pytest.mark.parametrize(
    ("given", "error", "field"),
    [
        ({"days": 0}, "token_lifetime_wrong", "days"),
        ({"days": 366}, "token_lifetime_wrong", "days"),
        ({"allowed_networks": ["here"]}, "network_malformed", "allowed_networks"),
        ({"allowed_networks": ["192.0.2.1/24"]}, "network_malformed", "allowed_networks"),
        ({"allowed_networks": ["192.0.2.0/24"] * 21}, "too_many_networks", "allowed_networks"),
    ],
)
def test_what_cannot_be_is_refused_by_name(given, error, field, boss_like):
    response = sign_in(boss_like).post(
        TOKENS, json.dumps({"name": "t", **given}), content_type="application/json"
    )
    assert (response.status_code, code(response)) == (422, error)
    assert [detail["field"] for detail in response.json()["error"]["details"]] == [field]
    assert not ApiToken.objects.exists()


def test_token_lives_90_days_unless_told_otherwise(boss_like):
    for given, days in (({}, 90), ({"days": 365}, 365)):
        token, _ = issue_token(user=boss_like, name="t", **given)
        assert abs(token.expiry - timezone.now() - timedelta(days=days)) < timedelta(minutes=1)


def test_token_makes_no_tokens(boss_like, readers):
    _, text = issue_token(user=boss_like, name="t", groups=[readers])
    response = caller(text).post(TOKENS, json.dumps({"name": "t"}), content_type="application/json")
    assert (response.status_code, code(response)) == (401, "not_authenticated")
    assert ApiToken.objects.count() == 1


def test_nobody_sees_or_revokes_the_tokens_of_others(boss_like):
    token, text = issue_token(user=boss_like, name="t")
    other = sign_in(make_staff())
    assert other.get(TOKENS).json()["items"] == []
    for response in (other.get(f"{TOKENS}/{token.pk}"), other.delete(f"{TOKENS}/{token.pk}")):
        assert (response.status_code, code(response)) == (404, "not_found")
    assert caller(text).get("/api/v1/audit/recent").status_code == 200


def test_only_superusers_issue_for_others(boss_like):
    staff = make_staff()
    with (
        change_context(actor=f"user:{staff.pk}", source=Source.ADMIN),
        pytest.raises(PowerNotYoursToGrant),
    ):
        issue_token(user=boss_like, name="t")
    with change_context(actor=f"user:{boss_like.pk}", source=Source.ADMIN):
        token, _ = issue_token(user=staff, name="t")
    assert (token.user, token.created_by) == (staff, boss_like)


def test_each_token_has_a_rate_of_its_own(boss_like, readers, settings):
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "staff": 2}
    texts = [issue_token(user=boss_like, name=n, groups=[readers])[1] for n in "ab"]
    for text in texts:
        statuses = [caller(text).get(CATEGORIES).status_code for _ in range(3)]
        # The minute may change in between once, never twice.
        assert statuses[:2] == [200, 200]
    assert 429 in [caller(texts[1]).get(CATEGORIES).status_code for _ in range(4)]


def test_last_use_is_noted_once_a_minute_and_is_no_new_version(boss_like, readers):
    token, text = issue_token(user=boss_like, name="t", groups=[readers])
    caller(text).get(CATEGORIES)
    token.refresh_from_db()
    noted, version = token.last_used_at, token.version
    caller(text).get(CATEGORIES)
    token.refresh_from_db()
    assert noted is not None
    assert (token.last_used_at, token.version) == (noted, version)


def test_demanded_second_factor_is_no_matter_of_tokens(boss_like, readers, settings):
    settings.STAFF_MFA_REQUIRED = True
    _, text = issue_token(user=boss_like, name="t", groups=[readers])
    assert caller(text).get(CATEGORIES).status_code == 200


def test_erasing_a_person_revokes_the_tokens(readers):
    user = make_staff("catalog.view_category")
    _, text = issue_token(user=user, name="t", groups=[readers])
    erase_user(user=user)
    assert code(caller(text).get(CATEGORIES)) == "token_invalid"


def test_admin_shows_a_new_token_once(boss_like, readers):
    client = sign_in(boss_like)
    form = {
        "name": "till",
        "user": boss_like.pk,
        "groups": [readers.pk],
        "days": "30",
        "allowed_networks": "192.0.2.0/24",
    }
    page = client.post("/admin/core/apitoken/add/", form, follow=True).content.decode()
    token = ApiToken.objects.get()
    assert f"{token.token_key}" in page
    assert "Copy the token now, it is not shown again: tp_" in page
    assert "not shown again" not in client.get("/admin/core/apitoken/").content.decode()
    assert (token.created_by, token.allowed_networks) == (boss_like, ["192.0.2.0/24"])
    client.post("/admin/core/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_order_of_a_till_needs_no_second_look(boss_like, readers):
    """Public addresses do not ask who calls: a token there changes nothing."""
    make_product(sku="A")
    _, text = issue_token(user=boss_like, name="t", groups=[readers])
    with_token = caller(text).get("/api/v1/consumer/products")
    assert with_token.json() == Client().get("/api/v1/consumer/products").json()
