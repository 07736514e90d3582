"""Whether measured values keep to what a commodity's quality parameters demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from core.errors import FieldError
from core.money import plain_number
from settings_modules.commodities.enums import ParameterType
from settings_modules.commodities.models import Commodity, QualityParameter
from settings_modules.commodities.selectors.measured_values import read_measured


def quality_findings(commodity: Commodity, values: Mapping[str, Any]) -> list[FieldError]:
    """What is wrong with the values, given by the parameters' names in any capitals.

    A mandatory parameter must be there; a number below the least or above the most is refused, and
    of a range either end. Texts are left alone, and so are values of unknown names and parameters
    that are switched off. In the order of the parameters.
    """
    given = {str(name).strip().casefold(): value for name, value in values.items()}
    active = commodity.parameters.filter(is_active=True).order_by("display_order", "id")
    return list(_findings(active, given))


def _findings(
    parameters: Iterable[QualityParameter], given: Mapping[str, Any]
) -> Iterator[FieldError]:
    for parameter in parameters:
        value = given.get(parameter.parameter_name.casefold())
        if value is None or str(value).strip() == "":
            if parameter.is_mandatory:
                yield _told(
                    parameter,
                    "quality_mandatory",
                    "Mandatory parameter {name} is missing.",
                    "المعيار الإلزامي {name} غير موجود.",
                )
        elif parameter.parameter_type != ParameterType.TEXT:
            yield from _out_of_bounds(parameter, value)


def _out_of_bounds(parameter: QualityParameter, value: Any) -> Iterator[FieldError]:
    measured = read_measured(value, parameter.parameter_type)
    if measured is None:
        yield _told(
            parameter,
            "quality_not_a_number",
            "{name} is not a number.",
            "قيمة {name} ليست رقماً.",
        )
        return
    least, most = measured
    if parameter.min_value is not None and least < parameter.min_value:
        yield _told(
            parameter,
            "quality_below_minimum",
            "{name} {value} is below minimum {bound}.",
            "قيمة {name} {value} أقل من الحد الأدنى {bound}.",
            value=least,
            bound=parameter.min_value,
        )
    if parameter.max_value is not None and most > parameter.max_value:
        yield _told(
            parameter,
            "quality_above_maximum",
            "{name} {value} exceeds maximum {bound}.",
            "قيمة {name} {value} أكبر من الحد الأعلى {bound}.",
            value=most,
            bound=parameter.max_value,
        )


def _told(
    parameter: QualityParameter, code: str, message: str, message_ar: str, **numbers: Decimal
) -> FieldError:
    told = {name: plain_number(number) for name, number in numbers.items()}
    name = parameter.parameter_name
    return FieldError(
        name, code, message.format(name=name, **told), message_ar.format(name=name, **told)
    )
