"""The movements are a ledger: rows are only ever added."""

from django.db import migrations

GUARD = """
CREATE TRIGGER catalog_movement_append_only BEFORE UPDATE OR DELETE ON catalog_movement
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER catalog_movement_no_truncate BEFORE TRUNCATE ON catalog_movement
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
UNGUARD = """
DROP TRIGGER catalog_movement_append_only ON catalog_movement;
DROP TRIGGER catalog_movement_no_truncate ON catalog_movement;
"""


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_catalogue"), ("core", "0002_event_record")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
