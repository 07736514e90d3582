"""The trigram extension and `fold_text`, which makes search blind to spelling variants."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations

# Left column to right column, letter by letter; letters beyond the right column are dropped.
# Sources: Unicode chapter 9.2 (Arabic); the variants named in the Arabic and Sorani alphabets.
VARIANTS = (
    "\u0623\u0625\u0622\u0671"  # alef with hamza above, below, madda, wasla -> alef
    "\u0649\u06cc\u0626"  # alef maksura, Farsi yeh, yeh with hamza -> yeh
    "\u0629\u06d5\u06be"  # teh marbuta, Kurdish ae, heh doachashmee -> heh
    "\u0624"  # waw with hamza -> waw
    "\u06a9"  # keheh -> kaf
    "\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668\u0669"  # Arabic-Indic digits
    "\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7\u06f8\u06f9"  # Persian digits
    "\u0966\u0967\u0968\u0969\u096a\u096b\u096c\u096d\u096e\u096f"  # Devanagari digits
    "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"  # diacritics, tatweel: dropped
)
PLAIN = "\u0627" * 4 + "\u064a" * 3 + "\u0647" * 3 + "\u0648" + "\u0643" + "0123456789" * 3

CREATE = f"""
CREATE FUNCTION fold_text(value text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN translate(lower(value), '{VARIANTS}', '{PLAIN}');
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        TrigramExtension(),
        migrations.RunSQL(CREATE, "DROP FUNCTION fold_text(text);"),
    ]
