"""The keys of an item: as a list row, and in detail.

The key sets follow the recorded replies; the stock keys, the places and the custom fields follow
the published field lists. Keys that nothing here fills carry the empty value Zoho sends.
"""

from decimal import Decimal
from typing import TYPE_CHECKING

from .jsontext import JsonObject, money
from .key_names import keys
from .stock import place_figures, total_figures

if TYPE_CHECKING:
    from .world import Organization

_ATTRIBUTES = [
    f"attribute_{part}{number}"
    for part in ("id", "name", "type", "option_id", "option_name", "option_data")
    for number in (1, 2, 3)
]
_EMPTY_IN_BOTH = [
    *["zcrm_product_id", "tax_id", "tax_name", "purchase_description", "purpose_of_use"],
    *["isbn", "part_number"],
    *_ATTRIBUTES,
]
_EMPTY_IN_ROW = ["length", "width", "height", "weight", "dimensions_with_unit", "weight_with_unit"]
_EMPTY_IN_DETAIL = keys(
    "crm_owner_id tax_type tax_status tax_start_date tax_end_date tax_groups_details "
    "tax_country_code tax_information is_tax_expired purchase_tax_information "
    "associated_template_id sales_margin offline_created_date_with_time "
    "minimum_order_quantity maximum_order_quantity initial_stock initial_stock_rate "
    "combo_type"
)
_FALSE_IN_BOTH = ["is_linked_with_zohocrm", "is_combo_product", "is_storage_location_enabled"]
_FALSE_IN_DETAIL = keys(
    "has_attribute_options is_default_tax_applied is_fulfillable image_sync_in_progress "
    "is_modifier_item has_variant is_receivable"
)
_LISTS_IN_DETAIL = keys(
    "documents price_brackets locked_actions sales_channels integration_references"
)


def _common(organization: "Organization", item: JsonObject) -> JsonObject:
    tracked = item["tracked"]
    purchasable = item["product_type"] == "goods"
    accounts = organization.record["accounts"]
    return {
        **dict.fromkeys(_EMPTY_IN_BOTH, ""),
        **dict.fromkeys(_FALSE_IN_BOTH, False),
        "group_id": item["group_id"],
        "group_name": item["name"],
        "item_id": item["item_id"],
        "name": item["name"],
        "unit": item["unit"],
        "status": item["status"],
        "source": "user",
        "description": item["description"],
        "brand": item["brand"],
        "manufacturer": item["manufacturer"],
        "rate": money(item["rate"]),
        "tax_percentage": 0,
        "purchase_account_id": accounts["purchase"] if purchasable else "",
        "purchase_account_name": "Cost of Goods Sold" if purchasable else "",
        "account_id": accounts["sales"],
        "account_name": "Sales",
        "purchase_rate": money(item["purchase_rate"]),
        "can_be_sold": True,
        "can_be_purchased": purchasable,
        "track_inventory": tracked,
        "item_type": _item_type(tracked, purchasable),
        "product_type": item["product_type"],
        "is_returnable": purchasable,
        "sku": item["sku"],
        "upc": "",
        "ean": item["ean"],
        "category_id": item["category_id"],
        "category_name": item["category_name"],
        "image_name": item["image_name"],
        "image_type": "png" if item["image_name"] else "",
        "created_time": organization.stamp(item["created"]),
        "last_modified_time": organization.stamp(item["modified"]),
        "tags": [],
    }


def _item_type(tracked: bool, purchasable: bool) -> str:
    if tracked:
        return "inventory"
    return "sales_and_purchases" if purchasable else "sales"


def item_row(organization: "Organization", item: JsonObject) -> JsonObject:
    """Return the list row; the four stock keys are absent for an untracked item."""
    row = {
        **_common(organization, item),
        **dict.fromkeys(_EMPTY_IN_ROW, ""),
        "item_name": item["name"],
        "has_attachment": bool(item["image_name"]),
        "image_document_id": item["image_document_id"],
        "vendor_name": "",
        "weight_unit": "kg",
        "dimension_unit": "cm",
    }
    if item["tracked"]:
        totals = total_figures(item)
        for name in ("stock_on_hand", "available_stock", "actual_available_stock"):
            row[name] = totals[name]
        row["reorder_level"] = item["reorder_level"]
    for name, value in item["custom"].items():
        if value:
            row[name] = value
            row[f"{name}_formatted"] = value
            row[f"{name}_unformatted"] = value
    return row


