"""Tokens: issue, limits, eviction, revocation, and the refusals of resource calls."""

import base64
from urllib.parse import parse_qs, urlsplit

from integrations.zoho.sandbox import demo_account

AUTH = {
    "client_id": demo_account.CLIENT_ID,
    "scope": "ZohoInventory.items.READ",
    "redirect_uri": "http://127.0.0.1/back",
    "access_type": "offline",
}


def _code(client):
    answer = client.send("GET", "/oauth/v2/auth", state="s1", **AUTH)
    returned = parse_qs(urlsplit(answer.headers["location"]).query)
    assert (answer.status, returned["state"], returned["accounts-server"]) == (
        302,
        ["s1"],
        [client.url],
    )
    return returned["code"][0]


def _exchange(client, code, redirect=AUTH["redirect_uri"]):
    return client.refresh(grant_type="authorization_code", code=code, redirect_uri=redirect)


def test_refresh_answers_token_without_a_new_refresh_token(client):
    answer = client.refresh()
    body = answer.json
    assert answer.status == 200
    assert sorted(body) == ["access_token", "api_domain", "expires_in", "token_type"]
    assert (body["api_domain"], body["expires_in"], body["token_type"]) == (
        client.url,
        3600,
        "Bearer",
    )


def test_refresh_with_basic_header_and_form_body_works(client):
    packed = base64.b64encode(f"{demo_account.CLIENT_ID}:{demo_account.CLIENT_SECRET}".encode())
    answer = client.send(
        "POST",
        "/oauth/v2/token",
        headers={"Authorization": f"Basic {packed.decode()}"},
        grant_type="refresh_token",
        refresh_token=demo_account.REFRESH_TOKEN,
    )
    assert answer.json["expires_in"] == 3600


def test_refresh_errors_come_as_200(client):
    assert (client.refresh("dead").status, client.refresh("dead").json) == (
        200,
        {"error": "invalid_code"},
    )
    assert client.refresh(client_id="x").json == {"error": "invalid_client"}
    assert client.refresh(client_secret="x").json == {"error": "invalid_client_secret"}


def test_refresh_errors_come_as_400_when_switched(sandbox, client):
    sandbox.control("POST", "switches", {"oauth_errors_status": "400"})
    assert client.refresh("dead").status == 400


def test_eleventh_refresh_in_ten_minutes_is_refused_and_allowed_later(sandbox, client):
    sandbox.control("POST", "clock", {"freeze": True})
    assert [client.refresh().status for _ in range(10)] == [200] * 10
    refused = client.refresh()
    assert (refused.status, refused.json["error"]) == (400, "Access Denied")
    sandbox.control("POST", "clock", {"advance": 599})
    assert client.refresh().status == 400
    sandbox.control("POST", "clock", {"advance": 1})
    assert client.refresh().status == 200


def test_eleventh_active_token_evicts_the_oldest(sandbox, client):
    tokens = [client.refresh().json["access_token"] for _ in range(10)]
    sandbox.control("POST", "clock", {"advance": 601})
    client.token = tokens[0]
    assert client.inventory("GET", "/locations").status == 200
    client.refresh()
    refused = client.inventory("GET", "/locations")
    assert (refused.status, refused.code) == (401, 57)
    client.token = tokens[1]
    assert client.inventory("GET", "/locations").status == 200


def test_access_token_expires_after_an_hour(sandbox, client):
    assert client.inventory("GET", "/locations").status == 200
    sandbox.control("POST", "clock", {"advance": 3601})
    assert client.inventory("GET", "/locations").code == 57


def test_call_without_or_with_garbled_header_is_code_14(client):
    query = {"organization_id": client.organization_id}
    assert client.send("GET", "/inventory/v1/items", **query).code == 14
    bearer = {"Authorization": f"Bearer {client.refresh().json['access_token']}"}
    answer = client.send("GET", "/inventory/v1/items", headers=bearer, **query)
    assert (answer.status, answer.code) == (401, 14)


def test_token_of_another_organization_is_code_6041(client):
    client.token = client.refresh(demo_account.SECOND_REFRESH_TOKEN).json["access_token"]
    answer = client.inventory("GET", "/items")
    assert (answer.status, answer.code) == (401, 6041)
    client.organization_id = demo_account.SECOND_ORGANIZATION_ID
    assert len(client.inventory("GET", "/items").json["items"]) == 12


def test_call_without_organization_is_code_4029(client):
    assert client.inventory("GET", "/items", organization_id="").code == 4029


def test_grant_code_is_single_use_and_carries_scope(client):
    code = _code(client)
    tokens = _exchange(client, code).json
    assert _exchange(client, code).json == {"error": "invalid_code"}
    client.token = tokens["access_token"]
    assert client.inventory("GET", "/items", per_page=1).status == 200
    assert client.inventory("GET", "/contacts").code == 57
    assert client.refresh(tokens["refresh_token"]).json["expires_in"] == 3600


def test_grant_code_dies_after_sixty_seconds(sandbox, client):
    code = _code(client)
    sandbox.control("POST", "clock", {"advance": 61})
    assert _exchange(client, code).json == {"error": "invalid_code"}


def test_grant_code_with_other_redirect_is_refused(client):
    answer = _exchange(client, _code(client), "http://127.0.0.1/other")
    assert answer.json == {"error": "invalid_redirect_uri"}


def test_twenty_first_refresh_token_drops_the_oldest(client):
    # Two are seeded, so the nineteenth new one is the twenty-first.
    for _ in range(18):
        _exchange(client, _code(client))
    assert "access_token" in client.refresh().json
    _exchange(client, _code(client))
    assert client.refresh().json == {"error": "invalid_code"}


def test_revoke_kills_the_refresh_token_and_its_access_tokens(client):
    assert client.inventory("GET", "/locations").status == 200
    path = "/oauth/v2/token/revoke"
    assert client.send("POST", path, token=demo_account.REFRESH_TOKEN).json == {"status": "success"}
    assert client.inventory("GET", "/locations").code == 57
    assert client.refresh().json == {"error": "invalid_code"}


def test_server_info_names_this_server(client):
    assert client.send("GET", "/oauth/serverinfo").json["locations"] == {"us": client.url}
