"""The look and the menu of the admin."""

UNFOLD: dict[str, object] = {"SITE_TITLE": "Tradepost", "SITE_HEADER": "Tradepost"}
