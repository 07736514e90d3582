"""Sample rows of the templates: they show how a row is filled in, and are no advice on tax."""

from __future__ import annotations

_GOODS = (
    ("Raw Cotton", "natural-fiber", "5201", "5", "Not carded or combed"),
    ("Cotton Yarn", "yarn", "5205", "12", "85 percent cotton or more"),
    ("Wheat", "grains", "1001", "5", "Milling wheat"),
    ("Rice", "grains", "1006", "5", "Long grain"),
    ("Gold Bar", "precious-metals", "7108", "3", "995 fine"),
    ("Palm Oil", "edible-oils", "1511", "5", "Refined"),
    ("Turmeric", "spices", "0910", "5", "Finger"),
)
COMMODITIES = tuple(
    {
        "code": f"EXAMPLE-{number}",
        "name_en": name,
        "category": category,
        "tax_code": hsn_code,
        "gst_rate": rate,
        "base_unit": "KG",
        "is_active": "yes",
        "description_en": about,
    }
    for number, (name, category, hsn_code, rate, about) in enumerate(_GOODS, start=1)
)
VARIETIES = (
    {"commodity": "EXAMPLE-1", "name": "Shankar-6", "code": "S6", "is_standard": "yes"},
    {"commodity": "EXAMPLE-1", "name": "DCH-32", "code": "DCH32", "is_standard": "no"},
    {"commodity": "Wheat", "name": "HD-2967", "code": "HD2967", "is_standard": "yes"},
)
PARAMETERS = (
    {
        "commodity": "EXAMPLE-1",
        "parameter_name": "Staple Length",
        "parameter_type": "RANGE",
        "unit": "mm",
        "min_value": "28",
        "max_value": "34",
        "is_mandatory": "yes",
    },
    {
        "commodity": "EXAMPLE-1",
        "parameter_name": "Color Grade",
        "parameter_type": "TEXT",
        "is_mandatory": "no",
    },
)
TERMS = ({"code": "EXAMPLE-1", "name_en": "Example term", "is_active": "yes"},)
COMMISSIONS = (
    {
        "name": "Example: of cotton",
        "commodity": "EXAMPLE-1",
        "commission_type": "PERCENTAGE",
        "rate": "2.5",
        "currency": "INR",
    },
    {
        "name": "Example: by amount",
        "commission_type": "TIERED",
        "tier_basis": "AMOUNT",
        "currency": "INR",
    },
)
COMMISSION_TIERS = (
    {
        "structure": "Example: by amount",
        "currency": "INR",
        "starts_at": "0",
        "ends_below": "1000000",
        "rate": "2.5",
    },
    {
        "structure": "Example: by amount",
        "currency": "INR",
        "starts_at": "1000000",
        "rate": "2",
    },
)
