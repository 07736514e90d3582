"""What locations tell the rest of the system when it starts."""

from core.erasure import declare_working_texts
from core.events.row_events import declare_row_events
from settings_modules.locations.models import Location
from settings_modules.locations.places.offline import OfflinePlaces
from settings_modules.locations.places.registry import register_provider


def declare() -> None:
    """Add the events, the columns that name people, and the provider that needs no network."""
    declare_row_events("location", meaning="A location")
    declare_working_texts(Location, "contact_person", "contact_phone", "contact_email")
    register_provider(OfflinePlaces())
