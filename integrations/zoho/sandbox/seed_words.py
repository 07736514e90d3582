"""The words the sandbox's catalogue is made of: categories, goods, variants and brands."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Family:
    """One category: its Arabic name, its goods (English, Arabic), variants, and IQD prices."""

    category: str
    goods: tuple[tuple[str, str], ...]
    variants: tuple[str, ...]
    cheapest: int
    dearest: int


BRANDS = (
    ("Nexora", "نكسورا"),
    ("Voltika", "فولتيكا"),
    ("Kablino", "كابلينو"),
    ("Datrix", "داتركس"),
    ("Orbisat", "اوربيسات"),
    ("Sarvolt", "سارفولت"),
    ("Zentek", "زنتك"),
    ("Baytron", "بايترون"),
)


def _goods(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (pair.split("=") for pair in text.split("|"))
    return tuple((english.strip(), arabic.strip()) for english, arabic in pairs)


def _family(category: str, goods: str, variants: str, cheapest: int, dearest: int) -> Family:
    options = tuple(part.strip() for part in variants.split("|"))
    return Family(category, _goods(goods), options, cheapest, dearest)


FAMILIES = (
    _family(
        "كابلات الشبكة",
        "Patch Cable=كيبل شبكة جاهز|Network Cable Roll=لفة كيبل شبكة"
        "|Flat Network Cable=كيبل شبكة مسطح",
        "Cat5e 1m|Cat6 3m|Cat6 10m|Cat6A 20m|Cat7 5m",
        1500,
        185000,
    ),
    _family(
        "كابلات HDMI",
        "HDMI Cable=كيبل HDMI|HDMI Fiber Cable=كيبل HDMI فايبر|Mini HDMI Cable=كيبل ميني HDMI",
        "1.5m|3m|5m|10m|20m",
        3000,
        95000,
    ),
    _family(
        "كابلات USB",
        "USB-C Cable=كيبل USB-C|Micro USB Cable=كيبل مايكرو USB|USB Printer Cable=كيبل طابعة USB",
        "0.5m|1m|1.5m|2m|3m",
        1500,
        18000,
    ),
    _family(
        "كابلات الكهرباء",
        "Power Cord=سلك كهرباء|Extension Lead=توصيلة كهرباء|Electric Cable Roll=لفة سلك كهرباء",
        "1.5m|3m|5m|3x1.5mm|3x2.5mm",
        2500,
        140000,
    ),
    _family(
        "موصلات وفيش",
        "RJ45 Connector=فيشة RJ45|BNC Connector=فيشة BNC"
        "|DC Plug=فيشة تيار مستمر|Wall Socket=مأخذ جداري",
        "10 pcs|50 pcs|100 pcs|Male|Female",
        1000,
        32000,
    ),
    _family(
        "محولات العرض",
        "HDMI to VGA Adapter=محول HDMI الى VGA|USB-C to HDMI Adapter=محول USB-C الى HDMI"
        "|DisplayPort Adapter=محول ديسبلاي بورت",
        "1080p|4K 30Hz|4K 60Hz|with audio",
        5000,
        48000,
    ),
    _family(
        "محولات USB وقارئات",
        "USB Hub=موزع USB|Card Reader=قارئ بطاقات|USB to LAN Adapter=محول USB الى شبكة",
        "3 ports|4 ports|7 ports|USB 3.0|USB-C",
        5000,
        65000,
    ),
    _family(
        "شاحنات الموبايل",
        "Wall Charger=شاحن جداري|Car Charger=شاحن سيارة|Wireless Charger=شاحن لاسلكي",
        "10W|18W|20W|33W|65W",
        4000,
        55000,
    ),
    _family(
        "شاحنات اللابتوب",
        "Laptop Charger=شاحن لابتوب|Universal Laptop Charger=شاحن لابتوب متعدد",
        "45W|65W|90W|120W|65W USB-C|140W USB-C",
        15000,
        90000,
    ),
    _family(
        "بطاريات جافة",
        "Alkaline Battery=بطارية قلوية|Rechargeable Battery=بطارية قابلة للشحن"
        "|Button Cell=بطارية زر",
        "AA 2 pcs|AA 4 pcs|AAA 4 pcs|CR2032|9V",
        1000,
        16000,
    ),
    _family(
        "بطاريات UPS",
        "Sealed Lead Battery=بطارية رصاص مغلقة|Gel Battery=بطارية جل",
        "12V 7Ah|12V 9Ah|12V 12Ah|12V 18Ah|12V 100Ah|12V 200Ah",
        18000,
        450000,
    ),
    _family(
        "باور بانك",
        "Power Bank=باور بانك|Solar Power Bank=باور بانك شمسي",
        "5000mAh|10000mAh|20000mAh|30000mAh|20000mAh 22.5W|50000mAh",
        12000,
        85000,
    ),
    _family(
        "كاميرات المراقبة",
        "Dome Camera=كاميرا قبة|Bullet Camera=كاميرا رصاصة|PTZ Camera=كاميرا متحركة",
        "2MP|4MP|5MP|8MP 4K|Wi-Fi",
        22000,
        420000,
    ),
    _family(
        "مسجلات المراقبة",
        "DVR Recorder=مسجل DVR|NVR Recorder=مسجل NVR|Hybrid Recorder=مسجل هجين",
        "4 channels|8 channels|16 channels|32 channels",
        55000,
        680000,
    ),
    _family(
        "ملحقات المراقبة",
        "Camera Power Supply=مجهز قدرة كاميرات|Video Balun=محول فيديو|Camera Bracket=حامل كاميرا",
        "1 channel|4 channels|8 channels|5A|10A",
        2000,
        60000,
    ),
    _family(
        "راوترات",
        "Wireless Router=راوتر لاسلكي|LTE Router=راوتر شريحة|Mesh Router=راوتر شبكي",
        "300Mbps|AC1200|AX1500|AX3000|BE3600",
        28000,
        390000,
    ),
    _family(
        "سويجات وموزعات الشبكة",
        "Network Switch=سويج شبكة|PoE Switch=سويج PoE|Managed Switch=سويج مُدار",
        "5 ports|8 ports|16 ports|24 ports|48 ports",
        14000,
        950000,
    ),
    _family(
        "مقويات الاشارة ونقاط الوصول",
        "Wi-Fi Extender=مقوي واي فاي|Access Point=نقطة وصول|Outdoor CPE=مستقبل خارجي",
        "N300|AC750|AC1200|AX1800|5GHz 23dBi",
        18000,
        280000,
    ),
    _family(
        "مجهزات القدرة UPS",
        "Line Interactive UPS=يو بي اس تفاعلي|Online UPS=يو بي اس اونلاين",
        "650VA|850VA|1200VA|1500VA|2kVA|3kVA",
        55000,
        1450000,
    ),
    _family(
        "طابعات",
        "Laser Printer=طابعة ليزرية|Ink Tank Printer=طابعة حبر|Receipt Printer=طابعة وصولات",
        "Mono|Colour|Wi-Fi|Duplex|USB",
        95000,
        890000,
    ),
    _family(
        "احبار الطابعات",
        "Toner Cartridge=خرطوشة حبر ليزر|Ink Bottle=قنينة حبر|Drum Unit=وحدة درم",
        "Black|Cyan|Magenta|Yellow|Set of 4",
        7000,
        145000,
    ),
    _family(
        "ملحقات اللابتوب",
        "Laptop Bag=حقيبة لابتوب|Cooling Pad=قاعدة تبريد|Laptop Stand=حامل لابتوب",
        "14 inch|15.6 inch|17 inch|Black|Grey",
        9000,
        65000,
    ),
    _family(
        "ماوس وكيبورد",
        "Wireless Mouse=ماوس لاسلكي|Keyboard=كيبورد|Keyboard and Mouse Set=طقم كيبورد وماوس",
        "Black|White|Gaming RGB|Silent|Arabic layout",
        6000,
        85000,
    ),
    _family(
        "وحدات التخزين",
        "SSD Drive=قرص SSD|USB Flash Drive=فلاش ميموري|Memory Card=بطاقة ذاكرة|Hard Disk=هارد دسك",
        "32GB|64GB|128GB|256GB|1TB",
        6000,
        240000,
    ),
    _family(
        "سماعات وصوتيات",
        "Headset=سماعة رأس|Bluetooth Speaker=سماعة بلوتوث|Earbuds=سماعة اذن",
        "Black|White|Gaming|USB|Noise cancelling",
        7000,
        165000,
    ),
)

SERVICES = (
    ("Installation Visit", "زيارة تنصيب"),
    ("Camera System Setup", "نصب منظومة كاميرات"),
    ("Network Point Wiring", "تسليك نقطة شبكة"),
    ("Printer Maintenance", "صيانة طابعة"),
    ("UPS Battery Replacement", "استبدال بطارية يو بي اس"),
    ("Laptop Diagnosis", "فحص لابتوب"),
    ("Delivery inside Baghdad", "توصيل داخل بغداد"),
    ("Delivery to Governorates", "توصيل الى المحافظات"),
)

AWKWARD_NAMES = (
    "⚡ Fast Charger 🔋 65W",
    "📷 Camera Kit 4 channels 🎥",
    "<b>HDMI</b> Splitter & Switch <script>alert('x')</script>",
    'Cable "3/4" 50% off; it\'s 5 < 6 & 7 > 2',
    "usb-c cable nexora 1m",
    "كيبل شاشة بدون اسم انكليزي",
)
LONG_NAME_LENGTH = 500
