"""What trade with other countries usually needs to know of seven goods, and of any other.

Proposals to be looked at, field by field, before they are taken over: exchanges change their
contracts and customs their codes. HS codes are those of the six-digit nomenclature; rates of duty
and tax are not among them, for they change by notification. Harvests are months.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

DEFAULT = "default"
#: Words that make another good of one: cotton yarn is not cotton.
_PROCESSED = (
    *("yarn", "thread", "fabric", "cloth", "waste", "seed", "seeds", "cake", "meal", "linters"),
    *("blend", "blended", "poly", "polyester", "oil", "flour", "bran", "husk", "straw", "starch"),
    *("wire", "coin", "ore", "scrap", "sulphate", "plated"),
)


@dataclass(frozen=True, slots=True)
class InternationalTemplate:
    """Values by field, for goods whose name has one of the phrases and none of `not_with`."""

    key: str
    name_en: str
    name_ar: str
    phrases: tuple[str, ...]
    values: dict[str, Any]
    not_with: tuple[str, ...] = field(default=_PROCESSED)


#: Every field in its order, as it is when a template says nothing of it.
_BLANK: dict[str, Any] = {
    "default_currency": "USD",
    "supported_currencies": ["USD", "INR"],
    "international_pricing_unit": "",
    "hs_code_6digit": "",
    "country_tax_codes": {},
    "quality_standards": [],
    "international_grades": {},
    "certification_required": {},
    "major_producing_countries": [],
    "major_consuming_countries": [],
    "trading_hubs": [],
    "traded_on_exchanges": [],
    "contract_specifications": {},
    "price_volatility": "",
    "export_regulations": {},
    "import_regulations": {},
    "phytosanitary_required": False,
    "fumigation_required": False,
    "seasonal_commodity": False,
    "harvest_season": {},
    "shelf_life_days": None,
    "storage_conditions": {},
    "standard_lot_size": {},
    "min_order_quantity": {},
    "delivery_tolerance_pct": None,
    "weight_tolerance_pct": None,
}


def _values(
    *,
    hs: str,
    quoted: str,
    volatility: str,
    phyto: bool = False,
    fumigation: bool = False,
    seasonal: bool = False,
    days: int | None = None,
    delivery: str = "5",
    weight: str = "2",
    **more: Any,
) -> dict[str, Any]:
    """The fields that every template has, with those given beside."""
    codes = {
        "IN": {"hsn": hs[:4]},
        "US": {"hts": f"{hs[:4]}.{hs[4:]}"},
        "EU": {"taric": hs},
        "CN": {"hs": hs},
    }
    return {
        **_BLANK,
        "international_pricing_unit": quoted,
        "hs_code_6digit": hs,
        "country_tax_codes": codes if hs else {},
        "price_volatility": volatility,
        "phytosanitary_required": phyto,
        "fumigation_required": fumigation,
        "seasonal_commodity": seasonal,
        "shelf_life_days": days,
        "delivery_tolerance_pct": Decimal(delivery),
        "weight_tolerance_pct": Decimal(weight),
        **more,
    }


def _lots(domestic: str, international: str, unit: str) -> dict[str, Any]:
    return {
        "standard_lot_size": {
            "domestic": {"value": domestic, "unit": unit},
            "international": {"value": international, "unit": unit},
        },
        "min_order_quantity": {"value": domestic, "unit": unit},
    }


_METAL_EXCHANGES = ["COMEX", "LBMA", "MCX", "TOCOM", "SGE"]
_VAULT: dict[str, Any] = {"storage_conditions": {"kind": "vault", "notes": "Insured vault storage"}}
_LICENSED: dict[str, Any] = {"export_regulations": {"license_required": True}}

TEMPLATES: tuple[InternationalTemplate, ...] = (
    InternationalTemplate(
        "cotton",
        "Cotton",
        "قطن",
        ("cotton", "raw cotton", "cotton lint", "kapas", "قطن"),
        _values(
            hs="520100",
            quoted="CENTS_PER_POUND",
            volatility="HIGH",
            phyto=True,
            fumigation=True,
            seasonal=True,
            days=730,
            delivery="5",
            weight="2",
            supported_currencies=["USD", "INR", "CNY"],
            quality_standards=["USDA", "BCI", "ISO_9001"],
            international_grades={
                "USDA": ["Good Middling", "Strict Middling", "Middling", "Strict Low Middling"]
            },
            certification_required={"organic": False, "bci": False, "fair_trade": False},
            major_producing_countries=["IN", "CN", "US", "BR", "PK"],
            major_consuming_countries=["CN", "IN", "PK", "BD", "TR"],
            trading_hubs=["Mumbai", "New York", "Liverpool"],
            traded_on_exchanges=["MCX", "ICE_Futures", "ZCE", "NCDEX"],
            harvest_season={"IN": [10, 11, 12, 1], "US": [9, 10, 11], "CN": [9, 10, 11]},
            storage_conditions={"kind": "dry", "humidity": "below 65 %"},
            **_lots("10", "100", "BALE"),
        ),
    ),
    InternationalTemplate(
        "wheat",
        "Wheat",
        "قمح",
        ("wheat", "wheat grain", "gehun", "قمح", "حنطة"),
        _values(
            hs="100190",
            quoted="USD_PER_MT",
            volatility="MEDIUM",
            phyto=True,
            seasonal=True,
            days=365,
            delivery="2",
            weight="1",
            quality_standards=["USDA", "Codex_Alimentarius", "FSSAI"],
            international_grades={"USDA": ["US No. 1", "US No. 2", "US No. 3"]},
            major_producing_countries=["CN", "IN", "RU", "US", "FR"],
            major_consuming_countries=["CN", "IN", "EG", "ID", "TR"],
            trading_hubs=["Chicago", "Paris", "Mumbai"],
            traded_on_exchanges=["CBOT", "Euronext", "NCDEX", "DGCX"],
            harvest_season={"IN": [3, 4, 5], "US": [6, 7, 8], "RU": [7, 8]},
            storage_conditions={"kind": "ventilated", "humidity": "below 14 % in the grain"},
            **_LICENSED,
            **_lots("10", "100", "MT"),
        ),
    ),
    InternationalTemplate(
        "gold",
        "Gold",
        "ذهب",
        ("gold", "gold bar", "gold bullion", "ذهب"),
        _values(
            hs="710812",
            quoted="USD_PER_TROY_OUNCE",
            volatility="MEDIUM",
            delivery="0",
            weight="0.1",
            quality_standards=["LBMA", "ISO_9001"],
            international_grades={"fineness": ["999.9", "999", "995"]},
            major_producing_countries=["CN", "AU", "RU", "CA", "US"],
            major_consuming_countries=["CN", "IN", "US", "TR", "AE"],
            trading_hubs=["London", "New York", "Dubai", "Shanghai", "Mumbai"],
            traded_on_exchanges=_METAL_EXCHANGES,
            contract_specifications={
                "COMEX": {"lot_size": "100", "lot_unit": "TROY_OZ", "currency": "USD"}
            },
            **_VAULT,
            **_lots("1", "10", "KG"),
        ),
    ),
    InternationalTemplate(
        "rice",
        "Rice",
        "أرز",
        ("rice", "basmati", "paddy", "chawal", "أرز", "رز"),
        _values(
            hs="100630",
            quoted="USD_PER_MT",
            volatility="MEDIUM",
            phyto=True,
            seasonal=True,
            days=545,
            delivery="2",
            weight="1",
            quality_standards=["Codex_Alimentarius", "FSSAI", "ISO_7301"],
            international_grades={"variety": ["Basmati", "Long grain", "Parboiled", "Broken"]},
            major_producing_countries=["CN", "IN", "BD", "ID", "VN"],
            major_consuming_countries=["CN", "IN", "BD", "ID", "PH"],
            trading_hubs=["Bangkok", "Mumbai", "Ho Chi Minh City"],
            traded_on_exchanges=["NCDEX", "DCE", "CBOT"],
            export_regulations={"license_required": False, "quota": False},
            harvest_season={"IN": [10, 11, 12], "TH": [11, 12], "VN": [2, 3, 4]},
            storage_conditions={"kind": "dry", "humidity": "below 14 % in the grain"},
            **_lots("10", "100", "MT"),
        ),
    ),
    InternationalTemplate(
        "silver",
        "Silver",
        "فضة",
        ("silver", "silver bar", "silver bullion", "chandi", "فضة"),
        _values(
            hs="710691",
            quoted="USD_PER_TROY_OUNCE",
            volatility="HIGH",
            delivery="0",
            weight="0.1",
            quality_standards=["LBMA", "ISO_9001"],
            international_grades={"fineness": ["999 (Fine)", "925 (Sterling)"]},
            major_producing_countries=["MX", "CN", "PE", "CL", "PL"],
            major_consuming_countries=["IN", "CN", "US", "JP", "DE"],
            trading_hubs=["London", "New York", "Shanghai", "Mumbai"],
            traded_on_exchanges=_METAL_EXCHANGES,
            contract_specifications={
                "COMEX": {"lot_size": "5000", "lot_unit": "TROY_OZ", "currency": "USD"}
            },
            **_VAULT,
            **_lots("30", "100", "KG"),
        ),
    ),
    InternationalTemplate(
        "copper",
        "Copper",
        "نحاس",
        ("copper", "copper cathode", "copper cathodes", "نحاس"),
        _values(
            hs="740311",
            quoted="USD_PER_MT",
            volatility="HIGH",
            delivery="2",
            weight="1",
            quality_standards=["LME", "ASTM_B115"],
            international_grades={"LME": ["Grade A"]},
            major_producing_countries=["CL", "PE", "CD", "CN", "US"],
            major_consuming_countries=["CN", "US", "DE", "JP", "IN"],
            trading_hubs=["London", "Shanghai", "New York"],
            traded_on_exchanges=["LME", "SHFE", "COMEX", "MCX"],
            contract_specifications={
                "LME": {"lot_size": "25", "lot_unit": "MT", "grade": "Grade A", "currency": "USD"}
            },
            storage_conditions={"kind": "dry"},
            **_lots("5", "25", "MT"),
        ),
    ),
    InternationalTemplate(
        "soybean_oil",
        "Soybean oil",
        "زيت فول الصويا",
        ("soybean oil", "soya oil", "soyabean oil", "soy oil", "زيت الصويا", "زيت فول الصويا"),
        _values(
            hs="150710",
            quoted="USD_PER_MT",
            volatility="MEDIUM",
            seasonal=True,
            days=365,
            delivery="3",
            weight="2",
            quality_standards=["Codex_Alimentarius", "FOSFA", "FSSAI"],
            international_grades={"processing": ["Crude degummed", "Refined"]},
            major_producing_countries=["CN", "US", "BR", "AR", "IN"],
            major_consuming_countries=["CN", "US", "BR", "IN"],
            trading_hubs=["Chicago", "Rotterdam", "Mumbai"],
            traded_on_exchanges=["CBOT", "DCE", "NCDEX", "MATIF"],
            harvest_season={"US": [9, 10, 11], "BR": [2, 3, 4], "IN": [10, 11]},
            storage_conditions={"kind": "tank", "temperature": "20-25 °C"},
            **_lots("10", "100", "MT"),
        ),
        not_with=("cake", "meal"),
    ),
    InternationalTemplate(
        DEFAULT,
        "Other goods",
        "سلع أخرى",
        (),
        _values(hs="", quoted="USD_PER_KG", volatility="MEDIUM"),
    ),
)
BY_KEY = {template.key: template for template in TEMPLATES}
