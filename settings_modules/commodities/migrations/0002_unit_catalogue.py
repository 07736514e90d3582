"""The units that everybody starts with. Their rows are data: staff add to them and correct them."""

from decimal import Decimal

from django.db import migrations

_SI = "Definition (International System of Units)"
_POUND = "International yard and pound, 1959: 1 pound is 0.45359237 kg exactly"
_YARD = "International yard and pound, 1959: 1 yard is 0.9144 m exactly"
_GRAIN = "1 grain is 64.79891 mg exactly"
_INCH = "1 US gallon is 231 cubic inches of 16.387064 ml exactly"
_COUNTED = "Definition"
_USUAL = "Usual weight in the trade; what a commodity's own packages hold goes before it"

#: What is measured, its base unit, then code, names (English, Arabic, Hindi), factor and source.
UNITS = [
    ("weight", "KG", "KG", "Kilogram", "كيلوغرام", "किलोग्राम", "1", _SI),
    ("weight", "KG", "GRAM", "Gram", "غرام", "ग्राम", "0.001", _SI),
    ("weight", "KG", "QUINTAL", "Quintal", "قنطار متري", "क्विंटल", "100", "Metric quintal: 100 kg"),
    ("weight", "KG", "MT", "Metric ton", "طن متري", "मीट्रिक टन", "1000", _SI),
    (
        *("weight", "KG", "TON", "Ton", "طن", "टन", "1000"),
        "The metric ton, as the word is used in India; see SHORT_TON and LONG_TON",
    ),
    (
        *("weight", "KG", "CANDY", "Candy", "كاندي", "कैंडी", "355.6222"),
        "By contract in the Indian cotton trade; 784 pounds are 355.61641808 kg",
    ),
    (
        *("weight", "KG", "MAUND", "Maund", "مَن", "मन", "37.32417216"),
        "Standard maund: 100 troy pounds of 0.3732417216 kg exactly",
    ),
    ("weight", "KG", "POUND", "Pound", "رطل إنجليزي", "पाउंड", "0.45359237", _POUND),
    (
        *("weight", "KG", "OUNCE", "Ounce", "أونصة", "औंस", "0.028349523125"),
        f"{_POUND}; an ounce is a sixteenth",
    ),
    (
        *("weight", "KG", "TROY_OZ", "Troy ounce", "أونصة تروي", "ट्रॉय औंस", "0.0311034768"),
        f"480 grains; {_GRAIN}",
    ),
    (
        *("weight", "KG", "TOLA", "Tola", "تولة", "तोला", "0.0116638038"),
        f"180 grains; {_GRAIN}",
    ),
    (
        *("weight", "KG", "SHORT_TON", "Short ton (US)", "طن أمريكي", "शॉर्ट टन", "907.18474"),
        f"2,000 pounds. {_POUND}",
    ),
    (
        *("weight", "KG", "LONG_TON", "Long ton (UK)", "طن بريطاني", "लॉन्ग टन", "1016.0469088"),
        f"2,240 pounds. {_POUND}",
    ),
    ("count", "KG", "BALE", "Bale (Cotton)", "بالة (قطن)", "गांठ (कपास)", "170", _USUAL),
    ("count", "KG", "BAG", "Bag", "كيس", "बैग", "50", _USUAL),
    ("count", "KG", "BAG_JUTE", "Jute bag", "كيس جوت", "जूट बैग", "100", _USUAL),
    ("count", "KG", "SACK", "Sack", "شوال", "बोरी", "50", _USUAL),
    ("count", "KG", "BOX", "Box", "صندوق", "डिब्बा", "10", _USUAL),
    ("count", "KG", "CARTON", "Carton", "كرتون", "कार्टन", "20", _USUAL),
    ("count", "KG", "DRUM", "Drum", "برميل معدني", "ड्रम", "200", _USUAL),
    ("length", "METER", "METER", "Meter", "متر", "मीटर", "1", _SI),
    ("length", "METER", "CM", "Centimeter", "سنتيمتر", "सेंटीमीटर", "0.01", _SI),
    ("length", "METER", "KM", "Kilometer", "كيلومتر", "किलोमीटर", "1000", _SI),
    ("length", "METER", "YARD", "Yard", "ياردة", "गज", "0.9144", _YARD),
    ("length", "METER", "FOOT", "Foot", "قدم", "फुट", "0.3048", f"{_YARD}; a foot is a third"),
    ("length", "METER", "INCH", "Inch", "بوصة", "इंच", "0.0254", f"{_YARD}; an inch is 1/36"),
    ("volume", "LITER", "LITER", "Liter", "لتر", "लीटर", "1", _SI),
    ("volume", "LITER", "ML", "Milliliter", "ملليلتر", "मिलीलीटर", "0.001", _SI),
    ("volume", "LITER", "GALLON", "Gallon (US)", "غالون أمريكي", "गैलन", "3.785411784", _INCH),
    (
        *("volume", "LITER", "BARREL", "Barrel (oil)", "برميل نفط", "बैरल", "158.987294928"),
        f"42 US gallons; {_INCH}",
    ),
    (
        *("volume", "LITER", "BUSHEL", "Bushel (US)", "بوشل أمريكي", "बुशल", "35.23907016688"),
        "US bushel by volume: 2,150.42 cubic inches of 16.387064 ml exactly; the weight of a bushel"
        " of grain differs by commodity",
    ),
    ("count_simple", "PIECE", "PIECE", "Piece", "قطعة", "नग", "1", _COUNTED),
    ("count_simple", "PIECE", "DOZEN", "Dozen", "دزينة", "दर्जन", "12", _COUNTED),
    ("count_simple", "PIECE", "GROSS", "Gross", "غروسة", "ग्रोस", "144", "12 dozen"),
    (
        *("count_simple", "PIECE", "BUNDLE", "Bundle", "حزمة", "बंडल", "10"),
        "Usual number in the trade; what a commodity's own bundles hold goes before it",
    ),
    ("area", "SQ_METER", "SQ_METER", "Square meter", "متر مربع", "वर्ग मीटर", "1", _SI),
    (
        *("area", "SQ_METER", "SQ_FOOT", "Square foot", "قدم مربعة", "वर्ग फुट", "0.09290304"),
        f"{_YARD}; 0.3048 m by 0.3048 m",
    ),
    (
        *("area", "SQ_METER", "SQ_YARD", "Square yard", "ياردة مربعة", "वर्ग गज", "0.83612736"),
        f"{_YARD}; 0.9144 m by 0.9144 m",
    ),
]

