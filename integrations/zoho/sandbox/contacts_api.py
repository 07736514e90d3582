"""The contact paths: search, create, read and update."""

from typing import TYPE_CHECKING, Any

from .contact_shapes import ADDRESS_FIELDS, contact_detail, contact_row, primary_person
from .exchange import Call
from .jsontext import JsonObject
from .listing import ListShape, list_reply
from .replies import Reply, ZohoError, created, invalid_value, missing_record, success

if TYPE_CHECKING:
    from .world import Organization

_PERSON_TEXTS = ("salutation", "first_name", "last_name", "email", "phone", "mobile")
_TEXTS = ("contact_name", "company_name", "website", "notes")
_LONGEST_NAME = 200


def _of_person(field: str) -> Any:
    return lambda contact: primary_person(contact).get(field, "")


_SHAPE = ListShape(
    key="contacts",
    report_name="Contacts",
    sorts={
        "contact_name": lambda contact: contact["contact_name"].casefold(),
        "first_name": _of_person("first_name"),
        "last_name": _of_person("last_name"),
        "email": _of_person("email"),
        "outstanding_receivable_amount": lambda _: 0,
        "created_time": lambda contact: contact["created"],
        "last_modified_time": lambda contact: contact["modified"],
    },
    default_sort="contact_name",
    texts={
        "contact_name": lambda contact: contact["contact_name"],
        "company_name": lambda contact: contact["company_name"],
        "first_name": _of_person("first_name"),
        "last_name": _of_person("last_name"),
        "email": _of_person("email"),
        "phone": _of_person("phone"),
        "address": lambda contact: contact["billing_address"]["address"],
    },
    filters={
        "Status.Active": lambda contact: contact["status"] == "active",
        "Status.Inactive": lambda contact: contact["status"] == "inactive",
        "Status.Duplicate": lambda _: False,
        "Status.Crm": lambda _: False,
        "Status.Customers": lambda contact: contact["contact_type"] == "customer",
        "Status.Vendors": lambda contact: contact["contact_type"] == "vendor",
    },
    id_field="contact_id",
)


def list_contacts(call: Call) -> Reply:
    """GET /contacts: search filters are echoed; last_modified_time is not one of them."""
    wanted = call.query.get("search_text", "").casefold()
    contacts = [
        contact
        for contact in call.organization.table("contacts").values()
        if call.ignore_filters or wanted in contact["contact_name"].casefold()
    ]
    return list_reply(
        call, _SHAPE, contacts, lambda contact: contact_row(call.organization, contact)
    )


def _find(call: Call) -> JsonObject:
    contact = call.organization.table("contacts").get(call.ids[0])
    if contact is None:
        raise missing_record(call.world.switches["missing_record"])
    return contact


def get_contact(call: Call) -> Reply:
    """GET /contacts/{id}."""
    return success("contact", contact_detail(call.organization, _find(call)))


def create_contact(call: Call) -> Reply:
    """POST /contacts: 3062 where the name is taken."""
    name = call.body.get("contact_name")
    if not isinstance(name, str) or not name.strip():
        raise invalid_value("contact_name")
    changes = _accepted(call, {})
    _refuse_duplicate(call, changes["contact_name"], "")
    contact = new_contact(call.organization, changes, source="api")
    location = f"{call.location_prefix}/contacts/{contact['contact_id']}"
    detail = contact_detail(call.organization, contact)
    return created("contact", detail, "The contact has been added.", location)


def update_contact(call: Call) -> Reply:
    """PUT /contacts/{id}: merges top-level keys; a call that changes nothing bumps no time."""
    contact = _find(call)
    changes = _accepted(call, contact)
    if "contact_name" in changes:
        _refuse_duplicate(call, changes["contact_name"], contact["contact_id"])
    changed = {**contact, **changes}
    if changed != contact or call.world.switches["noop_put_bumps_lmt"] == "yes":
        changed["modified"] = call.organization.now()
        call.organization.save("contacts", contact["contact_id"], changed)
    detail = contact_detail(call.organization, changed)
    return success("contact", detail, "Contact information has been saved.")


