"""Organizations, currencies, locations and warehouses."""

from datetime import datetime

from .exchange import Call
from .jsontext import JsonObject
from .key_names import keys
from .replies import Reply, success, unknown_path
from .world import Organization, World

_APPS = ["books", "inventory"]
_EMPTY = ["phone", "zoho_one_org", "partners_domain", "field_separator", "plan_period"]
_FALSE = keys(
    "isOrgNotSupported is_ziedition is_solo_org is_sales_inclusive_tax_enabled "
    "is_registered_for_tax is_gst_india_version is_registered_for_gst "
    "is_hsn_or_sac_enabled is_subscription_paused"
)
_TRUE = keys("org_settings is_sku_enabled tax_group_enabled can_change_timezone isOrgActive")


def _inventory_row(organization: Organization) -> JsonObject:
    record = organization.record
    currency = organization.base_currency
    return {
        **dict.fromkeys(_EMPTY, ""),
        **dict.fromkeys(_FALSE, False),
        **dict.fromkeys(_TRUE, True),
        "organization_id": record["organization_id"],
        "name": record["name"],
        "org_alias_name": record["name"],
        "contact_name": record["contact_name"],
        "email": record["email"],
        "source": 2,
        "country": record["country"],
        "country_code": record["country_code"],
        "state": record["state"],
        "state_code": record["state_code"],
        "custom_field_type": 2,
        "custom_fields": [{"index": number, "label": "", "value": ""} for number in range(1, 6)],
        "org_type": "live",
        "zi_zb_edition": 1,
        "org_created_app_source": 1,
        "zi_zb_client": 1,
        "version": "global",
        "version_formatted": "Global",
        "is_search360_enabled": "true",
        "sales_tax_type": "exclusive",
        "language_code": "en",
        "fiscal_year_start_month": 0,
        "time_zone": record["time_zone"],
        "time_zone_formatted": f"{record['time_zone_words']} ({record['time_zone']})",
        **_currency_keys(currency),
        "org_joined_app_list": list(_APPS),
        "plan_type": 4042,
        "plan_name": record["plan_name"],
        "account_created_date": record["account_created_date"],
        "is_org_active": True,
        "mode": "live",
        "other_active_services": [{"name_formatted": "Zoho Books", "name": "books"}],
        "user_status": 1,
        "AppList": list(_APPS),
        "is_default_org": record["is_default_org"],
    }


def _books_row(organization: Organization) -> JsonObject:
    record = organization.record
    labels = ("company_id_label", "company_id_value", "tax_id_label", "tax_id_value")
    local_now = datetime.fromtimestamp(organization.now(), organization.zone)
    return {
        **dict.fromkeys(labels, ""),
        "organization_id": record["organization_id"],
        "name": record["name"],
        "contact_name": record["contact_name"],
        "email": record["email"],
        "is_default_org": record["is_default_org"],
        "language_code": "en",
        "fiscal_year_start_month": "1",
        "account_created_date": record["account_created_date"],
        "time_zone": record["time_zone"],
        "is_dst_active": bool(local_now.dst()),
        "date_format": "dd MMM yyyy",
        "field_separator": ",",
        "industry_type": "Wholesale",
        "industry_size": "11-50",
        **_currency_keys(organization.base_currency),
        "plan_type": 3,
        "plan_name": record["plan_name"],
        "plan_period": "Month",
        "country_code": record["country_code"],
        "country_name": record["country"],
        "portal_name": record["portal_name"],
        "org_settings": {"is_org_active": True},
    }


def _currency_keys(currency: JsonObject) -> JsonObject:
    names = ("currency_id", "currency_code", "currency_symbol", "currency_format")
    return {
        **{name: currency[name] for name in names},
        "price_precision": currency["price_precision"],
    }


def list_organizations(world: World, api: str, organization_ids: list[str]) -> Reply:
    """GET /organizations: those the token's user belongs to; needs no organization_id."""
    render = _books_row if api == "books" else _inventory_row
    rows = [render(world.organization(organization_id)) for organization_id in organization_ids]
    return success("organizations", rows)


def get_organization(world: World, api: str, organization_id: str) -> Reply:
    """GET /organizations/{id}."""
    organization = world.organization(organization_id)
    row = _books_row(organization) if api == "books" else _inventory_row(organization)
    blank = ["org_address", "remit_to_address", "fax", "website"]
    address = dict.fromkeys(["street_address1", "street_address2", "city", "state", "zip"], "")
    extra = {**dict.fromkeys(blank, ""), "address": {**address, "country": row["country_code"]}}
    return success("organization", {**extra, **row})


def list_currencies(call: Call) -> Reply:
    """GET /settings/currencies: page_context has four keys only."""
    rows = [
        {
            **currency,
            "currency_name_formatted": f"{currency['currency_code']}- {currency['currency_name']}",
        }
        for currency in call.organization.table("currencies").values()
    ]
    context = {"page": 1, "per_page": 200, "has_more_page": False, "report_name": "Currencies"}
    return success("currencies", rows, page_context=context)


def list_locations(call: Call) -> Reply:
    """GET /locations: only where the organization keeps locations (switch detail_family)."""
    if call.world.switches["detail_family"] != "locations":
        raise unknown_path()
    return success("locations", [_location(call, row) for row in call.organization.locations()])


def _location(call: Call, place: JsonObject) -> JsonObject:
    blank = ["attention", "state_code", "street_address2"]
    return {
        "location_id": place["location_id"],
        "location_name": place["location_name"],
        "type": "general",
        "email": "",
        "phone": "",
        "address": {
            **dict.fromkeys(blank, ""),
            "street_address1": place["street"],
            "city": place["city"],
            "state": place["city"],
            "country": call.organization.record["country"],
        },
        "parent_location_id": "",
        "tax_settings_id": "",
        "associated_series_ids": [],
        "auto_number_generation_id": "",
        "is_all_users_selected": True,
        "associated_users": [],
        "is_primary_location": place["is_primary"],
        "is_location_active": True,
    }


def list_warehouses(call: Call) -> Reply:
    """GET /settings/warehouses: the older name, only where the switch chose it."""
    if call.world.switches["detail_family"] != "warehouses":
        raise unknown_path()
    rows = [
        {
            "warehouse_id": place["location_id"],
            "warehouse_name": place["location_name"],
            "is_primary": place["is_primary"],
            "status": "active",
            "address": place["street"],
            "city": place["city"],
            "country": call.organization.record["country"],
        }
        for place in call.organization.locations()
    ]
    return success("warehouses", rows)
