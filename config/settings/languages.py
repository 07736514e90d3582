"""Languages of the screens and of model data, and the time zone."""

from django.utils.translation import gettext_lazy as _

from .base import BASE_DIR

LANGUAGE_CODE = "en"
# The screens' languages. Model data also has Sorani Kurdish and Hindi: see core.i18n.
LANGUAGES = [("en", _("English")), ("ar", _("Arabic"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]
PHONENUMBER_DEFAULT_REGION = "IQ"
PHONENUMBER_DB_FORMAT = "E164"
