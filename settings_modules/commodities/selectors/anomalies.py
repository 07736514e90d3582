"""What is unusual in a commodity's values; never more than a warning."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from core.errors import FieldError
from core.i18n import language_columns
from core.money import plain_number
from settings_modules.commodities.goods_words import holds_phrase, plain_words

#: Rates of the goods and services tax that have been notified, in percent. Another one is possible.
USUAL_RATES = frozenset(
    Decimal(rate) for rate in ("0", "0.1", "0.25", "1.5", "3", "5", "6", "12", "18", "28", "40")
)
_SYNTHETIC = ("polyester", "viscose", "nylon", "acrylic", "synthetic fibre", "synthetic fiber")
#: Goods named after cotton that belong to other chapters.
_OF_COTTON = ("seed", "seeds", "oil", "cake", "meal", "linters", "candy", "paper")


def unusual_values(
    *, names: dict[str, str], tax_code: str = "", gst_rate: Decimal | None = None
) -> list[FieldError]:
    """Warnings about a commodity of these names by column, its HSN code and its own rate: cotton
    outside of chapter 52, synthetic fibres outside of 54 and 55, a rate that is not usual."""
    words = [plain_words(name) for name in names.values()]
    found = [*_wrong_chapter(words, tax_code)] if tax_code else []
    if gst_rate is not None and gst_rate not in USUAL_RATES:
        rate = plain_number(gst_rate)
        found.append(
            FieldError(
                "gst_rate",
                "unusual_rate",
                f"{rate} % is no usual rate of the tax.",
                f"نسبة {rate}٪ ليست من نسب الضريبة المعتادة.",
            )
        )
    return found


def _wrong_chapter(words: list[list[str]], tax_code: str) -> Iterator[FieldError]:
    def says(*phrases: str) -> bool:
        return any(holds_phrase(one, plain_words(phrase)) for one in words for phrase in phrases)

    if says("cotton", "kapas") and not says(*_OF_COTTON, *_SYNTHETIC, "poly"):
        yield from _outside(tax_code, ("52",), "Cotton", "القطن")
    elif says(*_SYNTHETIC) and not says("cotton"):
        yield from _outside(tax_code, ("54", "55"), "Synthetic fibres", "الألياف الصناعية")


def _outside(
    tax_code: str, chapters: tuple[str, ...], goods: str, goods_ar: str
) -> Iterator[FieldError]:
    if not tax_code.startswith(chapters):
        usual = ", ".join(chapters)
        yield FieldError(
            "tax_code",
            "unusual_chapter",
            f"{goods} is usually found in HSN chapter {usual}, not in {tax_code}.",
            f"توجد {goods_ar} عادة في الفصل {usual} من رموز HSN لا في {tax_code}.",
        )


def parameter_warnings(parameters: list[dict[str, Any]]) -> list[FieldError]:
    """Warnings about parameters whose least value is not below the most."""
    found = []
    for index, each in enumerate(parameters):
        least, most = each.get("min_value"), each.get("max_value")
        if least is not None and most is not None and least >= most:
            found.append(
                FieldError(
                    f"parameters[{index}].min_value",
                    "bounds_out_of_order",
                    f"{each.get('parameter_name', '')}: the least value is not below the most.",
                    f"{each.get('parameter_name', '')}: الحد الأدنى ليس أصغر من الحد الأعلى.",
                )
            )
    return found


def commodity_warnings(commodity: Any) -> list[FieldError]:
    """The warnings about a stored commodity; its tax code is read with it."""
    return unusual_values(
        names={name: getattr(commodity, name) for name in language_columns("name")},
        tax_code=commodity.tax_code.code if commodity.tax_code_id else "",
        gst_rate=commodity.gst_rate,
    )
