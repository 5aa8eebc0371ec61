-- The register of one issuer. The same text for SQLite and PostgreSQL: TEXT and BIGINT alone, times
-- in seconds since 1970, dates as numbers like 20261130, hashes in lower-case hex.

-- Applications. `body` is the document as JSON; the other columns are copies to search by.
-- `deadline` and the `ends` of a permit are dates.
CREATE TABLE cases (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    office TEXT NOT NULL,
    state TEXT NOT NULL,
    deadline BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX cases_of_office ON cases (office, state, deadline, id);

CREATE TABLE permits (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    number TEXT NOT NULL,
    state TEXT NOT NULL,
    ends BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE UNIQUE INDEX permits_by_number ON permits (number);
CREATE INDEX permits_by_end ON permits (state, ends, id);

-- Lists of status entries. `given` counts the entries given out of this list, at most `capacity` of
-- `size`: the rest keeps the search for a free position short. `changed` grows with every status.
-- States: open (gives entries), full, lost (known to a backup that was restored), closed.
CREATE TABLE status_lists (
    id BIGINT NOT NULL PRIMARY KEY,
    size BIGINT NOT NULL,
    capacity BIGINT NOT NULL,
    given BIGINT NOT NULL,
    state TEXT NOT NULL,
    changed BIGINT NOT NULL,
    opened BIGINT NOT NULL
);
CREATE UNIQUE INDEX status_lists_open ON status_lists (state) WHERE state = 'open';

-- Entries given out. The primary key is what forbids to give an entry twice.
-- Status: 0 valid, 1 withdrawn for ever, 2 suspended.
CREATE TABLE status_entries (
    list BIGINT NOT NULL REFERENCES status_lists (id),
    position BIGINT NOT NULL,
    status BIGINT NOT NULL,
    permit TEXT NOT NULL REFERENCES permits (id) DEFERRABLE INITIALLY DEFERRED,
    purpose TEXT NOT NULL,
    holder TEXT NOT NULL,
    ends BIGINT NOT NULL,
    PRIMARY KEY (list, position)
);
CREATE INDEX status_entries_of_permit ON status_entries (permit);
CREATE INDEX status_entries_by_end ON status_entries (list, ends);
CREATE INDEX status_entries_set ON status_entries (list, position) WHERE status <> 0;

-- Ranges of entries that were perhaps given out after the backup that was restored: nobody knows to
-- whom. They have this status, and are never given.
CREATE TABLE status_lost (
    list BIGINT NOT NULL REFERENCES status_lists (id),
    first BIGINT NOT NULL,
    last BIGINT NOT NULL,
    status BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    PRIMARY KEY (list, first)
);

-- What was done, by whom, to what: ids alone. Each hash is over the one before and the line.
CREATE TABLE audit_lines (
    number BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_lines_of_subject ON audit_lines (subject, number);
CREATE TABLE audit_head (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    lines BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (one, lines, hash) VALUES (1, 0, '');
