"""The facts about Zoho that nobody has settled; the first reading of each is the default."""

from dataclasses import dataclass, field

CHOICES: dict[str, tuple[str, ...]] = {
    "default_items_filter": ("All", "Active"),
    "detail_family": ("locations", "warehouses", "branches"),
    "lmt_filter": ("inclusive", "exclusive"),
    "pricebook_items_in_list": ("yes", "no"),
    "oauth_errors_status": ("200", "400"),
    "missing_record": ("404/1002", "404/5", "400/1002", "404/2006"),
    "retry_after": ("no", "yes"),
    "inventory_so_lmt_filter": ("ignored", "works"),
    "inventory_so_reference_filter": ("ignored", "works"),
    "item_ids_max": ("unlimited", "100", "50"),
    "noop_put_bumps_lmt": ("no", "yes"),
    "stock_move_bumps_lmt": ("no", "yes"),
    "bearer_accepted": ("no", "yes"),
    "unstable_ties": ("no", "yes"),
}
LIMITS: dict[str, int] = {
    "per_minute": 100,
    "daily": 10_000,
    "concurrency": 10,
    "block_seconds": 900,
}


class UnknownSwitch(ValueError):
    """The name or the value is not one on offer."""


@dataclass
class Switches:
    """Present readings and limits; a limit of 0 means unlimited."""

    limits_at_start: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Go back to the defaults and to the limits of the start."""
        self.readings = {name: choices[0] for name, choices in CHOICES.items()}
        self.limits = {**LIMITS, **self.limits_at_start}

    def __getitem__(self, name: str) -> str:
        return self.readings[name]

    def turn(self, name: str, value: object) -> None:
        """Choose a reading or set a limit. Raises UnknownSwitch."""
        if name in self.limits:
            number = int(str(value))
            if number < 0:
                raise UnknownSwitch(f"{name} must not be negative")
            self.limits[name] = number
            return
        if name not in CHOICES:
            raise UnknownSwitch(f"no switch named {name}")
        reading = {"∞": "unlimited", "True": "yes", "False": "no"}.get(str(value), str(value))
        if reading not in CHOICES[name]:
            raise UnknownSwitch(f"{name} is one of {', '.join(CHOICES[name])}")
        self.readings[name] = reading

    def shown(self) -> dict[str, object]:
        """Return every reading and limit."""
        return {**self.readings, **self.limits}
