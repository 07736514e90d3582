"""Django REST framework, the OpenAPI schema, and the rates."""

from .environment import env

REST_FRAMEWORK = {
    "EXCEPTION_HANDLER": "core.api.errors.render_error",
    "DEFAULT_SCHEMA_CLASS": "core.api.openapi.OperationSchema",
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "core.api.authentication.ApiTokenAuthentication",
        "core.api.authentication.AppSessionAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAdminUser"],
    "DEFAULT_RENDERER_CLASSES": ["core.api.rendering.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api.rendering.StrictJSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["core.rate_limits.PlanThrottle"],
    "DEFAULT_PAGINATION_CLASS": "core.api.pagination.PagePagination",
    # JSON numbers of the same digits, as everywhere on the wire.
    "COERCE_DECIMAL_TO_STRING": False,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

# Requests a minute, by scope, per token, signed-in user or anonymous address.
THROTTLE_RATES: dict[str, int] = {
    "consumer-read": 600,
    "order": 30,
    "staff": 200,
    "schema": 60,
    # Pages of the back office, whose lists and searches are dear.
    "back-office": 600,
    # Pages where people sign in, and what apps ask there.
    "sign-in-read": 300,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Tradepost API",
    "DESCRIPTION": "Catalogue, orders and synchronisation. Errors: see docs/api.md.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["config.api_schema.canonical_endpoints"],
    "SCHEMA_PATH_PREFIX": r"/api/(v1/)?",
    # Fields of one name with different choices.
    "ENUM_NAME_OVERRIDES": {
        "ApprovalKindEnum": "settings_modules.organizations.models.ApprovalKind",
        "LocationKindEnum": "settings_modules.locations.enums.LocationKind",
        "TaxCodeConflictKindEnum": "settings_modules.commodities.enums.ConflictKind",
        "TaxCodeKindEnum": "settings_modules.commodities.enums.CodeKind",
        "JobStateEnum": "core.jobs.models.JobState",
        "PartnerStatusEnum": "settings_modules.partners.enums.PartnerStatus",
        "YearStatusEnum": "settings_modules.organizations.models.YearStatus",
    },
}

# Server-side lifetimes, in seconds, of the public answers.
CACHE_SECONDS_PRODUCTS = 300
CACHE_SECONDS_PRODUCT = 300
CACHE_SECONDS_CATEGORIES = 600
CACHE_SECONDS_SYNC_STATUS = 60
# The price list that shoppers without one of their own see.
CONSUMER_PRICE_LIST_CODE = "consumer_iqd"

# Benchmarks measure the way without the cache, and raise every rate.
RESPONSE_CACHE: bool = env.bool("TRADEPOST_RESPONSE_CACHE", True)
_factor: int = env.int("TRADEPOST_THROTTLE_FACTOR", 1) or 1
THROTTLE_RATES = {scope: rate * _factor for scope, rate in THROTTLE_RATES.items()}
# Writes a minute where they differ from reads.
THROTTLE_WRITE_RATES: dict[str, int] = {"staff": 100 * _factor}
# The plans of organizations: how often the rates above each of its people has.
ORGANIZATION_PLANS: dict[str, int] = {"standard": 1, "plus": 3, "large": 10}
# What the people of one organization may do together, as a multiple of what one may.
ORGANIZATION_RATE_FACTOR: int = env.int("TRADEPOST_ORGANIZATION_RATE_FACTOR", 10) or 10
# Posts that place an order, per address, counted exactly over all processes.
ORDER_POSTS_PER_MINUTE: int = 60 * _factor
# Searches of the shop, per address, and new API tokens, per person, counted as exactly.
SEARCHES_PER_MINUTE: int = 300 * _factor
TOKEN_POSTS_PER_MINUTE: int = 10 * _factor
