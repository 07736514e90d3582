"""Headings of the official HSN list with their descriptions as they stand there, and names of goods
that are known to be of them.

The names come from the system that Tradepost replaces, unverified. So do the usual rates, which are
never stored: rates change by notification and are entered with their days.
"""

from __future__ import annotations

from decimal import Decimal

#: Code to its description.
HEADINGS: dict[str, str] = {
    "0713": "DRIED LEGUMINOUS VEGETABLES, SHELLED, WHETHER OR NOT SKINNED OR SPLIT",
    "0801": (
        "COCONUTS, BRAZIL NUTS AND CASHEW NUTS, FRESH OR DRIED, WHETHER OR NOT SHELLED OR PEELED"
    ),
    "0802": "OTHER NUTS, FRESH OR DRIED, WHETHER OR NOT SHELLED OR PEELED",
    "0804": "DATES, FIGS, PINEAPPLES, AVOCADOS, GUAVAS, MANGOES, AND MANGOSTEENS, FRESH OR DRIED",
    "0806": "GRAPES, FRESH OR DRIED",
    "0904": (
        "PEPPER OF THE GENUS PIPER; DRIED OR CRUSHED OR GROUND FRUITS OF THE GENUS "
        "CAPSICUM OR OF THE GENUS PIMENTA"
    ),
    "0908": "NUTMEG, MACE AND CARDAMOMS",
    "0909": "SEEDS OF ANISE, BADIAN, FENNEL, CORIANDER, CUMIN OR CARAWAY, JUNIPER BERRIES",
    "0910": "GINGER, SAFFRON, TURMERIC (CURCUMA), THYME, BAY LEAVES, CURRY AND OTHER SPICES",
    "1001": "WHEAT AND MESLIN",
    "1005": "MAIZE (CORN)",
    "1006": "RICE",
    "1201": "SOYA BEANS, WHETHER OR NOT BROKEN",
    "1202": "GROUND-NUTS, NOT ROASTED OR OTHERWISE COOKED, WHETHER OR NOT SHELLED OR BROKEN",
    "1206": "SUNFLOWER SEEDS, WHETHER OR NOT BROKEN",
    "1207": "OTHER OIL SEEDS AND OLEAGINOUS FRUITS, WHETHER OR NOT BROKEN",
    "1507": "SOYA-BEAN OIL AND ITS FRACTIONS, WHETHER OR NOT REFINED, BUT NOT CHEMICALLY MODIFIED",
    "1508": "GROUND-NUT OIL AND ITS FRACTIONS, WHETHER OR NOT REFINED, BUT NOT CHEMICALLY MODIFIED",
    "1511": "PALM OIL AND ITS FRACTIONS, WHETHER OR NOT REFINED, BUT NOT CHEMICALLY MODIFIED",
    "1512": (
        "SUNFLOWER SEED, SAFFLOWER OR COTTON SEED OIL AND THEIR FRACTIONS THEREOF, "
        "WHETHER OR NOT REFINED, BUT NOT CHEMICALLY MODIFIED"
    ),
    "1513": (
        "COCONUT (COPRA), PALM KERNEL OR BABASSU OIL AND FRACTIONS THEREOF, WHETHER OR "
        "NOT REFINED, BUT NOT CHEMICALLY MODIFIED"
    ),
    "1514": (
        "RAPE, COLZA OR MUSTARD OIL AND ITS FRACTIONS THEREOF, WHETHER OR NOT REFINED, "
        "BUT NOT CHEMICALLY MODIFIE"
    ),
    "1701": "CANE OR BEET SUGAR AND CHEMICALLY PURE SUCROSE, IN SOLID FORM",
    "2306": (
        "OIL-CAKE AND OTHER SOLID RESIDUES, WHETHER OR NOT GROUND OR IN THE FORM OF "
        "PELLETS, RESULTING FROM THE EXTRACTION OF VEGETABLE OR MICROBIAL FATS OR OILS, "
        "OTHER THAN THOSE OF HEADING 2304 OR 2305"
    ),
    "3102": "MINERAL OR CHEMICAL FERTILISERS, NITROGENOUS",
    "3808": (
        "INSECTICIDES, RODENTICIDES, FUNGICIDES, HERBICIDES, ANTI-SPROUTING PRODUCTS AND "
        "PLANT-GROWTH REGULATORS, DISINFECTANTS AND SIMILAR PRODUCTS, PUT UP IN FORMS OR "
        "PACKINGS FOR RETAIL SALE OR AS PREPARATIONS OR ARTICLES (FOR EXAMPLE, "
        "SULPHURTREATED BANDS, WICKS AND CANDLES, AND FLY-PAPERS)"
    ),
    "3901": "POLYMERS OF ETHYLENE, IN PRIMARY FORMS",
    "3904": "POLYMERS OF VINYL CHLORIDE OR OF OTHER HALOGENATED OLEFINS, IN PRIMARY FORMS",
    "4001": (
        "NATURAL RUBBER, BALATA, GUTTA-PERCHA, GUAYULE, CHICLE AND SIMILAR NATURAL GUMS, "
        "IN PRIMARY FORMS OR IN PLATES, SHEETS OR STRIP"
    ),
    "4002": (
        "SYNTHETIC RUBBER AND FACTICE DERIVED FORM OILS, IN PRIMARY FORMS OR IN PLATES, "
        "SHEETS OR STRIP, MIXTURES OF ANY PRODUCT OF HEADING4001 WITH ANY PRODUCT OF THIS"
        " HEADING, IN PRIMARY FORMS OR IN PLATES, SHEETS OR STRIP"
    ),
    "4703": "CHEMICAL WOOD PULP, SODA OR SULPHATE, OTHER THAN DISSOLVING GRADES",
    "4802": (
        "UNCOATED PAPER AND PAPERBOARD, OF A KIND USED FOR WRITING, PRINTING OR OTHER "
        "GRAPHIC PURPOSES, AND NON-PERFORATED PUNCH CARD AND PUNCH TAPE PAPER, IN ROLLS "
        "OR RECTANGULAR (INCLUDING SQUARE) SHEETS OF ANY SIZE, OTHER THAN PAPER OF "
        "HEADING 4801 OR 4803, HAND-MADE PAPER AND PAPERBOARD"
    ),
    "4804": (
        "UNCOATED KRAFT PAPER AND PAPERBOARD, IN ROLLS OR SHEETS, OTHER THAN THAT OF "
        "HEADING 4802 OR 4802"
    ),
    "5201": "COTTON, NOT CARDED OR COMBED",
    "5202": "COTTON WASTE (INCLUDING YARN WASTE AND GARNETTED STOCK)",
    "5205": (
        "COTTON YARN (OTHER THAN SEWING THREAD), CONTAINING 85% OR MORE BY WEIGHT OF "
        "COTTON, NOT PUT UP FOR RETAIL SALE"
    ),
    "5208": (
        "WOVEN FABRICS OF COTTON, CONTAINING 85% OR MORE BY WEIGHT OF COTTON, WEIGHING "
        "NOT MORE THAN 200 G/"
    ),
    "5503": "SYNTHETIC STAPLE FIBRES, NOT CARDED, COMBED OR OTHERWISE PROCESSED FOR SPINNING",
    "5504": "ARTIFICIAL STAPLE FIBRES, NOT CARDED, COMBED OR OTHERWISE PROCESSED FOR SPINNING",
    "7106": (
        "SILVER (INCLUDING SILVER PLATED WITH GOLD OR PLATINUM), UNWROUGHT OR IN SEMI-"
        "MANUFACTURED FORMS, OR IN POWDER FORM"
    ),
    "7108": (
        "GOLD (INCLUDING GOLD PLATED WITH PLATINUM UNWROUGHT OR IN SEMI-MANUFACTURED "
        "FORMS, OR IN POWDER FORM"
    ),
    "7110": "PLATINUM, UNWROUGHT OR IN SEMI-MANUFACTURED FORM, OR IN POWDER FORM",
    "7118": "COIN",
    "7203": (
        "FERROUS PRODUCTS OBTAINED BY DIRECT REDUCTION OF IRON ORE AND OTHER SPONGY "
        "FERROUS PRODUCTS, IN LUMPS, PELLETS OR SIMILAR FORMS; IRON HAVING MINIMUM PURITY"
        " BY WEIGHT OF 99.94%, IN LUMPS, PELLETS OR SIMILAR FORMS"
    ),
    "7214": (
        "OTHER BARS AND RODS OF IRON OR NON-ALLOY STEEL, NOT FURTHER WORKED THAN FORGED, "
        "HOT-ROLLED, HOT-DRAWN OR HOT-EXTRUDED, BUT INCLUDING THOSE TWISTED AFTER ROLLING"
    ),
    "7402": "UNREFINED COPPER; COPPER ANODES FOR ELECTROLYTIC REFINING",
    "7408": "COPPER WIRE",
    "7601": "UNWROUGHT ALUMINIUM",
}

