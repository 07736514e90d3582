"""Closed lists of values of commodities."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Dimension(models.TextChoices):
    """What a unit measures. Units convert within one dimension only."""

    WEIGHT = "weight", _("weight")
    COUNT = "count", _("packages")
    LENGTH = "length", _("length")
    VOLUME = "volume", _("volume")
    COUNT_SIMPLE = "count_simple", _("pieces")
    AREA = "area", _("area")


#: What the units of a dimension are counted in; packages by default weigh kilograms.
BASE_CODES: dict[str, str] = {
    Dimension.WEIGHT: "KG",
    Dimension.COUNT: "KG",
    Dimension.LENGTH: "METER",
    Dimension.VOLUME: "LITER",
    Dimension.COUNT_SIMPLE: "PIECE",
    Dimension.AREA: "SQ_METER",
}
#: Units of these dimensions hold what a commodity's own packaging says.
PACKAGED = (Dimension.COUNT.value, Dimension.COUNT_SIMPLE.value)


class CodeKind(models.TextChoices):
    """HSN codes are of goods, SAC of services."""

    HSN = "hsn", "HSN"
    SAC = "sac", "SAC"


class ParameterType(models.TextChoices):
    """How a quality parameter is given."""

    NUMERIC = "NUMERIC", _("number")
    TEXT = "TEXT", _("text")
    RANGE = "RANGE", _("range")


class Volatility(models.TextChoices):
    """How far prices move."""

    HIGH = "HIGH", _("high")
    MEDIUM = "MEDIUM", _("medium")
    LOW = "LOW", _("low")


class PricingUnit(models.TextChoices):
    """How international prices of a commodity are quoted."""

    CENTS_PER_POUND = "CENTS_PER_POUND", _("US cents a pound")
    USD_PER_MT = "USD_PER_MT", _("US dollars a metric ton")
    USD_PER_TROY_OUNCE = "USD_PER_TROY_OUNCE", _("US dollars a troy ounce")
    USD_PER_KG = "USD_PER_KG", _("US dollars a kilogram")


class KnowledgeSource(models.TextChoices):
    """How it came to be known which code goods have."""

    API = "API", _("external service")
    MANUAL = "MANUAL", _("entered by a person")
    LEARNED = "LEARNED", _("learned from a commodity")
    SEED = "SEED", _("supplied with Tradepost")


class ConflictKind(models.TextChoices):
    """What speaks against each other."""

    TWO_VERIFIED = "two_verified", _("two verified codes for one name")
    AGAINST_DESCRIPTION = "against_description", _("the official list says otherwise")


class ChargeBearer(models.TextChoices):
    """Who pays what banks charge for a payment."""

    BUYER = "BUYER", _("buyer")
    SELLER = "SELLER", _("seller")
    SHARED = "SHARED", _("both")


class LetterOfCredit(models.TextChoices):
    """Kinds of letters of credit."""

    SIGHT = "SIGHT", _("sight LC")
    USANCE = "USANCE", _("usance LC")
    SBLC = "SBLC", _("standby LC")


class PaymentMethod(models.TextChoices):
    """Ways to pay across borders."""

    LC = "LC", _("letter of credit")
    TT = "TT", _("telegraphic transfer")
    CAD = "CAD", _("cash against documents")
    DP = "DP", _("documents against payment")
    DA = "DA", _("documents against acceptance")


class CommissionType(models.TextChoices):
    """A percentage of the amount, an amount for each deal, or by the step the deal falls in."""

    PERCENTAGE = "PERCENTAGE", _("percentage")
    FIXED = "FIXED", _("fixed amount")
    TIERED = "TIERED", _("by tiers")


class CommissionParty(models.TextChoices):
    """Who pays a commission."""

    BUYER = "BUYER", _("buyer")
    SELLER = "SELLER", _("seller")
    BOTH = "BOTH", _("both")


class TierBasis(models.TextChoices):
    """Tiers by amount have percentages, tiers by quantity an amount for each unit."""

    AMOUNT = "AMOUNT", _("amount")
    QUANTITY = "QUANTITY", _("quantity")
