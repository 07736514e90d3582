"""Settings of Tradepost, one file a concern.

Every value that differs between installations comes from the environment and is typed here.
A bad one stops the start with all errors in one message (`environs.EnvValidationError`).
"""

# ruff: noqa: F403, I001  (Django reads one module; star imports compose it)
from .environment import env
from .base import *
from .browsers import *
from .database import *
from .cache import *
from .background import *
from .api import *
from .languages import *
from .logs import *
from .operations import *
from .uploads import *
from .admin_site import *
from .sign_in import *
from .webhooks import *
from .places import *
from .exchange_rates import *
from .zoho import *

env.seal()
