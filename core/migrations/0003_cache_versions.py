"""Where the versions of cached answers come from: no row is contended, none is given twice."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("core", "0002_event_record")]
    operations = [
        migrations.RunSQL("CREATE SEQUENCE core_cache_version", "DROP SEQUENCE core_cache_version")
    ]
