"""Applications, middleware, templates, secrets and addresses."""

from pathlib import Path

from environs import validate

from .environment import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent

ENVIRONMENT: str = env.str(
    "TRADEPOST_ENVIRONMENT", "local", validate=validate.OneOf(["local", "test", "production"])
)
IS_PRODUCTION = ENVIRONMENT == "production"


# Only the test run and local tooling may go without secrets; an installation has its own.
SECRET_KEY: str = (
    env.str("TRADEPOST_SECRET_KEY", validate=validate.Length(min=32))
    if IS_PRODUCTION
    else env.str("TRADEPOST_SECRET_KEY", "local-only-key-without-any-secrecy-0000000000000000")
)
# Fernet keys of `core.encryption`, newest first; the first encrypts, all decrypt.
FIELD_KEYS: list[str] = (
    env.list("TRADEPOST_FIELD_KEYS", validate=validate.Length(min=1))
    if IS_PRODUCTION
    else env.list("TRADEPOST_FIELD_KEYS", ["bG9jYWwtb25seS1rZXktd2l0aG91dC1zZWNyZWN5ISE="])
)

DEBUG = False
ALLOWED_HOSTS: list[str] = env.list("TRADEPOST_ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("TRADEPOST_TRUSTED_ORIGINS", [])

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",
    "unfold.contrib.filters",
    "config.admin_site.apps.TradepostAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    # The list of passkeys tells times with it.
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.headless",
    "axes",
    "knox",
    "corsheaders",
    "config.apps.CompositionConfig",
    "core",
    "settings_modules.locations",
    "settings_modules.commodities",
    "settings_modules.organizations",
    "settings_modules.partners",
    "catalog",
    "integrations.zoho",
    "integrations.google_maps",
    "integrations.exchange_rates",
]

MIDDLEWARE = [
    "config.response_headers.ResponseHeaders",
    "core.middleware.ContextMiddleware",
    "core.operations.request_log.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "config.body_limits.BodyLimit",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.middleware.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "config.sign_in.middleware.SessionNotes",
    "config.sign_in.middleware.SignInGuard",
    "config.sign_in.middleware.SecondFactorGate",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
# Both spellings of an API path are routed; a redirect would turn a retried POST into a GET.
APPEND_SLASH = True

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.sign_in.context.sign_in_pages",
            ],
        },
    },
]

AUTH_USER_MODEL = "core.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if IS_PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
# Assets come from the packages unless an image was built with collectstatic, which takes a minute.
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
WHITENOISE_AUTOREFRESH = False
WHITENOISE_ALLOW_ALL_ORIGINS = False

# A body larger than this answers 413; an order of the most lines allowed stays far below.
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
SECURE_SSL_REDIRECT = IS_PRODUCTION
SECURE_HSTS_SECONDS = 31_536_000 if IS_PRODUCTION else 0
if IS_PRODUCTION:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Pictures and links that leave the system carry this address, never the request's Host header.
PUBLIC_BASE_URL: str = env.str("TRADEPOST_PUBLIC_BASE_URL", "http://127.0.0.1:8000")
if PUBLIC_BASE_URL.startswith("https://"):
    SECURE_SSL_HOST = PUBLIC_BASE_URL.removeprefix("https://").partition("/")[0]
# How many proxies of ours stand in front; 0 means the socket's address is the client's.
TRUSTED_PROXY_COUNT: int = env.int("TRADEPOST_TRUSTED_PROXY_COUNT", 0)