#: Code to the names of goods.
GOODS: dict[str, tuple[str, ...]] = {
    "0713": ("chana", "chickpeas", "dal", "tur dal", "moong dal", "urad dal", "masoor dal"),
    "0801": ("cashew",),
    "0802": ("almond", "walnut", "pistachio"),
    "0804": ("dates",),
    "0806": ("raisin",),
    "0904": ("black pepper", "pepper"),
    "0908": ("cardamom", "elaichi"),
    "0909": ("cumin", "jeera", "coriander", "dhaniya"),
    "0910": ("turmeric", "haldi"),
    "1001": ("wheat",),
    "1005": ("corn", "maize"),
    "1006": ("rice",),
    "1201": ("soybean", "soya"),
    "1202": ("groundnut", "peanut"),
    "1206": ("sunflower", "sunflower seed"),
    "1207": ("cotton seed", "cottonseed"),
    "1507": ("soybean oil",),
    "1508": ("groundnut oil",),
    "1511": ("palm oil",),
    "1512": ("sunflower oil",),
    "1513": ("coconut oil",),
    "1514": ("mustard oil",),
    "1701": ("sugar", "jaggery", "gur"),
    "2306": ("oil cake", "cotton seed oil cake"),
    "3102": ("urea", "fertilizer"),
    "3808": ("pesticide",),
    "3901": ("plastic granules", "hdpe", "ldpe"),
    "3904": ("pvc",),
    "4001": ("rubber",),
    "4002": ("synthetic rubber",),
    "4703": ("pulp",),
    "4802": ("paper",),
    "4804": ("kraft paper",),
    "5201": ("kapas", "raw cotton", "cotton lint", "cotton"),
    "5202": ("cotton waste",),
    "5205": ("cotton yarn", "yarn"),
    "5208": ("cotton fabric", "fabric"),
    "5503": ("polyester",),
    "5504": ("viscose",),
    "7106": ("silver", "silver bar"),
    "7108": ("gold", "gold bar"),
    "7110": ("platinum",),
    "7118": ("gold coin",),
    "7203": ("iron",),
    "7214": ("steel",),
    "7402": ("copper",),
    "7408": ("copper wire",),
    "7601": ("aluminum", "aluminium"),
}

#: Percent to the headings that usually had it. People compare it with the notifications in force.
_USUAL_RATES = {
    "3": "7106 7108 7110 7118",
    "5": (
        "0713 0801 0802 0804 0806 0904 0908 0909 0910 1001 1005 1006 1201 1202 1206 1207 1507 1508"
        " 1511 1512 1513 1514 1701 2306 3102 5201 5202 5205 5208"
    ),
    "12": "4703 4802 4804",
    "18": "3808 3901 3904 4001 4002 5503 5504 7203 7214 7402 7408 7601",
}
USUAL_RATES: dict[str, Decimal] = {
    code: Decimal(rate) for rate, codes in _USUAL_RATES.items() for code in codes.split()
}
