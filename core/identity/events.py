"""What can happen to accounts."""

from core.events.registry import declare_event_type
from core.events.row_events import declare_row_events
from core.events.schemas import Schema, object_schema

_NAMES: Schema = {"type": "array", "items": {"type": "string"}}

_KIND = {"kind": "totp (an app), webauthn (a passkey) or recovery_codes"}
_KIND_SHAPE = {"kind": {"type": "string", "enum": ["totp", "webauthn", "recovery_codes"]}}
_PLAIN = {
    "user.erased": "An account's personal data was erased.",
    "user.signed_out": "Somebody signed out.",
    "user.sign_in_failed": "Somebody failed to sign in; of no account when the address is unknown.",
    "user.locked_out": "An account was locked for an address after too many failures.",
    "user.password_changed": "The password of an account was changed.",
}
_SECOND_FACTOR = {
    "user.second_factor_added": "A second factor was set up.",
    "user.second_factor_removed": "A second factor was removed.",
    "user.second_factor_used": "A second factor was used.",
}


def declare() -> None:
    """Add the event types of accounts."""
    declare_row_events("user", meaning="An account")
    _declare_tokens()
    declare_event_type(
        "user.signed_in",
        meaning="Somebody signed in.",
        fields={"second_factor": "whether a second factor was given"},
        schema=object_schema({"second_factor": {"type": "boolean"}}),
    )
    declare_event_type(
        "role.changed",
        meaning="What a declared role may do was brought up to date.",
        fields={
            "added": "permissions it now has, such as catalog.view_product",
            "removed": "permissions it no longer has",
        },
        schema=object_schema({"added": _NAMES, "removed": _NAMES}),
    )
    declare_event_type(
        "user.sessions_ended",
        meaning="Somebody was signed out from afar.",
        fields={"count": "how many sessions ended"},
        schema=object_schema({"count": {"type": "integer", "minimum": 1}}),
    )
    for name, meaning in _PLAIN.items():
        declare_event_type(name, meaning=meaning, fields={}, schema=object_schema({}))
    for name, meaning in _SECOND_FACTOR.items():
        declare_event_type(name, meaning=meaning, fields=_KIND, schema=object_schema(_KIND_SHAPE))


def _declare_tokens() -> None:
    declare_event_type(
        "api_token.issued",
        meaning="An API token was issued.",
        fields={"user": "whose it is", "groups": "keys of the roles", "days": "how long it lives"},
        schema=object_schema(
            {
                "user": {"type": "integer"},
                "groups": {"type": "array", "items": {"type": "integer"}},
                "days": {"type": "integer"},
            }
        ),
    )
    declare_event_type(
        "api_token.revoked",
        meaning="An API token was revoked.",
        fields={},
        schema=object_schema({}),
    )
