-- Against accidents: who may change the schema can remove a trigger, and the chain of hashes shows
-- what was done then.
CREATE TRIGGER audit_lines_stay BEFORE UPDATE ON audit_lines
BEGIN
    SELECT RAISE(ABORT, 'lines of the audit log are never changed');
END;
CREATE TRIGGER audit_lines_remain BEFORE DELETE ON audit_lines
BEGIN
    SELECT RAISE(ABORT, 'lines of the audit log are never removed');
END;
CREATE TRIGGER status_entries_remain BEFORE DELETE ON status_entries
BEGIN
    SELECT RAISE(ABORT, 'status entries that were given are never forgotten');
END;
CREATE TRIGGER status_entries_stay_withdrawn BEFORE UPDATE OF status ON status_entries
WHEN old.status = 1 AND new.status <> 1
BEGIN
    SELECT RAISE(ABORT, 'a withdrawn status entry never comes back');
END;
