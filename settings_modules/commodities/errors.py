"""Refusals about commodities and what belongs to them."""

from __future__ import annotations

from core.errors import DomainError


class CommodityNameTaken(DomainError):
    """`extra["taken_by"]` is the id of the other one; so in the classes below."""

    code = "commodity_name_taken"
    status = 409
    message = "Another commodity is called {text}."
    message_ar = "توجد سلعة أخرى باسم {text}."


class CommodityCodeTaken(DomainError):
    code = "commodity_code_taken"
    status = 409
    message = "Another commodity has the code {text}."
    message_ar = "توجد سلعة أخرى بالرمز {text}."


class VarietyNameTaken(DomainError):
    code = "variety_name_taken"
    status = 409
    message = "Another variety of the commodity is called {text}."
    message_ar = "للسلعة صنف آخر باسم {text}."


class VarietyCodeTaken(DomainError):
    code = "variety_code_taken"
    status = 409
    message = "Another variety of the commodity has the code {text}."
    message_ar = "للسلعة صنف آخر بالرمز {text}."


class ParameterNameTaken(DomainError):
    code = "parameter_name_taken"
    status = 409
    message = "Another parameter of the commodity is called {text}."
    message_ar = "للسلعة معيار جودة آخر باسم {text}."


class ParameterTemplateNameTaken(DomainError):
    code = "parameter_template_name_taken"
    status = 409
    message = "Another template of the category is called {text}."
    message_ar = "للفئة قالب آخر باسم {text}."


class CommodityInUse(DomainError):
    """`extra["references"]` lists what refers to it, counted."""

    code = "commodity_in_use"
    status = 409
    message = "{count} records refer to this commodity. Confirm to switch it off (confirm_in_use)."
    message_ar = "تشير {count} من السجلات إلى هذه السلعة. أكّد لإيقافها (confirm_in_use)."


class ParametersDiffer(DomainError):
    """Somebody added or removed a parameter, or the order was sent incomplete."""

    code = "parameters_differ"
    status = 409
    message = "The commodity has other parameters than those sent. Send each of them once."
    message_ar = "معايير السلعة تختلف عما أُرسل. أرسل كل معيار مرة واحدة."


class TemplateOfOtherCategory(DomainError):
    code = "template_of_other_category"
    status = 422
    message = "The template {name} is not one of those suggested for the commodity."
    message_ar = "القالب {name} ليس من القوالب المقترحة لهذه السلعة."


class InternationalTemplateUnknown(DomainError):
    code = "international_template_unknown"
    status = 422
    message = "There is no international template {template}."
    message_ar = "لا يوجد قالب دولي باسم {template}."


class InternationalFieldUnknown(DomainError):
    code = "international_field_unknown"
    status = 422
    message = "{name} is no field that a template fills in."
    message_ar = "الحقل {name} ليس مما يملؤه القالب."


class VarietiesOfTwoCommodities(DomainError):
    code = "varieties_of_two_commodities"
    status = 409
    message = "The two varieties belong to different commodities."
    message_ar = "الصنفان يعودان إلى سلعتين مختلفتين."
