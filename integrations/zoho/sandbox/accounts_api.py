"""The accounts server's paths: consent, token, revoke and the list of data centres."""

import base64
import binascii
from urllib.parse import urlencode

from .accounts import OAuthRefusal
from .exchange import Request
from .replies import Reply
from .world import World


def answer(world: World, request: Request) -> Reply:
    """Answer one call under ``/oauth``."""
    paths = {
        "/oauth/v2/auth": _authorize,
        "/oauth/v2/token": _token,
        "/oauth/v2/token/revoke": _revoke,
        "/oauth/v2/revoke/token": _revoke,
        "/oauth/serverinfo": _server_info,
    }
    handler = paths.get(request.path)
    if handler is None:
        return Reply(404, {"error": "invalid_url"})
    with world.store.transaction():
        try:
            return handler(world, request)
        except OAuthRefusal as refusal:
            return refusal.reply


def _client(request: Request) -> tuple[str, str]:
    kind, _, packed = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "basic":
        try:
            client_id, _, secret = base64.b64decode(packed).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", ""
        return client_id, secret
    return request.field("client_id"), request.field("client_secret")


def _token(world: World, request: Request) -> Reply:
    if request.method != "POST":
        return Reply(405, {"error": "invalid_request"})
    client_id, secret = _client(request)
    grant = request.field("grant_type")
    wanted = {"refresh_token": "refresh_token", "authorization_code": "code"}.get(grant)
    if wanted is None or not client_id or not request.field(wanted):
        return Reply(400, {"error": "invalid_request"})
    world.accounts.check_client(client_id, secret)
    if grant == "refresh_token":
        issued = world.accounts.refresh(client_id, request.field("refresh_token"))
    else:
        issued = world.accounts.exchange_code(
            client_id, request.field("code"), request.field("redirect_uri")
        )
    return Reply(200, {**issued, "api_domain": request.base_url})


def _revoke(world: World, request: Request) -> Reply:
    if request.method != "POST":
        return Reply(405, {"error": "invalid_request"})
    if world.accounts.revoke(request.field("token")):
        return Reply(200, {"status": "success"})
    raise world.accounts.refuse("invalid_code")


def _authorize(world: World, request: Request) -> Reply:
    """Consent at once, as a person who presses Accept, and send the browser back with a code."""
    redirect = request.field("redirect_uri")
    if not redirect.startswith(("http://", "https://")) or not redirect.isprintable():
        raise world.accounts.refuse("invalid_redirect_uri")
    scopes = [scope.strip() for scope in request.field("scope").split(",") if scope.strip()]
    offline = request.field("access_type") == "offline"
    code = world.accounts.grant_code(request.field("client_id"), scopes, redirect, offline)
    returned = {"code": code, "location": "us", "accounts-server": request.base_url}
    if request.field("state"):
        returned["state"] = request.field("state")
    joint = "&" if "?" in redirect else "?"
    return Reply(302, {}, headers={"location": f"{redirect}{joint}{urlencode(returned)}"})


def _server_info(_world: World, request: Request) -> Reply:
    return Reply(200, {"result": "success", "locations": {"us": request.base_url}})
