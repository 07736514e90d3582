"""How the Zoho integration behaves; where it connects to is a row that staff edit."""

from .environment import env

# off: orders stay here. on: confirmed orders are sent to Zoho as sales orders.
ZOHO_ORDER_PUSH: bool = env.bool("ZOHO_ORDER_PUSH", True)
ZOHO_REQUESTS_PER_MINUTE: int = env.int("ZOHO_REQUESTS_PER_MINUTE", 70)
ZOHO_MAX_IN_FLIGHT: int = env.int("ZOHO_MAX_IN_FLIGHT", 4)
ZOHO_TIMEOUT_SECONDS: float = env.float("ZOHO_TIMEOUT_SECONDS", 20.0)
# A run that would zero or remove more than this share of what is here stops and asks a person.
ZOHO_GUARD_SHARE: float = env.float("ZOHO_GUARD_SHARE", 0.3)
