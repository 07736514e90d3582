"""What no statement may break: one holder of each kind, numbers that only go forward, the ledger."""

from django.db import migrations

# At most one holder is an index; at least one is looked at when the transaction commits, under the
# lock of the organization, so that two transactions cannot each leave it to the other.
HOLDER = """
CREATE FUNCTION organizations_require_holder() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
    is_missing boolean;
BEGIN
    FOREACH key IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.organization_id]
        WHEN 'DELETE' THEN ARRAY[OLD.organization_id]
        ELSE ARRAY[OLD.organization_id, NEW.organization_id] END
    LOOP
        PERFORM FROM organizations_organization WHERE id = key FOR NO KEY UPDATE;
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %I.%I WHERE organization_id = $1 AND %s)'
            ' AND NOT EXISTS (SELECT FROM %I.%I WHERE organization_id = $1 AND %I)',
            TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[1], TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0])
            INTO is_missing USING key;
        IF is_missing THEN
            RAISE EXCEPTION 'organization % would be left without one that is %', key, TG_ARGV[0]
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER organizations_keep_primary_gst
    AFTER INSERT OR UPDATE OR DELETE ON organizations_gstregistration
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION organizations_require_holder('is_primary', 'is_active');
CREATE CONSTRAINT TRIGGER organizations_keep_default_account
    AFTER INSERT OR UPDATE OR DELETE ON organizations_bankaccount
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION organizations_require_holder('is_default', 'is_active');
CREATE CONSTRAINT TRIGGER organizations_keep_active_year
    AFTER INSERT OR UPDATE OR DELETE ON organizations_financialyear
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION organizations_require_holder('is_active', 'status <> ''draft''');
"""
NO_HOLDER = """
DROP TRIGGER organizations_keep_primary_gst ON organizations_gstregistration;
DROP TRIGGER organizations_keep_default_account ON organizations_bankaccount;
DROP TRIGGER organizations_keep_active_year ON organizations_financialyear;
DROP FUNCTION organizations_require_holder();
"""

# A number that was issued stays issued.
FORWARD = """
CREATE FUNCTION organizations_number_goes_forward() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last_number < OLD.last_number THEN
        RAISE EXCEPTION 'series % has issued %: it cannot go back', OLD.id, OLD.last_number
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER organizations_number_goes_forward
    BEFORE UPDATE OF last_number ON organizations_documentseries
    FOR EACH ROW EXECUTE FUNCTION organizations_number_goes_forward();
"""
NO_FORWARD = """
DROP TRIGGER organizations_number_goes_forward ON organizations_documentseries;
DROP FUNCTION organizations_number_goes_forward();
"""

LEDGER = """
CREATE FUNCTION organizations_only_void() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.voided_at IS NOT NULL OR to_jsonb(OLD) - '{voided_at,voided_by_id,void_reason}'::text[]
            IS DISTINCT FROM to_jsonb(NEW) - '{voided_at,voided_by_id,void_reason}'::text[] THEN
        RAISE EXCEPTION 'number % is in the ledger: it can be voided once, nothing else', OLD.id
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER organizations_ledger_only_void BEFORE UPDATE ON organizations_issuednumber
    FOR EACH ROW EXECUTE FUNCTION organizations_only_void();
CREATE TRIGGER organizations_ledger_no_delete BEFORE DELETE ON organizations_issuednumber
    FOR EACH ROW EXECUTE FUNCTION core_refuse_change();
CREATE TRIGGER organizations_ledger_no_truncate BEFORE TRUNCATE ON organizations_issuednumber
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse_change();
"""
NO_LEDGER = """
DROP TRIGGER organizations_ledger_no_truncate ON organizations_issuednumber;
DROP TRIGGER organizations_ledger_no_delete ON organizations_issuednumber;
DROP TRIGGER organizations_ledger_only_void ON organizations_issuednumber;
DROP FUNCTION organizations_only_void();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organizations", "0006_company_records"),
        ("core", "0002_event_record"),
    ]
    operations = [
        migrations.RunSQL(HOLDER, NO_HOLDER),
        migrations.RunSQL(FORWARD, NO_FORWARD),
        migrations.RunSQL(LEDGER, NO_LEDGER),
    ]
