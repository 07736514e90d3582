"""Which providers of exchange rates there are. There need not be any: people and files suffice."""

from __future__ import annotations

from settings_modules.commodities.exchange.port import RateProvider

_providers: dict[str, RateProvider] = {}


def register_rate_provider(provider: RateProvider) -> None:
    """Add a provider; it is asked by the schedule from now on."""
    _providers[provider.name] = provider


def forget_rate_provider(name: str) -> None:
    """From now on the provider is as if it had not been registered."""
    _providers.pop(name, None)


def rate_providers() -> list[RateProvider]:
    """The registered providers, by name."""
    return [_providers[name] for name in sorted(_providers)]
