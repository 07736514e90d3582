"""Signing in: by e-mail address and password, with a second factor, locked out after failures."""

from datetime import timedelta

from .base import IS_PRODUCTION
from .environment import env

AUTHENTICATION_BACKENDS = [
    # Permits by the roles of the organization in force; signs nobody in. What it permits, the
    # others are not asked, which read two tables each.
    "settings_modules.organizations.permissions.MembershipBackend",
    # Refuses who is locked out before any password is looked at.
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"

# On: staff without a second factor can do nothing but set one up.
STAFF_MFA_REQUIRED: bool = env.bool("TRADEPOST_STAFF_MFA_REQUIRED", IS_PRODUCTION)
# Posts to the sign-in addresses, per client address, counted exactly over all processes.
SIGN_IN_POSTS_PER_MINUTE = 30
PASSWORD_RESETS_PER_MINUTE = 5
# Failures of one account from one address that lock the two for so long.
SIGN_IN_FAILURES_ALLOWED = 5
SIGN_IN_LOCK_SECONDS = 15 * 60

ACCOUNT_ADAPTER = "core.identity.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
# An account's address is on the account, where administrators keep it; nobody signs up.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "Tradepost: "
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
# Lockout is django-axes's and rates are django-ratelimit's. The one limit left to allauth stands
# behind the second step, where many codes may be tried in the same moment.
_OFF = (
    "change_password",
    "change_phone",
    "manage_email",
    "reset_password",
    "reauthenticate",
    "reset_password_from_key",
    "signup",
    "login",
    "request_login_code",
    "confirm_email",
    "verify_phone",
)
ACCOUNT_RATE_LIMITS: dict[str, str | None] = dict.fromkeys(_OFF) | {
    "login_failed": f"{2 * SIGN_IN_FAILURES_ALLOWED}/{SIGN_IN_LOCK_SECONDS}s/key"
}

MFA_ADAPTER = "core.identity.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "Tradepost"
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Addresses are not verified here at all, so an unverified one is no sign of a stranger.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_PRODUCTION

# Apps send the session's token in X-Session-Token; browsers use the pages.
HEADLESS_CLIENTS = ("app",)

AXES_HANDLER = "core.identity.lockout.PairLockout"
AXES_CLIENT_IP_CALLABLE = "core.throttling.client_address"
AXES_USERNAME_CALLABLE = "core.identity.lockout.account_of"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    # The lockout raises its own coded refusal; no middleware has to look for it.
    "axes.W002",
]

KNOX_TOKEN_MODEL = "core.ApiToken"  # noqa: S105  (a model)
API_TOKEN_DAYS = 90
API_TOKEN_MOST_DAYS = 365
# Scanners for leaked secrets know a token by its beginning.
REST_KNOX = {"TOKEN_PREFIX": "tp_", "TOKEN_TTL": timedelta(days=API_TOKEN_DAYS)}

# Mails: printed locally, sent by the server named here (smtp://, smtps://, submission://).
_MAIL = env.dj_email_url("TRADEPOST_EMAIL_URL", "consolemail://") or {}
for _name, _value in _MAIL.items():
    globals()[_name] = _value
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL: str = env.str("TRADEPOST_MAIL_FROM", "Tradepost <noreply@tradepost.example>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
