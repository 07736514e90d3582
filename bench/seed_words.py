"""The vocabulary of the seeded catalogue: an electronics trader with Arabic-speaking customers."""

BRANDS = [
    "Vention", "Ugreen", "Baseus", "Anker", "TP-Link", "Hikvision", "Dahua", "Tenda", "Mercusys",
    "Orico", "Kingston", "SanDisk", "Hoco", "Remax", "Prolink", "Huntkey", "Rapoo", "Havit",
]  # fmt: skip

#: (English, Arabic, category index)
NOUNS = [
    ("HDMI cable", "كابل HDMI", 0),
    ("USB-C cable", "كابل USB-C", 0),
    ("network cable", "كابل شبكة", 0),
    ("audio cable", "كابل صوت", 0),
    ("display adapter", "محول شاشة", 1),
    ("power adapter", "محول طاقة", 1),
    ("wall charger", "شاحن جداري", 2),
    ("car charger", "شاحن سيارة", 2),
    ("wireless charger", "شاحن لاسلكي", 2),
    ("power bank", "بطارية متنقلة", 3),
    ("UPS battery", "بطارية UPS", 3),
    ("laptop battery", "بطارية حاسوب", 3),
    ("dome camera", "كاميرا قبة", 4),
    ("bullet camera", "كاميرا خارجية", 4),
    ("video recorder", "جهاز تسجيل", 5),
    ("wireless router", "راوتر لاسلكي", 6),
    ("network switch", "مبدل شبكة", 6),
    ("access point", "نقطة وصول", 6),
    ("line-interactive UPS", "مزود طاقة UPS", 7),
    ("laser printer", "طابعة ليزر", 8),
    ("toner cartridge", "حبر طابعة", 8),
    ("optical mouse", "ماوس ضوئي", 9),
    ("mechanical keyboard", "كيبورد ميكانيكي", 9),
    ("headset", "سماعة رأس", 10),
    ("earbuds", "سماعات أذن", 10),
    ("flash drive", "فلاش ميموري", 11),
    ("memory card", "بطاقة ذاكرة", 11),
    ("solid-state drive", "قرص SSD", 12),
    ("hard disk case", "حافظة قرص صلب", 12),
    ("laptop stand", "حامل حاسوب", 13),
    ("RJ45 connector", "رأس شبكة RJ45", 14),
    ("BNC connector", "رأس BNC", 14),
    ("BNC balun", "بالون فيديو", 15),
    ("wall mount", "حامل جداري", 16),
    ("cooling fan", "مروحة تبريد", 17),
    ("DDR4 memory", "رام DDR4", 18),
]

#: (English, Arabic); an empty English name is a category that was only ever named in Arabic.
CATEGORIES = [
    ("Cables", "كابلات"),
    ("Adapters", "محولات"),
    ("Chargers", "شواحن"),
    ("", "بطاريات"),
    ("CCTV cameras", "كاميرات مراقبة"),
    ("", "أجهزة تسجيل"),
    ("Networking", "شبكات"),
    ("UPS", "مزودات الطاقة"),
    ("Printers", "طابعات"),
    ("Input devices", "أدوات إدخال"),
    ("Audio", "صوتيات"),
    ("Flash memory", "ذاكرات"),
    ("Storage", "أقراص"),
    ("", "اكسسوارات لابتوب"),
    ("Connectors", "موصلات"),
    ("CCTV parts", "قطع كاميرات"),
    ("", "حوامل"),
    ("Cooling", "تبريد"),
    ("PC parts", "قطع حاسوب"),
]

COLOURS = [
    ("black", "أسود"),
    ("white", "أبيض"),
    ("grey", "رمادي"),
    ("blue", "أزرق"),
    ("red", "أحمر"),
]

#: (code, English name, currency, share of the consumer price)
PRICE_LISTS = [
    ("consumer_iqd", "Consumer IQD", "IQD", "1"),
    ("technical_iqd", "Technical IQD", "IQD", "0.92"),
    ("technical_usd", "Technical USD", "USD", "0.00070"),
    ("retailer_usd", "Retailer USD", "USD", "0.00066"),
    ("wholesale_a_usd", "Wholesale A USD", "USD", "0.00059"),
    ("wholesale_b_usd", "Wholesale B USD", "USD", "0.00061"),
]

#: (code, English name, Arabic name, priority)
WAREHOUSES = [
    ("main", "Main warehouse", "المخزن الرئيسي", 10),
    ("dora", "Dora", "الدورة", 20),
    ("karrada", "Karrada", "الكرادة", 30),
]
