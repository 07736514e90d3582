"""The keys of a sales order: in detail after the recorded reply, and as a list row.

Keys that nothing here fills carry the empty value Zoho sends.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from .contact_shapes import ADDRESS_FIELDS
from .jsontext import JsonObject, measure, money
from .key_names import keys
from .orders import discount_of, line_total, totals

if TYPE_CHECKING:
    from .world import Organization

_ZERO = Decimal("0.00")
_FALSE = keys(
    "is_viewed_in_mail is_automatic_coupon_applied is_dropshipped is_backordered "
    "is_manually_fulfilled can_manually_fulfill has_qty_cancelled is_emailed "
    "has_unconfirmed_line_item is_test_order can_send_in_mail can_show_kit_return "
    "is_kit_partial_return is_scheduled_for_quick_shipment_create allow_quick_shipment"
)
_EMPTY = keys(
    "mail_first_viewed_time mail_last_viewed_time coupon_id coupon_code zcrm_potential_id "
    "zcrm_potential_name offline_created_date_with_time tracking_url color_code "
    "current_sub_status_id contact_category estimate_id delivery_method_id "
    "account_identifier integration_id entity_tags submitter_id approver_id "
    "submitted_date submitted_by submitted_by_name submitted_by_email "
    "submitted_by_photo_url attachment_name salesperson_id salesperson_name merchant_id "
    "merchant_name pickup_location_id beat_id beat_number journey_plan_id "
    "shipping_charge_tax_id shipping_charge_tax_name shipping_charge_tax_type "
    "shipping_charge_tax_percentage shipping_charge_tax_exemption_id "
    "shipping_charge_tax_exemption_code shipping_charge_tax bcy_shipping_charge_tax "
    "shipping_charge_tax_formatted"
)
_LISTS = keys(
    "documents sub_statuses contact_persons contact_persons_associated "
    "contact_person_details exceptions picklists purchaseorders custom_fields "
    "shipping_charge_taxes locked_actions taxes invoices salesreturns payments "
    "in_process_payments creditnotes refunds approvers_list tags"
)
_ZEROS = keys(
    "discount_applied_on_amount roundoff_value sub_total_inclusive_of_tax tax_total bcy_tax_total"
)
_LINE_FALSE = keys(
    "is_returnable is_combo_product is_invoiced is_unconfirmed_product is_modifier_item"
)
_LINE_EMPTY = [
    f"attribute_{part}{number}"
    for part in ("name", "option_name", "option_data")
    for number in (1, 2, 3)
] + ["combo_type", "header_id", "header_name", "tax_id", "tax_name", "project_id"]
_LINE_LISTS = ["discounts", "line_item_taxes", "tags", "item_custom_fields", "mapped_items"]
_LINE_ZEROS = keys(
    "quantity_manuallyfulfilled quantity_allocated quantity_picked quantity_backordered "
    "quantity_dropshipped quantity_cancelled quantity_delivered "
    "quantity_invoiced_cancelled quantity_returned"
)


def _address(contact: JsonObject, kind: str) -> JsonObject:
    shown = {name: contact[kind].get(name, "") for name in ADDRESS_FIELDS}
    return {**shown, "company_name": ""} if kind == "shipping_address" else shown


def _line(
    organization: "Organization", order: JsonObject, line: JsonObject, place: int
) -> JsonObject:
    item = organization.table("items").get(line["item_id"], {})
    gross = line["rate"] * line["quantity"]
    total = money(line_total(line, _precision(organization, order)))
    percent = line["discount"].endswith("%")
    invoiced = line["quantity"] if order["invoiced_status"] == "invoiced" else 0
    return {
        **dict.fromkeys(_LINE_FALSE, False),
        **dict.fromkeys(_LINE_EMPTY, ""),
        **{name: [] for name in _LINE_LISTS},
        **dict.fromkeys(_LINE_ZEROS, _ZERO),
        "line_item_id": line["line_item_id"],
        "variant_id": line["item_id"],
        "item_id": line["item_id"],
        "product_id": item.get("group_id", ""),
        "line_item_category": "line_item",
        "sku": item.get("sku", ""),
        "name": line["name"],
        "group_name": item.get("name", line["name"]),
        "description": line["description"],
        "item_order": place,
        "bcy_rate": money(line["rate"] * order["exchange_rate"]),
        "rate": money(line["rate"]),
        "sales_rate": money(item["rate"] if item else line["rate"]),
        "quantity": money(line["quantity"]),
        "unit": line["unit"],
        "pricebook_id": order["pricebook_id"],
        "discount_amount": money(discount_of(gross, line["discount"]).quantize(_ZERO)),
        "discount": line["discount"] if percent else money(Decimal(line["discount"] or 0)),
        "tax_type": "tax",
        "tax_percentage": 0,
        "item_total": total,
        "item_sub_total": total,
        "product_type": item.get("product_type", "goods"),
        "line_item_type": item.get("product_type", "goods"),
        "item_type": "inventory" if item.get("tracked") else "sales",
        "item_code": {},
        "image_name": item.get("image_name", ""),
        "image_type": "png" if item.get("image_name") else "",
        "document_id": item.get("image_document_id", ""),
        "custom_field_hash": {},
        "quantity_invoiced": money(invoiced),
        "quantity_packed": money(line["packed"]),
        "quantity_shipped": money(line["shipped"]),
        "is_fulfillable": int(bool(item.get("tracked"))),
        "location_id": line["location_id"],
        "location_name": organization.table("locations")[line["location_id"]]["location_name"],
        "package_details": {
            **dict.fromkeys(("length", "width", "height", "weight"), ""),
            "weight_unit": "kg",
            "dimension_unit": "cm",
        },
    }


def _precision(organization: "Organization", order: JsonObject) -> int:
    return int(organization.currency(order["currency_id"])["price_precision"])


def _package(row: JsonObject) -> JsonObject:
    shown = ("package_id", "package_number", "status", "shipment_id", "date")
    return {name: row[name] for name in shown}


def _amounts(organization: "Organization", order: JsonObject) -> JsonObject:
    sums = totals(order, _precision(organization, order))
    sums["shipping_charge"] = order["shipping_charge"]
    sums["adjustment"] = order["adjustment"]
    amounts = {name: money(value) for name, value in sums.items()}
    for name, value in sums.items():
        amounts[f"bcy_{name}"] = money((value * order["exchange_rate"]).quantize(_ZERO))
    amounts["sub_total_exclusive_of_discount"] = amounts["sub_total"]
    amounts["balance"] = amounts["total"]
    amounts["shipping_charge_exclusive_of_tax"] = amounts["shipping_charge"]
    amounts["shipping_charge_inclusive_of_tax"] = amounts["shipping_charge"]
    return amounts


def order_detail(organization: "Organization", order: JsonObject) -> JsonObject:
    """Return the full record under Zoho's key names."""
    contact = organization.table("contacts")[order["customer_id"]]
    currency = organization.currency(order["currency_id"])
    amounts = _amounts(organization, order)
    shipping = f"{currency['currency_symbol']}{amounts['shipping_charge']}"
    lines = order["lines"]
    return {
        **dict.fromkeys(_FALSE, False),
        **dict.fromkeys(_EMPTY, ""),
        **{name: [] for name in _LISTS},
        **dict.fromkeys(_ZEROS, _ZERO),
        **_fixed_keys(organization),
        **_identity(organization, order, contact),
        **_order_state(organization, order),
        **amounts,
        "currency_id": order["currency_id"],
        "currency_code": currency["currency_code"],
        "currency_symbol": currency["currency_symbol"],
        "exchange_rate": measure(order["exchange_rate"]),
        "price_precision": currency["price_precision"],
        "has_discount": bool(order["discount"] or any(line["discount"] for line in lines)),
        "discount": order["discount"]
        if order["discount"].endswith("%")
        else amounts["discount_total"],
        "discount_percent": _ZERO,
        "discount_type": order["discount_type"],
        "is_discount_before_tax": order["is_discount_before_tax"],
        "shipping_charge_exclusive_of_tax_formatted": shipping,
        "shipping_charge_inclusive_of_tax_formatted": shipping,
        "adjustment_description": order["adjustment_description"],
        "total_quantity": money(sum((line["quantity"] for line in lines), _ZERO)),
        "line_items": [
            _line(organization, order, line, place) for place, line in enumerate(lines, start=1)
        ],
        "packages": [_package(row) for row in order["packages"]],
        "notes": order["notes"],
        "terms": order["terms"],
    }


