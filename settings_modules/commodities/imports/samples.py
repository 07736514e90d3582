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
