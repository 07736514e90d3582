"""How rows of files name the records they refer to."""

from __future__ import annotations

from core.importing.columns import OtherName, Reference

CATEGORY = Reference(key="code", ignores_case=True, others=(OtherName("name_en"),))
COMMODITY = Reference(key="code", ignores_case=True, others=(OtherName("name_en"),))
UNIT = Reference(
    key="code",
    ignores_case=True,
    others=(OtherName("alias", model_label="commodities.UnitAlias", of="unit"),),
)
#: A code of goods and one of services may be the same digits: goods are meant.
TAX_CODE = Reference(key="code", first_by="kind")
