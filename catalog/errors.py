"""Errors of the catalogue, its stock and its orders."""

from core.errors import DomainError


class ProductNotFound(DomainError):
    code = "product_not_found"
    status = 404
    message = "There is no such product."
    message_ar = "هذا المنتج غير موجود."


class ProductNotSold(DomainError):
    code = "product_not_sold"
    status = 422
    message = "“{product}” is not on sale."
    message_ar = "المنتج «{product}» غير معروض للبيع."


class InsufficientStock(DomainError):
    code = "insufficient_stock"
    status = 409
    message = "Not enough in stock of “{product}”: {available} left, {requested} asked for."
    message_ar = "الكمية غير كافية من «{product}»: المتوفر {available} والمطلوب {requested}."


class PriceChanged(DomainError):
    code = "price_changed"
    status = 409
    message = "The price of “{product}” is now {price} {currency}."
    message_ar = "سعر «{product}» أصبح {price} {currency}."


class TotalChanged(DomainError):
    code = "total_changed"
    status = 409
    message = "The total is now {total} {currency}."
    message_ar = "المجموع أصبح {total} {currency}."


class OrderRefused(DomainError):
    code = "order_refused"
    status = 409
    message = "The order could not be placed: {problem}"
    message_ar = "تعذر تنفيذ الطلب: {problem_ar}"


class OrderStateForbids(DomainError):
    code = "order_state_forbids"
    status = 409
    message = "Order {number} is {state}: this can no longer be done."
    message_ar = "الطلب {number} حالته {state}: لم يعد ذلك ممكناً."


class PartnerHasOpenOrders(DomainError):
    code = "partner_has_open_orders"
    status = 409
    message = "Order {number} is not shipped yet: ship or cancel it before the customer is erased."
    message_ar = "الطلب {number} لم يُشحن بعد: اشحنه أو ألغه قبل محو بيانات العميل."


class PriceListMissing(DomainError):
    code = "price_list_missing"
    status = 503
    message = "The shop has no price list yet."
    message_ar = "لا توجد قائمة أسعار للمتجر بعد."


class PriceNegative(DomainError):
    code = "price_negative"
    status = 422
    message = "A price cannot be below zero."
    message_ar = "لا يمكن أن يكون السعر أقل من صفر."


class PriceQuantityNotPositive(DomainError):
    code = "price_quantity_not_positive"
    status = 422
    message = "A price holds from a quantity above zero."
    message_ar = "يسري السعر ابتداءً من كمية أكبر من صفر."


class PriceOwnedByZoho(DomainError):
    code = "price_owned_by_zoho"
    status = 409
    message = "This price comes from Zoho and would come back. Remove it there, or set your own."
    message_ar = "هذا السعر مصدره Zoho وسيعود مجدداً. احذفه هناك أو حدد سعراً خاصاً بك."


class PriceUnknownToZoho(DomainError):
    code = "price_unknown_to_zoho"
    status = 409
    message = "Zoho does not know “{product}”, so it has no price to take over."
    message_ar = "المنتج «{product}» غير معروف في Zoho، فلا يوجد سعر يؤخذ منه."


class StockBelowPromised(DomainError):
    code = "stock_below_promised"
    status = 409
    message = "{promised} are already promised to orders: on hand cannot go down to {on_hand}."
    message_ar = "الكمية المحجوزة للطلبات {promised}: لا يمكن خفض الموجود إلى {on_hand}."


class StockOwnedByZoho(DomainError):
    code = "stock_owned_by_zoho"
    status = 409
    message = (
        "Zoho keeps this stock figure. Make an inventory adjustment in Zoho, then run a"
        " synchronisation to see it here."
    )
    message_ar = "هذا الرصيد يديره Zoho. أجرِ تسوية مخزون في Zoho ثم شغّل المزامنة لتظهر هنا."


class StockUnchanged(DomainError):
    code = "stock_unchanged"
    status = 422
    message = "On hand already is {on_hand}: there is nothing to adjust."
    message_ar = "الموجود هو {on_hand} أصلاً: لا يوجد ما يُسوّى."


class AdjustmentReasonMissing(DomainError):
    code = "adjustment_reason_missing"
    status = 422
    message = "Say why the stock is adjusted."
    message_ar = "اذكر سبب تسوية المخزون."


class CategoryBelowItself(DomainError):
    code = "category_below_itself"
    status = 422
    message = "A category cannot stand below itself."
    message_ar = "لا يمكن أن تكون الفئة تابعة لنفسها."


class StockLeft(DomainError):
    code = "stock_left"
    status = 409
    message = "Stock is counted or promised here: bring it to zero before merging."
    message_ar = "يوجد مخزون محسوب أو محجوز هنا: صفّره قبل الدمج."


class CurrenciesDiffer(DomainError):
    code = "currencies_differ"
    status = 409
    message = "One price list is in {kept}, the other in {merged}."
    message_ar = "إحدى القائمتين بعملة {kept} والأخرى بعملة {merged}."
