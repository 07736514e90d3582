"""What is wrong with a registration number, an account number, a code or an address."""

from __future__ import annotations

from core.errors import DomainError


class WrongLength(DomainError):
    """`what` is the kind of number, `expected` and `length` count characters."""

    code = "wrong_length"
    status = 400
    message = "{what} has {expected} characters; this has {length}."
    message_ar = "يتكون {what} من {expected} خانة؛ وهنا {length}."


class PanMalformed(DomainError):
    code = "pan_malformed"
    status = 400
    message = "A PAN is five letters, four digits and a letter, such as AAACM1234A."
    message_ar = "يتكون PAN من خمسة أحرف ثم أربعة أرقام ثم حرف، مثل AAACM1234A."


class PanHolderUnusual(DomainError):
    """A warning: such numbers exist, few as they are."""

    code = "pan_holder_unusual"
    status = 400
    message = "The fourth letter of a PAN says who holds it; {letter} stands for nobody known."
    message_ar = "الحرف الرابع في PAN يدل على صاحبه؛ والحرف {letter} لا يدل على أحد معروف."


class PanDiffers(DomainError):
    code = "pan_differs"
    status = 400
    message = "The GSTIN holds the PAN {found}, the organization has {own}."
    message_ar = "يتضمن GSTIN رقم PAN {found} بينما رقم المؤسسة {own}."


class GstinMalformed(DomainError):
    code = "gstin_malformed"
    status = 400
    message = (
        "A GSTIN is two digits of the state, the PAN, 1-9 or a letter, a Z and a check character,"
        " such as 27AAACM1234A1Z8."
    )
    message_ar = (
        "يتكون GSTIN من رقمي الولاية ثم PAN ثم رقم من 1 إلى 9 أو حرف ثم Z ثم خانة تحقق،"
        " مثل 27AAACM1234A1Z8."
    )


class GstinStateUnknown(DomainError):
    code = "gstin_state_unknown"
    status = 400
    message = "No state's GSTINs begin with {digits}."
    message_ar = "لا توجد ولاية تبدأ أرقام GSTIN فيها بـ {digits}."


class GstinCheckWrong(DomainError):
    code = "gstin_check_wrong"
    status = 400
    message = (
        "The GSTIN ends in {found}, it should end in {expected}: one of its characters is wrong."
    )
    message_ar = "ينتهي GSTIN بـ {found} والصواب {expected}: إحدى خاناته خاطئة."


class StateDiffers(DomainError):
    code = "state_differs"
    status = 400
    message = "The GSTIN is of {expected}; leave the state empty or write that."
    message_ar = "يعود GSTIN إلى {expected}؛ اترك الولاية فارغة أو اكتبها كذلك."


class CinMalformed(DomainError):
    code = "cin_malformed"
    status = 400
    message = (
        "A CIN is L or U, five digits, two letters of the state, the year, three letters and six"
        " digits, such as U12345KA2020PTC123456."
    )
    message_ar = (
        "يتكون CIN من L أو U ثم خمسة أرقام ثم حرفي الولاية ثم السنة ثم ثلاثة أحرف ثم ستة أرقام،"
        " مثل U12345KA2020PTC123456."
    )


class IfscMalformed(DomainError):
    code = "ifsc_malformed"
    status = 400
    message = "An IFSC is four letters, a 0 and six letters or digits, such as SBIN0001234."
    message_ar = "يتكون IFSC من أربعة أحرف ثم 0 ثم ست خانات من أحرف أو أرقام، مثل SBIN0001234."


class SwiftMalformed(DomainError):
    code = "swift_malformed"
    status = 400
    message = (
        "A SWIFT code is four letters of the bank, two of the country and two or five more letters"
        " or digits, such as RAFBIQBA."
    )
    message_ar = (
        "يتكون رمز SWIFT من أربعة أحرف للمصرف ثم حرفين للبلد ثم خانتين أو خمس، مثل RAFBIQBA."
    )


class IbanMalformed(DomainError):
    code = "iban_malformed"
    status = 400
    message = "An IBAN is two letters of the country, two digits, and letters or digits."
    message_ar = "يتكون IBAN من حرفي البلد ثم رقمين ثم أحرف أو أرقام."


class IbanCountryUnknown(DomainError):
    code = "iban_country_unknown"
    status = 400
    message = "No country's IBANs begin with {country}."
    message_ar = "لا يوجد بلد تبدأ أرقام IBAN فيه بـ {country}."


class IbanCheckWrong(DomainError):
    code = "iban_check_wrong"
    status = 400
    message = "The check digits of the IBAN do not fit: one of its characters is wrong."
    message_ar = "رقما التحقق في IBAN لا يطابقان: إحدى خاناته خاطئة."


class AccountNumberMalformed(DomainError):
    code = "account_number_malformed"
    status = 400
    message = "An account number is 6 to 34 letters and digits."
    message_ar = "رقم الحساب من 6 إلى 34 خانة من أحرف وأرقام."


class EmailMalformed(DomainError):
    code = "email_malformed"
    status = 400
    message = "Write an e-mail address such as office@example.com."
    message_ar = "اكتب بريداً إلكترونياً مثل office@example.com."


class PhoneUnknown(DomainError):
    code = "phone_unknown"
    status = 400
    message = "No phone has this number; write it with its country, such as +964 770 123 4567."
    message_ar = "لا يوجد هاتف بهذا الرقم؛ اكتبه مع رمز البلد، مثل +964 770 123 4567."


class CurrencyUnknown(DomainError):
    code = "currency_unknown"
    status = 400
    message = "This is no ISO code of a currency, such as INR or IQD."
    message_ar = "هذا ليس رمز ISO لعملة، مثل INR أو IQD."


class CountryUnknown(DomainError):
    code = "country_unknown"
    status = 400
    message = "This is no ISO code of a country, such as IN or IQ."
    message_ar = "هذا ليس رمز ISO لبلد، مثل IN أو IQ."
