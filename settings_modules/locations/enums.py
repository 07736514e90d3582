"""What a location is for, and in which part of the country it is."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LocationKind(models.TextChoices):
    WAREHOUSE = "warehouse", _("warehouse")
    STORE = "store", _("store")
    BRANCH = "branch", _("branch")
    OFFICE = "office", _("office")
    PORT = "port", _("port")
    FACTORY = "factory", _("factory")


class Region(models.TextChoices):
    """Part of India by state; the rest of the world is unknown."""

    NORTH = "NORTH", _("North")
    SOUTH = "SOUTH", _("South")
    EAST = "EAST", _("East")
    WEST = "WEST", _("West")
    CENTRAL = "CENTRAL", _("Central")
    NORTHEAST = "NORTHEAST", _("Northeast")
    UNKNOWN = "UNKNOWN", _("unknown")


#: The kinds that hold goods, and so may sell them.
STOCK_KINDS = frozenset({LocationKind.WAREHOUSE, LocationKind.STORE})
