-- Against accidents: who may change the schema can remove a trigger, and the chain of hashes shows
-- what was done then.
CREATE FUNCTION register_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % stay as they are', TG_TABLE_NAME USING ERRCODE = '23514';
END
$$;
CREATE TRIGGER audit_lines_stay BEFORE UPDATE OR DELETE ON audit_lines
    FOR EACH ROW EXECUTE FUNCTION register_refuses();
CREATE TRIGGER status_entries_remain BEFORE DELETE ON status_entries
    FOR EACH ROW EXECUTE FUNCTION register_refuses();
CREATE TRIGGER status_entries_stay_withdrawn BEFORE UPDATE OF status ON status_entries
    FOR EACH ROW WHEN (old.status = 1 AND new.status <> 1) EXECUTE FUNCTION register_refuses();
