"""What no statement may break: a partner with active records has one in use of each."""

from django.db import migrations

# At most one holder is an index; at least one is looked at when the transaction commits, under the
# lock of the partner, so that two transactions cannot each leave it to the other.
HOLDER = """
CREATE FUNCTION partners_require_holder() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key bigint;
    is_missing boolean;
BEGIN
    FOREACH key IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.partner_id]
        WHEN 'DELETE' THEN ARRAY[OLD.partner_id]
        ELSE ARRAY[OLD.partner_id, NEW.partner_id] END
    LOOP
        PERFORM FROM partners_businesspartner WHERE id = key FOR NO KEY UPDATE;
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM %I.%I WHERE partner_id = $1 AND is_active)'
            ' AND NOT EXISTS (SELECT FROM %I.%I WHERE partner_id = $1 AND %I)',
            TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_TABLE_SCHEMA, TG_TABLE_NAME, TG_ARGV[0])
            INTO is_missing USING key;
        IF is_missing THEN
            RAISE EXCEPTION 'partner % would be left without one that is %', key, TG_ARGV[0]
                USING ERRCODE = 'check_violation', CONSTRAINT = TG_NAME, TABLE = TG_TABLE_NAME;
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""
NO_HOLDER = "DROP FUNCTION partners_require_holder();"

#: Trigger, table, mark.
MARKS = [
    ("partners_keep_primary_contact", "partners_partnercontact", "is_primary"),
    ("partners_keep_billing_address", "partners_partneraddress", "is_billing_default"),
    ("partners_keep_shipping_address", "partners_partneraddress", "is_shipping_default"),
    ("partners_keep_primary_gst", "partners_partnergstregistration", "is_primary"),
    ("partners_keep_default_account", "partners_partnerbankaccount", "is_default"),
]


def _guard(trigger: str, table: str, mark: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
        CREATE CONSTRAINT TRIGGER {trigger} AFTER INSERT OR UPDATE OR DELETE ON {table}
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
            EXECUTE FUNCTION partners_require_holder('{mark}');
        """,
        f"DROP TRIGGER {trigger} ON {table};",
    )


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_partner_records")]
    operations = [migrations.RunSQL(HOLDER, NO_HOLDER), *(_guard(*each) for each in MARKS)]
