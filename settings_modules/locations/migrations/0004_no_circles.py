"""No location is a part of itself, not even by way of others."""

from django.db import migrations

# The lock lets one change of the hierarchy at a time look at it: two could close a circle together.
GUARD = """
CREATE FUNCTION locations_refuse_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('locations_location.parent'));
    IF EXISTS (
        WITH RECURSIVE above(id, parent_id) AS (
            SELECT id, parent_id FROM locations_location WHERE id = NEW.parent_id
            UNION
            SELECT l.id, l.parent_id FROM locations_location l JOIN above ON l.id = above.parent_id
        ) SELECT FROM above WHERE id = NEW.id
    ) THEN
        RAISE EXCEPTION 'location % would be a part of itself', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER locations_no_circle BEFORE UPDATE OF parent_id ON locations_location
    FOR EACH ROW WHEN (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id)
    EXECUTE FUNCTION locations_refuse_circle();
"""
UNGUARD = """
DROP TRIGGER locations_no_circle ON locations_location;
DROP FUNCTION locations_refuse_circle();
"""


class Migration(migrations.Migration):
    dependencies = [("locations", "0003_places")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
