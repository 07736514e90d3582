"""The keys of a contact: as a list row, and in detail, after the recorded replies."""

from decimal import Decimal
from typing import TYPE_CHECKING

from .jsontext import JsonObject, money
from .key_names import keys

if TYPE_CHECKING:
    from .world import Organization

_ZERO = Decimal("0.00")
_AMOUNTS = [
    f"{side}_{direction}_amount{currency}"
    for side in ("outstanding", "unused_credits")
    for direction in ("receivable", "payable")
    for currency in ("", "_bcy")
]
_EMPTY_IN_BOTH = ["website", "language_code", "language_code_formatted", "twitter", "facebook"]
_EMPTY_IN_DETAIL = keys(
    "contact_tax_information designation department contact_salutation photo_url "
    "invited_by contact_relation_type owner_id owner_name zcrm_account_id zcrm_contact_id "
    "crm_owner_id exchange_rate opening_balance_amount_bcy consent_date tax_id_type "
    "tax_id_value tax_reg_label account_id account_name contact_category "
    "zohopeople_client_id submitted_date submitted_by submitted_by_name "
    "submitted_by_email submitted_by_photo_url submitter_id approver_id"
)
_TRUE_IN_DETAIL = keys(
    "is_credit_limit_migration_completed can_show_customer_ob can_show_vendor_ob "
    "payment_reminder_enabled is_sms_enabled"
)
_FALSE_IN_DETAIL = keys(
    "is_client_review_asked is_crm_customer is_consent_agreed "
    "is_client_review_settings_enabled associated_with_square"
)
_LISTS_IN_DETAIL = keys(
    "documents locked_actions opening_balances addresses cards checks upi_mandates "
    "bank_accounts vpa_list approvers_list integration_references"
)
_ZEROS_IN_DETAIL = keys(
    "credit_limit_exceeded_amount opening_balance_amount outstanding_ob_receivable_amount "
    "outstanding_ob_payable_amount unused_retainer_payments"
)
_TEMPLATES = [
    f"{document}_{part}"
    for document in (
        *("statement_template", "invoice_template", "bill_template", "estimate_template"),
        *("creditnote_template", "paymentthankyou_template", "invoice_email_template"),
        *("estimate_email_template", "creditnote_email_template"),
        *("paymentthankyou_email_template", "payment_remittance_email_template"),
    )
    for part in ("id", "name")
]
ADDRESS_FIELDS = keys(
    "attention address street2 city state_code state zip country county country_code "
    "phone fax latitude longitude"
)


def _common(organization: "Organization", contact: JsonObject) -> JsonObject:
    primary = primary_person(contact)
    currency = organization.currency(contact["currency_id"])
    return {
        **dict.fromkeys(_EMPTY_IN_BOTH, ""),
        **dict.fromkeys(_AMOUNTS, _ZERO),
        "contact_id": contact["contact_id"],
        "contact_name": contact["contact_name"],
        "company_name": contact["company_name"],
        "first_name": primary.get("first_name", ""),
        "last_name": primary.get("last_name", ""),
        "email": primary.get("email", ""),
        "phone": primary.get("phone", ""),
        "mobile": primary.get("mobile", ""),
        "website": contact["website"],
        "contact_type": contact["contact_type"],
        "customer_sub_type": contact["customer_sub_type"],
        "status": contact["status"],
        "source": contact["source"],
        "portal_status": "disabled",
        "is_linked_with_zohocrm": False,
        "track_1099": False,
        "ach_supported": False,
        "payment_terms": contact["payment_terms"],
        "payment_terms_label": contact["payment_terms_label"],
        "payment_terms_id": organization.record["payment_terms_id"],
        "currency_id": contact["currency_id"],
        "currency_code": currency["currency_code"],
        "custom_fields": [],
        "custom_field_hash": {},
        "tags": [],
        "created_time": organization.stamp(contact["created"]),
        "last_modified_time": organization.stamp(contact["modified"]),
    }


def primary_person(contact: JsonObject) -> JsonObject:
    """Return the person whose name, e-mail and phones the contact shows, else an empty object."""
    people: list[JsonObject] = contact["contact_persons"]
    chosen = [person for person in people if person["is_primary_contact"]]
    return (chosen or people or [{}])[0]


def contact_row(organization: "Organization", contact: JsonObject) -> JsonObject:
    """Return the list row: no addresses."""
    vendor = contact["contact_type"] == "vendor"
    return {
        **_common(organization, contact),
        "customer_name": contact["contact_name"],
        "vendor_name": contact["contact_name"],
        "contact_type_formatted": "Vendors" if vendor else "Customer",
        "portal_status_formatted": "Disabled",
        "created_time_formatted": organization.day_text(contact["created"]),
        "last_modified_time_formatted": organization.day_text(contact["modified"]),
        "contactperson_custom_fields": [],
        "has_attachment": False,
    }


def contact_detail(organization: "Organization", contact: JsonObject) -> JsonObject:
    """Return the full record with addresses, people and its price list."""
    currency = organization.currency(contact["currency_id"])
    user_id = organization.record["user_id"]
    book = organization.table("pricebooks").get(contact["pricebook_id"], {})
    orders = organization.table("salesorders").values()
    return {
        **_common(organization, contact),
        **dict.fromkeys(_EMPTY_IN_DETAIL, ""),
        **dict.fromkeys(_TRUE_IN_DETAIL, True),
        **dict.fromkeys(_FALSE_IN_DETAIL, False),
        **{name: [] for name in _LISTS_IN_DETAIL},
        **dict.fromkeys(_ZEROS_IN_DETAIL, _ZERO),
        "is_bcy_only_contact": currency["is_base_currency"],
        "has_transaction": any(row["customer_id"] == contact["contact_id"] for row in orders),
        "primary_contact_id": primary_person(contact).get("contact_person_id", ""),
        "portal_receipt_count": 0,
        "sales_channel": "direct_sales",
        "currency_symbol": currency["currency_symbol"],
        "price_precision": currency["price_precision"],
        "lock_details": {"can_lock": False},
        "lock_detail": {"can_lock": True, "custom_locks": [], "system_locks": []},
        "entity_address_id": contact["entity_address_id"],
        "billing_address": contact["billing_address"],
        "shipping_address": contact["shipping_address"],
        "contact_persons": contact["contact_persons"],
        "pricebook_id": contact["pricebook_id"],
        "pricebook_name": book.get("name", ""),
        "default_templates": dict.fromkeys(_TEMPLATES, ""),
        "notes": contact["notes"],
        "created_date": organization.day_text(contact["created"]),
        "created_by_name": organization.record["contact_name"],
        "created_by_id": user_id,
        "last_modified_by_id": user_id,
        "customer_currency_summaries": [_currency_summary(currency)],
    }


def _currency_summary(currency: JsonObject) -> JsonObject:
    return {
        "currency_id": currency["currency_id"],
        "currency_code": currency["currency_code"],
        "currency_symbol": currency["currency_symbol"],
        "price_precision": currency["price_precision"],
        "is_base_currency": currency["is_base_currency"],
        "currency_name_formatted": f"{currency['currency_code']}- {currency['currency_name']}",
        "outstanding_receivable_amount": money(0),
        "unused_credits_receivable_amount": money(0),
    }
