"""Refusals about locations and place searches."""

from __future__ import annotations

from core.errors import DomainError


class PlaceQueryTooShort(DomainError):
    code = "place_query_too_short"
    status = 400
    message = "Type at least {least} letters of the place."
    message_ar = "اكتب {least} أحرف على الأقل من اسم المكان."


class PlaceUnknown(DomainError):
    code = "place_unknown"
    status = 404
    message = "The provider knows no such place. Search it again or enter the address by hand."
    message_ar = "لا يعرف مزود الخرائط هذا المكان. ابحث عنه من جديد أو أدخل العنوان يدوياً."


class PlaceQuotaSpent(DomainError):
    code = "place_quota_spent"
    status = 503
    message = "Place searches are used up for now. Try again later or enter the address by hand."
    message_ar = "لا يقبل مزود البحث عن الأماكن طلبات أخرى الآن. أدخل العنوان يدوياً."


class PlaceSearchUnavailable(DomainError):
    code = "place_search_unavailable"
    status = 503
    message = "The provider of place searches does not answer. Enter the address by hand."
    message_ar = "لا يجيب مزود البحث عن الأماكن. أدخل العنوان يدوياً."


class PlaceSearchNotConfigured(DomainError):
    """No such provider, or one that refuses the key it was given."""

    code = "place_search_not_configured"
    status = 409
    message = "Place searches with “{provider}” are not set up here."
    message_ar = "البحث عن الأماكن عبر «{provider}» غير مهيأ هنا."


class LocationSwitchedOff(DomainError):
    code = "location_switched_off"
    status = 409
    message = "This place is here as {name}, switched off. Switch it on instead (reactivate)."
    message_ar = "هذا المكان موجود باسم {name} لكنه موقوف. فعّله من جديد بدلاً من ذلك (reactivate)."


class SimilarLocation(DomainError):
    """`extra["similar"]` lists them, the most similar first."""

    code = "similar_location"
    status = 409
    message = "Similar locations are here: {names}. Confirm that this is another (confirm_similar)."
    message_ar = "توجد مواقع مشابهة: {names}. أكّد أن هذا موقع آخر (confirm_similar)."


class LocationInUse(DomainError):
    """`extra["references"]` lists what refers to it, counted."""

    code = "location_in_use"
    status = 409
    message = "{count} records refer to this location. Confirm to switch it off (confirm_in_use)."
    message_ar = "تشير {count} من السجلات إلى هذا الموقع. أكّد لإيقافه (confirm_in_use)."


class LocationCircle(DomainError):
    code = "location_circle"
    status = 422
    message = "{parent} is itself part of {name}: a location is not a part of itself."
    message_ar = "{parent} نفسه جزء من {name}: لا يكون الموقع جزءاً من نفسه."


class OnlyStockPlacesSell(DomainError):
    code = "only_stock_places_sell"
    status = 422
    message = "Only warehouses and stores hold goods to sell to shoppers."
    message_ar = "المستودعات والمتاجر وحدها تحتفظ ببضائع تباع للمتسوقين."
