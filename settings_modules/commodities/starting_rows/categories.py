"""The categories of goods with the words by which they are recognized.

Whole words and phrases, in lower case and folded; Hindi ones as they are written in Latin letters.
A phrase goes before its words: "cotton yarn" is yarn although "cotton" is a fiber. Of words as long
the lower priority decides: "viscose yarn" is yarn.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StartingCategory:
    """A category; its words separated by commas."""

    code: str
    name_en: str
    name_ar: str
    priority: int
    words: str

    @property
    def keywords(self) -> list[str]:
        """The words one by one."""
        return [" ".join(word.split()) for word in self.words.split(",") if word.strip()]


CATEGORIES = (
    StartingCategory(
        "natural-fiber",
        "Natural Fiber",
        "ألياف طبيعية",
        60,
        """cotton, raw cotton, cotton lint, lint, kapas, rui, jute, raw jute, wool, raw wool,
        silk, raw silk, flax, hemp, ramie, sisal, coir, kapok, natural fiber, natural fibre,
        sann hemp, قطن, قطن خام, صوف, حرير, جوت, كتان, قنب, الياف طبيعيه""",
    ),
    StartingCategory(
        "synthetic-fiber",
        "Synthetic Fiber",
        "ألياف صناعية",
        55,
        """polyester, viscose, nylon, polypropylene fiber, polypropylene fibre, rayon, modal,
        lyocell, tencel, spandex, lycra, psf, vsf, polyester staple fiber, polyester staple
        fibre, viscose staple fiber, viscose staple fibre, synthetic fiber, synthetic fibre,
        man made fiber, man made fibre, acrylic fiber, acrylic fibre, بوليستر, فسكوز, نايلون,
        اكريليك, الياف صناعيه""",
    ),
    StartingCategory(
        "blended-fiber",
        "Blended Fiber",
        "ألياف مخلوطة",
        20,
        """poly cotton, poly cotton blend, polycotton, cotton blend, blended fiber, blended
        fibre, fiber blend, fibre blend, poly viscose, polyester cotton, polyester viscose,
        cotton viscose, poly wool, terry cotton, pc blend, pv blend, cvc, الياف مخلوطه, قطن
        مخلوط""",
    ),
    StartingCategory(
        "waste",
        "Waste",
        "مخلفات",
        10,
        """waste, cotton waste, yarn waste, comber noil, noil, card fly, flat strips, hard waste,
        soft waste, scrap, lickerin, sweeping waste, gutter waste, polyester waste, silk
        waste, wool waste, jute waste, oil cake, oil cakes, cotton seed oil cake, مخلفات,
        عوادم, عوادم قطن, خرده""",
    ),
    StartingCategory(
        "yarn",
        "Yarn",
        "غزول",
        30,
        """yarn, cotton yarn, polyester yarn, viscose yarn, blended yarn, silk yarn, wool yarn,
        woolen yarn, jute yarn, hosiery yarn, combed yarn, carded yarn, open end yarn, sewing
        thread, thread, filament yarn, poly cotton yarn, sut, dhaga, غزل, غزول, خيوط, خيط""",
    ),
    StartingCategory(
        "fabric",
        "Fabric",
        "أقمشة",
        30,
        """fabric, fabrics, cotton fabric, cloth, grey cloth, greige fabric, denim, poplin,
        muslin, voile, canvas, twill, knitted fabric, woven fabric, polyester fabric, silk
        fabric, poly cotton fabric, kapda, kapra, قماش, اقمشه""",
    ),
    StartingCategory(
        "seed",
        "Seed",
        "بذور",
        40,
        """seed, seeds, cotton seed, cottonseed, binola, sunflower seed, mustard seed, rape seed,
        rapeseed, sesame, sesame seed, til, soybean, soybeans, soya bean, soya beans,
        soyabean, groundnut, groundnuts, peanut, peanuts, mungfali, moongfali, linseed, alsi,
        castor seed, arandi, safflower seed, kardi, niger seed, sarson, oil seed, oil seeds,
        oilseed, oilseeds, copra, بذور, بذره, بذور قطن, سمسم, فول سوداني, فول صويا, بذور عباد
        الشمس""",
    ),
    StartingCategory(
        "grains",
        "Grains",
        "حبوب",
        50,
        """wheat, gehun, gehu, rice, basmati, basmati rice, chawal, paddy, dhan, maize, corn,
        makka, barley, jau, jowar, sorghum, bajra, pearl millet, millet, ragi, finger millet,
        oats, rye, durum, grain, grains, food grains, حبوب, قمح, حنطه, رز, ارز, شعير, ذره,
        شوفان, دخن""",
    ),
    StartingCategory(
        "precious-metals",
        "Precious Metals",
        "معادن ثمينة",
        50,
        """gold, gold bar, gold coin, sona, silver, silver bar, chandi, platinum, palladium,
        rhodium, bullion, precious metal, precious metals, ذهب, فضه, بلاتين, بلاديوم, معادن
        ثمينه""",
    ),
    StartingCategory(
        "base-metals",
        "Base Metals",
        "معادن أساسية",
        50,
        """copper, copper wire, copper cathode, tamba, aluminium, aluminum, zinc, jasta, lead
        ingot, lead ingots, refined lead, nickel, tin ingot, tin ingots, refined tin, iron,
        loha, pig iron, steel, stainless steel, brass, bronze, base metal, base metals, tmt
        bar, billet, billets, نحاس, حديد, فولاذ, المنيوم, المونيوم, زنك, نيكل, رصاص, قصدير""",
    ),
    StartingCategory(
        "edible-oils",
        "Edible Oils",
        "زيوت غذائية",
        25,
        """edible oil, edible oils, vegetable oil, cooking oil, palm oil, crude palm oil,
        palmolein, rbd palmolein, palm kernel oil, soybean oil, soyabean oil, soya oil, soya
        bean oil, sunflower oil, mustard oil, groundnut oil, peanut oil, coconut oil, cotton
        seed oil, cottonseed oil, rice bran oil, sesame oil, til oil, olive oil, rapeseed oil,
        canola oil, corn oil, safflower oil, vanaspati, ghee, sarson tel, زيت نخيل, زيت صويا,
        زيت عباد الشمس, زيت زيتون, زيت خردل, زيت سمسم, زيت جوز الهند, زيت نباتي, زيوت غذاييه""",
    ),
    StartingCategory(
        "pulses",
        "Pulses",
        "بقوليات",
        45,
        """pulse, pulses, dal, daal, dhal, tur, tur dal, toor, toor dal, arhar, arhar dal, pigeon
        pea, pigeon peas, moong, moong dal, mung bean, mung beans, green gram, urad, urad dal,
        black gram, masoor, masoor dal, lentil, lentils, chana, chana dal, gram dal, bengal
        gram, chickpea, chickpeas, kabuli chana, rajma, kidney bean, kidney beans, lobia, cow
        pea, cow peas, matar, yellow peas, dry peas, بقوليات, عدس, حمص, فاصوليا, ماش, لوبيا,
        فول""",
    ),
    StartingCategory(
        "spices",
        "Spices",
        "بهارات",
        45,
        """spice, spices, masala, turmeric, haldi, black pepper, white pepper, pepper, kali
        mirch, cardamom, elaichi, cumin, cumin seed, cumin seeds, jeera, coriander, coriander
        seed, coriander seeds, dhaniya, chilli, chillies, red chilli, mirch, ginger, adrak,
        garlic, clove, cloves, laung, cinnamon, dalchini, nutmeg, jaiphal, mace, saffron,
        kesar, fenugreek, methi, methi seed, fennel, fennel seed, fennel seeds, saunf, ajwain,
        asafoetida, hing, بهارات, كركم, فلفل, فلفل اسود, هيل, كمون, كزبره, زنجبيل, قرفه,
        قرنفل, زعفران, حلبه, شمر""",
    ),
    StartingCategory(
        "sugar",
        "Sugar",
        "سكر",
        50,
        """sugar, raw sugar, white sugar, refined sugar, cane sugar, beet sugar, jaggery, gur,
        gud, khandsari, molasses, shakkar, cheeni, سكر, سكر خام, سكر ابيض, دبس""",
    ),
)
