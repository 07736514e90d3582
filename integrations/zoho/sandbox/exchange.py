"""One call as it came over the wire, and as a resource handler sees it."""

from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from . import jsontext
from .jsontext import JsonObject
from .replies import ZohoError

if TYPE_CHECKING:
    from .world import Organization, World


@dataclass
class Request:
    """A call: decoded path, first value of each parameter, lower-case header names."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    base_url: str

    def form(self) -> dict[str, str]:
        """Return the fields of a urlencoded or multipart body, else nothing."""
        kind = self.headers.get("content-type", "")
        if kind.startswith("application/x-www-form-urlencoded"):
            text = self.body.decode("utf-8", "replace")
            return dict(parse_qsl(text, keep_blank_values=True))
        if kind.startswith("multipart/form-data"):
            head = f"Content-Type: {kind}\r\n\r\n".encode()
            return _multipart_fields(BytesParser().parsebytes(head + self.body))
        return {}

    def field(self, name: str) -> str:
        """Return a parameter of the query or else of the form body, else the empty string."""
        return self.query.get(name) or self.form().get(name, "")

    def json_body(self) -> JsonObject:
        """Return the object sent as JSON or as the form field JSONString.

        Raises ZohoError 1038 when it is not a JSON object; an empty body is an empty object.
        """
        form = self.form()
        text: str | bytes = form.get("JSONString", self.body)
        if not text:
            return {}
        try:
            value: Any = jsontext.decode(text)
        except ValueError as error:
            raise ZohoError(400, 1038, "JSON is not well formed") from error
        if not isinstance(value, dict):
            raise ZohoError(400, 1038, "JSON is not well formed")
        return value

    def shown_body(self) -> Any:
        """Return the body for the journal: parsed when it can be, else its first characters."""
        if not self.body:
            return None
        try:
            return jsontext.decode(self.body)
        except ValueError:
            return self.form() or self.body[:2000].decode("utf-8", "replace")


def _multipart_fields(message: Message) -> dict[str, str]:
    fields = {}
    for part in message.walk():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            fields[name] = payload.decode("utf-8", "replace")
    return fields


@dataclass
class Call:
    """An admitted resource call: who asks, for which organization, and for what."""

    world: "World"
    organization: "Organization"
    api: str
    query: dict[str, str]
    body: JsonObject
    ids: tuple[str, ...] = ()
    ignore_filters: bool = False
    unstable_ties: bool = field(default=False)

    @property
    def location_prefix(self) -> str:
        """What the ``location`` header of a create begins with."""
        return "/api/v3" if self.api == "books" else "/api/v1"
