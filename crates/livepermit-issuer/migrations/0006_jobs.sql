-- What jobs need. The same text for SQLite and PostgreSQL. Times are seconds since 1970, days are
-- numbers like 20261130.

-- Which process does a job, and until when it alone does it.
CREATE TABLE job_leases (
    job TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    ends BIGINT NOT NULL
);

-- Alarms that were given, about `case:` or `permit:` and an id: each once for each last day.
CREATE TABLE alarms (
    about TEXT NOT NULL,
    alarm TEXT NOT NULL,
    due BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (about, alarm, due)
);
CREATE INDEX cases_by_deadline ON cases (state, deadline, id);

-- Messages for the authority's own programs, until they are delivered. States: waiting, dead.
CREATE TABLE webhook_messages (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    written BIGINT NOT NULL,
    tries BIGINT NOT NULL,
    next BIGINT NOT NULL,
    state TEXT NOT NULL
);
CREATE INDEX webhook_messages_by_time ON webhook_messages (state, next, id);
CREATE INDEX webhook_messages_by_age ON webhook_messages (written, id);
