"""What leads a record out of use, by resource: the addresses below it and their methods."""

from __future__ import annotations

from tests.factories.terms import TERMS

_EVERY = ("where-used", "merge", "deactivate", "restore")
_UNMERGED = ("where-used", "deactivate", "restore")
#: Resource to the addresses below a record of it.
USE_ACTIONS = {
    "catalog/products": _EVERY,
    "catalog/categories": _EVERY,
    "catalog/price-lists": _EVERY,
    "settings/commodities/categories": _EVERY,
    "settings/commodities/tax-codes": _EVERY,
    "settings/commodities/tax-rates": ("where-used",),
    "settings/commodities/hsn-knowledge": ("where-used", "deactivate", "restore"),
    "settings/locations": _EVERY,
    "settings/organizations": _EVERY,
    "settings/document-series": ("where-used", "deactivate", "restore"),
    "settings/financial-years": ("where-used",),
    "settings/gst-registrations": ("where-used", "merge"),
    "settings/bank-accounts": ("where-used", "merge"),
    "settings/commodities": _EVERY,
    "settings/commodities/varieties": _EVERY,
    "settings/commodities/parameters": _UNMERGED,
    "settings/commodities/parameter-templates": _UNMERGED,
    "settings/commodities/units": _EVERY,
    "settings/commodities/packaging": ("where-used",),
    "settings/commodities/exchange-rates": ("where-used",),
    "settings/partners": _EVERY,
    "settings/partner-contacts": ("where-used", "deactivate", "restore"),
    "settings/partner-addresses": ("where-used", "deactivate", "restore"),
    "settings/partner-gst-registrations": ("where-used", "deactivate", "restore"),
    "settings/partner-bank-accounts": ("where-used", "deactivate", "restore"),
    **{f"settings/commodities/{name}": _EVERY for name in TERMS},
    "settings/commodities/commissions": ("where-used", "deactivate", "restore"),
}
#: Address to its one method, and the permissions for its model.
METHODS = {"where-used": "get", "merge": "post", "deactivate": "post", "restore": "post"}
NEEDS = {
    "where-used": ("view",),
    "merge": ("change", "delete"),
    "deactivate": ("change",),
    "restore": ("change",),
}