def new_contact(
    organization: "Organization", values: JsonObject, *, source: str, at: int | None = None
) -> JsonObject:
    """Keep and return a new contact; missing values get Zoho's defaults."""
    moment = organization.now() if at is None else at
    blank_address = dict.fromkeys(ADDRESS_FIELDS, "")
    contact = {
        "contact_id": organization.new_id(),
        "contact_name": "",
        "company_name": "",
        "website": "",
        "notes": "",
        "contact_type": "customer",
        "customer_sub_type": "business",
        "status": "active",
        "source": source,
        "payment_terms": 0,
        "payment_terms_label": "Due on Receipt",
        "currency_id": organization.record["currency_id"],
        "pricebook_id": "",
        "contact_persons": [],
        **values,
        "entity_address_id": organization.new_id(),
        "created": moment,
        "modified": moment,
    }
    for kind in ("billing_address", "shipping_address"):
        address = {"address_id": organization.new_id(), **blank_address, **values.get(kind, {})}
        contact[kind] = address
    organization.save("contacts", contact["contact_id"], contact)
    return contact


def _refuse_duplicate(call: Call, name: str, own_id: str) -> None:
    for other in call.organization.table("contacts").values():
        same = other["contact_name"].casefold() == name.casefold()
        if same and other["contact_id"] != own_id:
            message = f'The customer "{name}" already exists. Please specify a different name.'
            raise ZohoError(400, 3062, message)


def _accepted(call: Call, before: JsonObject) -> JsonObject:
    changes: JsonObject = {}
    for name in _TEXTS:
        if name in call.body:
            changes[name] = _text(name, call.body[name])
    if "contact_name" in changes:
        changes["contact_name"] = changes["contact_name"].strip()
        if not 0 < len(changes["contact_name"]) <= _LONGEST_NAME:
            raise invalid_value("contact_name")
    _accept_choices(call, changes)
    for kind in ("billing_address", "shipping_address"):
        if kind in call.body:
            changes[kind] = {**before.get(kind, {}), **_address(kind, call.body[kind])}
    if "contact_persons" in call.body:
        changes["contact_persons"] = _people(call, before)
    return changes


def _accept_choices(call: Call, changes: JsonObject) -> None:
    choices = {
        "contact_type": ("customer", "vendor"),
        "customer_sub_type": ("business", "individual"),
    }
    for name, allowed in choices.items():
        if name in call.body:
            if call.body[name] not in allowed:
                raise invalid_value(name)
            changes[name] = call.body[name]
    for name, kind in (("currency_id", "currencies"), ("pricebook_id", "pricebooks")):
        if call.body.get(name):
            if call.body[name] not in call.organization.table(kind):
                raise invalid_value(name)
            changes[name] = call.body[name]
    if isinstance(call.body.get("payment_terms"), int):
        changes["payment_terms"] = call.body["payment_terms"]
        changes["payment_terms_label"] = str(
            call.body.get("payment_terms_label") or f"Net {call.body['payment_terms']}"
        )


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise invalid_value(name)
    return value


def _address(kind: str, sent: Any) -> JsonObject:
    if not isinstance(sent, dict):
        raise invalid_value(kind)
    return {name: _text(name, sent[name]) for name in ADDRESS_FIELDS if name in sent}


def _people(call: Call, before: JsonObject) -> list[JsonObject]:
    sent = call.body["contact_persons"]
    if not isinstance(sent, list):
        raise invalid_value("contact_persons")
    known = {person["contact_person_id"] for person in before.get("contact_persons", [])}
    people = []
    for number, person in enumerate(sent):
        if not isinstance(person, dict):
            raise invalid_value("contact_persons")
        person_id = person.get("contact_person_id")
        people.append(
            {
                "contact_person_id": person_id
                if person_id in known
                else call.organization.new_id(),
                **{name: _text(name, person.get(name, "")) for name in _PERSON_TEXTS},
                "is_primary_contact": bool(person.get("is_primary_contact", number == 0)),
            }
        )
    return people