def _identity(organization: "Organization", order: JsonObject, contact: JsonObject) -> JsonObject:
    place = organization.table("locations")[order["location_id"]]
    return {
        "salesorder_id": order["salesorder_id"],
        "salesorder_number": order["salesorder_number"],
        "reference_number": order["reference_number"],
        "date": order["date"],
        "shipment_date": order["shipment_date"],
        "customer_id": order["customer_id"],
        "customer_name": contact["contact_name"],
        "delivery_method": order["delivery_method"],
        "pricebook_id": order["pricebook_id"],
        "location_id": order["location_id"],
        "location_name": place["location_name"],
        "has_shipping_address": True,
        "billing_address_id": contact["billing_address"]["address_id"],
        "billing_address": _address(contact, "billing_address"),
        "shipping_address_id": contact["shipping_address"]["address_id"],
        "shipping_address": _address(contact, "shipping_address"),
        "payment_terms": contact["payment_terms"],
        "payment_terms_label": contact["payment_terms_label"],
        "payment_terms_id": organization.record["payment_terms_id"],
    }


def _order_state(organization: "Organization", order: JsonObject) -> JsonObject:
    user_id = organization.record["user_id"]
    return {
        "status": order["status"],
        "current_sub_status": order["status"],
        "order_status": order["order_status"],
        "invoiced_status": order["invoiced_status"],
        "paid_status": order["paid_status"],
        "shipped_status": order["shipped_status"],
        "created_time": organization.stamp(order["created"]),
        "last_modified_time": organization.stamp(order["modified"]),
        "created_date": organization.day(order["created"]),
        "created_by_id": user_id,
        "last_modified_by_id": user_id,
        "created_by_email": organization.record["email"],
        "created_by_name": organization.record["contact_name"],
    }


