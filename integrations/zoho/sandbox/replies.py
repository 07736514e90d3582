"""What the sandbox answers: replies, Zoho's error bodies, and the words of both."""

from dataclasses import dataclass, field
from typing import Any

from . import jsontext
from .jsontext import JsonObject

JSON_TYPE = "application/json;charset=UTF-8"
NO_STORE = "no-store, no-cache, must-revalidate, max-age=0, post-check=0, pre-check=0"


@dataclass
class Reply:
    """One answer. ``raw`` wins over ``body``; the last three fields change how it is sent."""

    status: int = 200
    body: Any = None
    raw: bytes | None = None
    content_type: str = JSON_TYPE
    headers: dict[str, str] = field(default_factory=dict)
    reset: bool = False
    hang_s: float = 0.0
    truncate: bool = False

    @property
    def code(self) -> int | None:
        """Zoho's own code of a JSON body, None for other bodies."""
        if self.raw is None and isinstance(self.body, dict):
            code = self.body.get("code")
            return code if isinstance(code, int) else None
        return None

    def payload(self) -> bytes:
        """Return the bytes of the body."""
        return self.raw if self.raw is not None else jsontext.encode(self.body).encode()


class ZohoError(Exception):
    """A refusal in Zoho's words, with its HTTP status and code."""

    def __init__(
        self, status: int, code: int, message: str, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers or {}

    def reply(self) -> Reply:
        """Return the answer that tells of it."""
        body = {"code": self.code, "message": self.message}
        return Reply(self.status, body, headers=dict(self.headers))


def success(key: str, value: Any, message: str = "success", **more: Any) -> Reply:
    """Return Zoho's envelope around one value."""
    return Reply(200, {"code": 0, "message": message, key: value, **more})


def created(key: str, value: JsonObject, message: str, location: str) -> Reply:
    """Return the answer of a successful create: 201 with the record's ``location``."""
    return Reply(201, {"code": 0, "message": message, key: value}, headers={"location": location})


def invalid_value(name: str) -> ZohoError:
    """The refusal of a value that fails validation."""
    return ZohoError(400, 4, f"Invalid value passed for {name}")


def not_authorized() -> ZohoError:
    """Expired, evicted or revoked token, or missing scope: Zoho does not say which."""
    return ZohoError(401, 57, "You are not authorized to perform this operation")


def bad_credentials() -> ZohoError:
    """No header, or one that is no token."""
    return ZohoError(
        401,
        14,
        "The request could not be authenticated as the authentication value you entered is "
        "invalid.",
    )


def foreign_organization(organization_id: str) -> ZohoError:
    """The token's user does not belong to the organization asked for."""
    return ZohoError(
        401,
        6041,
        f"This user is not associated with the CompanyID/CompanyName {organization_id}.",
    )


def unknown_path() -> ZohoError:
    """No such URL."""
    return ZohoError(404, 5, "We couldnt find any resource for the given URL.")


def minute_limit_exceeded(headers: dict[str, str]) -> ZohoError:
    """The organization is blocked for asking too often."""
    return ZohoError(
        429,
        44,
        "For security reasons your organization has been blocked as it have exceeded the maximum "
        "number of requests per minute. Please try again after some time.",
        headers,
    )


def daily_limit_exceeded(limit: int, headers: dict[str, str]) -> ZohoError:
    """The day's calls are used up."""
    return ZohoError(
        429,
        45,
        f"The API call for this organization has exceeded the maximum call rate limit of {limit}.",
        headers,
    )


def too_many_in_process(headers: dict[str, str]) -> ZohoError:
    """More calls at once than allowed."""
    return ZohoError(
        429,
        1070,
        "You have reached the maximum number of in process requests allowed. Kindly try again "
        "after some time.",
        headers,
    )


_MISSING_WORDS = {
    5: "We couldnt find any resource for the given ID.",
    1002: "Resource does not exist.",
    2006: "Item does not exist.",
}


def missing_record(reading: str) -> ZohoError:
    """The record is not there; ``reading`` is the switch's value such as ``404/1002``."""
    status, code = (int(part) for part in reading.split("/"))
    return ZohoError(status, code, _MISSING_WORDS[code])
