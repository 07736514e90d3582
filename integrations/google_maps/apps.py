"""Place searches with Google Maps, for installations that have a key."""

from django.apps import AppConfig
from django.conf import settings


class GoogleMapsConfig(AppConfig):
    name = "integrations.google_maps"
    label = "google_maps"
    verbose_name = "Google Maps"

    def ready(self) -> None:
        """Register the provider when there is a key."""
        from integrations.google_maps.places import GooglePlaces  # noqa: PLC0415  (needs the apps)
        from settings_modules.locations.places.registry import register_provider  # noqa: PLC0415

        if settings.GOOGLE_MAPS_KEY:
            register_provider(
                GooglePlaces(key=settings.GOOGLE_MAPS_KEY, url=settings.GOOGLE_MAPS_URL)
            )
