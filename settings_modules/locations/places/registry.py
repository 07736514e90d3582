"""Which providers of place searches there are, and which one answers unless another is named."""

from __future__ import annotations

from settings_modules.locations.errors import PlaceSearchNotConfigured
from settings_modules.locations.places.port import PlaceProvider

_providers: dict[str, PlaceProvider] = {}


def register_provider(provider: PlaceProvider) -> None:
    """Add a provider; the one registered last answers unless another is named."""
    _providers.pop(provider.name, None)
    _providers[provider.name] = provider


def forget_provider(name: str) -> None:
    """From now on the provider is as if it had not been registered."""
    _providers.pop(name, None)


def provider_names() -> list[str]:
    """The registered providers, the one that answers by itself first."""
    return list(reversed(_providers))


def provider_named(name: str = "") -> PlaceProvider:
    """The provider of that name, or the one in force. Raises PlaceSearchNotConfigured."""
    chosen = name or next(iter(provider_names()), "")
    if chosen not in _providers:
        raise PlaceSearchNotConfigured(field="provider", provider=chosen)
    return _providers[chosen]
