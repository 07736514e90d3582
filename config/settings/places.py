"""Place searches: without a key they are answered offline."""

from .environment import env

GOOGLE_MAPS_KEY: str = env.str("TRADEPOST_GOOGLE_MAPS_KEY", "")
GOOGLE_MAPS_URL: str = env.str("TRADEPOST_GOOGLE_MAPS_URL", "https://maps.googleapis.com")
GOOGLE_MAPS_TIMEOUT_SECONDS: float = env.float("TRADEPOST_GOOGLE_MAPS_TIMEOUT_SECONDS", 5.0)