def item_detail(organization: "Organization", item: JsonObject) -> JsonObject:
    """Return the full record, with places where stock is tracked."""
    rate = money(item["rate"])
    detail = {
        **_common(organization, item),
        **dict.fromkeys(_EMPTY_IN_DETAIL, ""),
        **dict.fromkeys(_FALSE_IN_DETAIL, False),
        **{name: [] for name in _LISTS_IN_DETAIL},
        "item_code": {},
        "unit_id": organization.record["units"].get(item["unit"], ""),
        "pricebook_rate": rate,
        "pricing_scheme": "unit",
        "default_price_brackets": [
            {"start_quantity": 1, "end_quantity": 1, "pricebook_rate": rate}
        ],
        "sales_rate": rate,
        "inventory_account_id": "",
        "inventory_account_name": "",
        "lock_details": {"can_lock": False},
        "lock_detail": {"can_lock": True, "custom_locks": [], "system_locks": []},
        "locked_fields": {},
        "custom_fields": _custom_fields(organization, item),
        "custom_field_hash": {name: value for name, value in item["custom"].items() if value},
        "package_details": {
            **dict.fromkeys(("length", "width", "height", "weight"), ""),
            "weight_unit": "kg",
            "dimension_unit": "cm",
        },
    }
    if detail["can_be_purchased"]:
        detail |= {"vendor_id": "", "vendor_name": "", "preferred_vendors": []}
    if item["tracked"]:
        detail |= _stock_keys(organization, item)
    return detail


def _custom_fields(organization: "Organization", item: JsonObject) -> list[JsonObject]:
    shown = []
    for definition in organization.record["item_custom_fields"]:
        value = item["custom"].get(definition["api_name"], "")
        if value:
            shown.append({**definition, "value": value, "value_formatted": value})
    return shown


def _stock_keys(organization: "Organization", item: JsonObject) -> JsonObject:
    family = organization.world.switches["detail_family"]
    singular = {"locations": "location", "warehouses": "warehouse", "branches": "branch"}[family]
    places = [_place(place, item, singular) for place in organization.locations()]
    return {
        "inventory_account_id": organization.record["accounts"]["inventory"],
        "inventory_account_name": "Inventory Asset",
        "inventory_valuation_method": "fifo",
        "reorder_level": item["reorder_level"],
        **total_figures(item),
        family: places,
    }


def _place(place: JsonObject, item: JsonObject, singular: str) -> JsonObject:
    row: JsonObject = {
        f"{singular}_id": place["location_id"],
        f"{singular}_name": place["location_name"],
        "status": "active",
        "is_primary": place["is_primary"],
        "initial_stock": Decimal("0.00"),
        "initial_stock_rate": Decimal("0.00"),
        **place_figures(item, place["location_id"], f"{singular}_"),
        f"{singular}_quantity_in_transit": Decimal("0.00"),
        "is_item_mapped": True,
        "is_general_location": True,
        "serial_numbers": [],
        "batches": [],
        "storages": [],
    }
    if singular == "warehouse":
        row["is_fba_warehouse"] = False
    return row


def books_item_row(organization: "Organization", item: JsonObject) -> JsonObject:
    """Return the narrower row of Books: no codes, brand, dimensions or group."""
    row = item_row(organization, item)
    hidden = {*_EMPTY_IN_ROW, *_ATTRIBUTES, "group_id", "group_name", "upc", "ean", "isbn"}
    hidden |= {"part_number", "brand", "manufacturer", "weight_unit", "dimension_unit"}
    hidden |= {"is_combo_product", "is_returnable", "is_storage_location_enabled"}
    return {
        **{name: value for name, value in row.items() if name not in hidden},
        "product_subtype": "",
    }
