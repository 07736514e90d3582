"""The accounts server's memory: clients, grant codes, refresh tokens and access tokens."""

import hashlib
from collections.abc import Sequence
from typing import Any

from . import demo_account
from .clock import VirtualClock
from .jsontext import JsonObject
from .replies import Reply, bad_credentials, not_authorized
from .store import Store
from .switches import Switches

ACCESS_TOKEN_LIFE_S = 3600
CODE_LIFE_S = 60
ISSUE_WINDOW_S = 600
ISSUES_PER_WINDOW = 10
ACTIVE_ACCESS_TOKENS = 10
REFRESH_TOKENS_PER_CLIENT = 20

_THROTTLED = {
    "error_description": "You have made too many requests continuously. Please try again after "
    "some time.",
    "error": "Access Denied",
    "status": "failure",
}


class OAuthRefusal(Exception):
    """A refused token request; carries the answer."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply.body))
        self.reply = reply


def throttled() -> OAuthRefusal:
    """Too many access tokens were asked for."""
    return OAuthRefusal(Reply(400, dict(_THROTTLED)))


class Accounts:
    """Issues and checks tokens. Every method runs inside the store's transaction."""

    def __init__(self, store: Store, clock: VirtualClock, switches: Switches) -> None:
        self._store = store
        self._clock = clock
        self._switches = switches
        self.issued = 0
        self.refresh_requests = 0

    def clear(self) -> None:
        """Forget the counts."""
        self.issued = 0
        self.refresh_requests = 0

    def plant(self) -> None:
        """Register the demo client and its two refresh tokens."""
        both = [demo_account.ORGANIZATION_ID, demo_account.SECOND_ORGANIZATION_ID]
        self._keep("clients", demo_account.CLIENT_ID, {"secret": demo_account.CLIENT_SECRET})
        self._keep_refresh(demo_account.REFRESH_TOKEN, demo_account.SCOPES, both)
        self._keep_refresh(demo_account.SECOND_REFRESH_TOKEN, demo_account.SCOPES, both[1:])

    def snapshot(self) -> dict[str, dict[str, JsonObject]]:
        """Return every token and client, to be restored later."""
        return {kind: dict(self._table(kind)) for kind in ("clients", "codes", "refresh", "access")}

    def restore(self, kept: dict[str, dict[str, JsonObject]]) -> None:
        """Put back what :meth:`snapshot` returned."""
        for kind, records in kept.items():
            for key, record in records.items():
                self._keep(kind, key, record)

    def refuse(self, error: str) -> OAuthRefusal:
        """Return a refusal with the status the switch asks for."""
        return OAuthRefusal(Reply(int(self._switches["oauth_errors_status"]), {"error": error}))

    def check_client(self, client_id: str, secret: str) -> None:
        """Raise OAuthRefusal unless the client is known and the secret its own."""
        client = self._table("clients").get(client_id)
        if client is None:
            raise self.refuse("invalid_client")
        if client["secret"] != secret:
            raise self.refuse("invalid_client_secret")

    def grant_code(
        self, client_id: str, scopes: Sequence[str], redirect: str, offline: bool
    ) -> str:
        """Return a single-use code that lives 60 seconds. Raises OAuthRefusal."""
        if client_id not in self._table("clients"):
            raise self.refuse("invalid_client")
        code = self._secret("code")
        self._keep(
            "codes",
            code,
            {
                "client_id": client_id,
                "scopes": list(scopes),
                "redirect_uri": redirect,
                "offline": offline,
                "expires": int(self._clock.now()) + CODE_LIFE_S,
            },
        )
        return code

    def exchange_code(self, client_id: str, code: str, redirect: str) -> JsonObject:
        """Return the tokens for a grant code. Raises OAuthRefusal."""
        grant = self._table("codes").get(code)
        if grant is None or grant["client_id"] != client_id:
            raise self.refuse("invalid_code")
        self._store.remove("", "codes", code)
        if grant["expires"] <= self._clock.now():
            raise self.refuse("invalid_code")
        if grant["redirect_uri"] != redirect:
            raise self.refuse("invalid_redirect_uri")
        refresh_token = self._secret("refresh")
        organizations = list(self._store.table("", "organizations"))
        self._keep_refresh(refresh_token, grant["scopes"], organizations, client_id)
        self._drop_oldest_refresh(client_id)
        answer = self._issue(refresh_token)
        return {**answer, "refresh_token": refresh_token} if grant["offline"] else answer

    def refresh(self, client_id: str, refresh_token: str) -> JsonObject:
        """Return a new access token. Raises OAuthRefusal."""
        self.refresh_requests += 1
        record = self._table("refresh").get(refresh_token)
        if record is None or record["client_id"] != client_id:
            raise self.refuse("invalid_code")
        return self._issue(refresh_token)

    def revoke(self, token: str) -> bool:
        """Forget a refresh token with its access tokens, or one access token."""
        if token in self._table("access"):
            self._store.remove("", "access", token)
            return True
        if token not in self._table("refresh"):
            return False
        self._store.remove("", "refresh", token)
        for access_token, record in list(self._table("access").items()):
            if record["refresh_token"] == token:
                self._store.remove("", "access", access_token)
        return True

    def evict_access_tokens(self) -> None:
        """Forget every access token, as when newer ones pushed them out."""
        for access_token in list(self._table("access")):
            self._store.remove("", "access", access_token)

    def revoke_refresh_tokens(self, token: str = "") -> None:
        """Forget one refresh token, or all of them."""
        for refresh_token in [token] if token else list(self._table("refresh")):
            self.revoke(refresh_token)

    def remove_scope(self, scope: str) -> None:
        """Take one scope such as ``ZohoInventory.items.READ`` from every refresh token."""
        for refresh_token, record in self._table("refresh").items():
            missing = sorted({*record["missing_scopes"], scope.lower()})
            self._keep("refresh", refresh_token, {**record, "missing_scopes": missing})

    def authenticate(self, header: str, scope: str) -> JsonObject:
        """Return the refresh token's record behind an Authorization header.

        Raises ZohoError 14 for no or a garbled header and 57 for a token that is unknown,
        expired, pushed out, or without ``scope`` (empty: none needed).
        """
        words = header.split()
        kinds = ["zoho-oauthtoken"]
        if self._switches["bearer_accepted"] == "yes":
            kinds.append("bearer")
        if len(words) != 2 or words[0].lower() not in kinds:
            raise bad_credentials()
        access = self._table("access").get(words[1])
        if access is None or access["expires"] <= self._clock.now():
            raise not_authorized()
        owner = self._table("refresh").get(access["refresh_token"])
        if owner is None or not _allows(owner, scope):
            raise not_authorized()
        return owner

    def active_access_tokens(self) -> int:
        """Return how many access tokens would be accepted now."""
        now = self._clock.now()
        return sum(record["expires"] > now for record in self._table("access").values())

    def _issue(self, refresh_token: str) -> JsonObject:
        now = self._clock.now()
        record = self._table("refresh")[refresh_token]
        recent = [moment for moment in record["issues"] if moment > now - ISSUE_WINDOW_S]
        if len(recent) >= ISSUES_PER_WINDOW:
            raise throttled()
        self._keep("refresh", refresh_token, {**record, "issues": [*recent, int(now)]})
        self._make_room(refresh_token, now)
        access_token = self._secret("access")
        self._keep(
            "access",
            access_token,
            {"refresh_token": refresh_token, "expires": int(now) + ACCESS_TOKEN_LIFE_S},
        )
        self.issued += 1
        return {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": ACCESS_TOKEN_LIFE_S,
        }

    def _make_room(self, refresh_token: str, now: float) -> None:
        alive = []
        for access_token, record in list(self._table("access").items()):
            if record["expires"] <= now:
                self._store.remove("", "access", access_token)
            elif record["refresh_token"] == refresh_token:
                alive.append(access_token)
        for access_token in alive[: max(0, len(alive) + 1 - ACTIVE_ACCESS_TOKENS)]:
            self._store.remove("", "access", access_token)

    def _drop_oldest_refresh(self, client_id: str) -> None:
        own = [
            token for token, row in self._table("refresh").items() if row["client_id"] == client_id
        ]
        for token in own[: max(0, len(own) - REFRESH_TOKENS_PER_CLIENT)]:
            self.revoke(token)

    def _keep_refresh(
        self,
        token: str,
        scopes: Sequence[str],
        organizations: list[str],
        client_id: str = demo_account.CLIENT_ID,
    ) -> None:
        record: dict[str, Any] = {
            "client_id": client_id,
            "scopes": list(scopes),
            "missing_scopes": [],
            "organizations": organizations,
            "issues": [],
        }
        self._keep("refresh", token, record)

    def _secret(self, kind: str) -> str:
        counter = self._store.table("", "meta").get("secrets", {"last": 0})["last"] + 1
        self._store.save("", "meta", "secrets", {"last": counter})
        digest = hashlib.sha256(f"{kind}:{counter}".encode()).hexdigest()
        return f"1000.{digest[:32]}.{digest[32:]}"

    def _table(self, kind: str) -> dict[str, JsonObject]:
        return self._store.table("", kind)

    def _keep(self, kind: str, key: str, record: JsonObject) -> None:
        self._store.save("", kind, key, record)


def _allows(owner: JsonObject, scope: str) -> bool:
    if not scope:
        return True
    wanted = scope.lower()
    service, module, _ = wanted.split(".")
    if {wanted, f"{service}.{module}"} & set(owner["missing_scopes"]):
        return False
    held = {name.lower() for name in owner["scopes"]}
    return bool(held & {wanted, f"{service}.fullaccess.all", f"{service}.{module}.all"})