#: Other words in use, by code.
ALIASES = {
    "KG": ["KGS", "KILO", "KILOS", "KILOGRAM", "KILOGRAMS"],
    "GRAM": ["G", "GM", "GMS", "GRAMS", "GRAMME"],
    "QUINTAL": ["QTL", "QTLS", "QUINTALS"],
    "MT": ["METRIC TON", "METRIC TONS", "TONNE", "TONNES", "MTS"],
    "TON": ["TONS"],
    "CANDY": ["CANDIES", "KHANDI"],
    "MAUND": ["MAUNDS"],
    "POUND": ["LB", "LBS", "POUNDS"],
    "OUNCE": ["OZ", "OUNCES"],
    "TROY_OZ": ["OZT", "TROY OUNCE", "TROY OUNCES"],
    "TOLA": ["TOLAS"],
    "SHORT_TON": ["SHORT TON", "US TON"],
    "LONG_TON": ["LONG TON", "UK TON"],
    "BALE": ["BALES"],
    "BAG": ["BAGS"],
    "BAG_JUTE": ["JUTE BAG", "JUTE BAGS"],
    "SACK": ["SACKS"],
    "BOX": ["BOXES"],
    "CARTON": ["CARTONS", "CTN"],
    "DRUM": ["DRUMS"],
    "METER": ["METERS", "METRE", "METRES", "MTR"],
    "CM": ["CENTIMETER", "CENTIMETRE"],
    "KM": ["KILOMETER", "KILOMETRE"],
    "YARD": ["YD", "YARDS"],
    "FOOT": ["FT", "FEET"],
    "INCH": ["IN", "INCHES"],
    "LITER": ["L", "LTR", "LITERS", "LITRE", "LITRES"],
    "ML": ["MILLILITER", "MILLILITRE"],
    "GALLON": ["GAL", "GALLONS"],
    "BARREL": ["BBL", "BARRELS"],
    "BUSHEL": ["BU", "BUSHELS"],
    "PIECE": ["PCS", "PC", "PIECES", "NOS"],
    "DOZEN": ["DZ", "DOZENS"],
    "GROSS": ["GRS"],
    "BUNDLE": ["BUNDLES"],
    "SQ_METER": ["SQM", "SQ M", "SQUARE METER", "SQUARE METRE"],
    "SQ_FOOT": ["SQFT", "SQ FT", "SQUARE FOOT", "SQUARE FEET"],
    "SQ_YARD": ["SQYD", "SQ YD", "SQUARE YARD"],
}


def add_units(apps, schema_editor):
    """Store the units and their other words."""
    unit_model = apps.get_model("commodities", "Unit")
    alias_model = apps.get_model("commodities", "UnitAlias")
    for dimension, base, code, name, name_ar, name_hi, factor, source in UNITS:
        unit = unit_model.objects.create(
            code=code,
            name_en=name,
            name_ar=name_ar,
            name_hi=name_hi,
            dimension=dimension,
            base=base,
            factor=Decimal(factor),
            source=source,
        )
        for alias in ALIASES[code]:
            alias_model.objects.create(unit=unit, alias=alias)


def remove_units(apps, schema_editor):
    """Remove them; refused by the database for those in use."""
    codes = [row[2] for row in UNITS]
    apps.get_model("commodities", "UnitAlias").objects.filter(unit__code__in=codes).delete()
    apps.get_model("commodities", "Unit").objects.filter(code__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("commodities", "0001_commodities")]

    operations = [migrations.RunPython(add_units, remove_units)]
