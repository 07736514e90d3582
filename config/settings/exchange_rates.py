"""Exchange rates: how old one may be, and whether the European Central Bank is asked for them."""

from environs import validate

from .environment import env

# A rate that was set more days before the day it is wanted for is refused.
EXCHANGE_RATE_MOST_DAYS: int = env.int(
    "TRADEPOST_EXCHANGE_RATE_DAYS", 7, validate=validate.Range(min=0, max=3650)
)
ECB_RATES: bool = env.bool("TRADEPOST_ECB_RATES", False)
ECB_RATES_URL: str = env.str(
    "TRADEPOST_ECB_RATES_URL", "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-daily.xml"
)
ECB_RATES_TIMEOUT_SECONDS: float = env.float("TRADEPOST_ECB_RATES_TIMEOUT_SECONDS", 20.0)
