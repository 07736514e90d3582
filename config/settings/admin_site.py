"""The look and the menu of the admin."""

from django.templatetags.static import static

_PRIMARY = {
    "50": "#eef6f6",
    "100": "#d5eaea",
    "200": "#aed6d6",
    "300": "#7dbabb",
    "400": "#4c9a9c",
    "500": "#2f7f82",
    "600": "#216669",
    "700": "#1c5255",
    "800": "#194245",
    "900": "#16373a",
    "950": "#0a2022",
}

UNFOLD: dict[str, object] = {
    "SITE_TITLE": "Tradepost",
    "SITE_HEADER": "Tradepost",
    "SITE_SYMBOL": "storefront",
    "SITE_URL": None,
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    # The switch in the header is ours (templates/unfold/helpers/userlinks.html).
    "SHOW_LANGUAGES": False,
    "STYLES": [
        lambda _request: static("admin_theme/right_to_left.css"),
        lambda _request: static("admin_theme/theme.css"),
    ],
    "SCRIPTS": [lambda _request: static("admin_theme/progress.js")],
    "COLORS": {"primary": _PRIMARY},
    "ACCOUNT": {"navigation": "config.admin_site.menu.account_links"},
    "COMMAND": {"search_models": False},
    "SIDEBAR": {
        "show_search": True,
        "show_all_applications": False,
        "navigation": "config.admin_site.menu.navigation",
    },
}