def _fixed_keys(organization: "Organization") -> JsonObject:
    return {
        "source": "Api",
        "is_inclusive_tax": False,
        "tax_rounding": "entity_level",
        "tax_override_preference": "no_override",
        "sales_channel": "direct_sales",
        "sales_channel_formatted": "Direct Sales",
        "shipping_details": {},
        "custom_field_hash": {},
        "is_adv_tracking_in_package": True,
        "template_id": organization.record["template_id"],
        "template_name": "Standard Template",
        "page_width": "8.27in",
        "page_height": "11.69in",
        "orientation": "portrait",
        "template_type": "standard",
        "lock_details": {"can_lock": False},
        "lock_detail": {"can_lock": True, "custom_locks": [], "system_locks": []},
        "transaction_rounding_type": "no_rounding",
        "rounding_mode": "round_half_up",
        "bcy_rounding_mode": "round_half_up",
        "computation_type": "basic",
        "tds_calculation_type": "tds_item_level",
        "so_cycle_preference": _cycle_preference(organization),
        "contact": {
            "customer_balance": _ZERO,
            "credit_limit": _ZERO,
            "unused_customer_credits": _ZERO,
            "is_credit_limit_migration_completed": True,
        },
    }


def _cycle_preference(organization: "Organization") -> JsonObject:
    return {
        **dict.fromkeys(("is_feature_enabled", "can_create_invoice", "can_create_package"), False),
        "can_create_shipment": False,
        "socycle_status": "not_triggered",
        "shipment_preference": {
            "default_carrier": "",
            "send_notification": False,
            "deliver_shipments": False,
        },
        "invoice_preference": {
            "mark_as_sent": False,
            "record_payment": False,
            "payment_mode_id": organization.record["accounts"]["payment_mode"],
            "payment_account_id": organization.record["accounts"]["payment"],
        },
    }


def books_status(order: JsonObject) -> str:
    """Return the word Books uses: an order under way is ``open``."""
    return order["status"] if order["status"] in ("draft", "void", "closed") else "open"


def order_row(organization: "Organization", order: JsonObject, api: str) -> JsonObject:
    """Return the list row: no line items."""
    contact = organization.table("contacts")[order["customer_id"]]
    amounts = _amounts(organization, order)
    lines = order["lines"]
    quantity = sum((line["quantity"] for line in lines), _ZERO)
    state = _order_state(organization, order)
    shown = keys(
        "order_status invoiced_status paid_status shipped_status created_time last_modified_time"
    )
    blank = ["zcrm_potential_id", "zcrm_potential_name", "email", "color_code", "salesperson_name"]
    return {
        **dict.fromkeys(blank, ""),
        **{name: state[name] for name in shown},
        "salesorder_id": order["salesorder_id"],
        "customer_id": order["customer_id"],
        "customer_name": contact["contact_name"],
        "company_name": contact["company_name"],
        "status": books_status(order) if api == "books" else order["status"],
        "salesorder_number": order["salesorder_number"],
        "reference_number": order["reference_number"],
        "date": order["date"],
        "shipment_date": order["shipment_date"],
        "shipment_days": "",
        "delivery_method": order["delivery_method"],
        "quantity": money(quantity),
        "quantity_invoiced": money(quantity if order["invoiced_status"] == "invoiced" else 0),
        "quantity_packed": money(sum((line["packed"] for line in lines), _ZERO)),
        "quantity_shipped": money(sum((line["shipped"] for line in lines), _ZERO)),
        "currency_id": order["currency_id"],
        "currency_code": organization.currency(order["currency_id"])["currency_code"],
        "sub_total": amounts["sub_total"],
        "bcy_sub_total": amounts["bcy_sub_total"],
        "total": amounts["total"],
        "bcy_total": amounts["bcy_total"],
        "is_emailed": False,
        "is_drop_shipment": False,
        "is_backorder": False,
        "has_attachment": False,
        "sales_channel": "direct_sales",
        "tags": [],
    }
