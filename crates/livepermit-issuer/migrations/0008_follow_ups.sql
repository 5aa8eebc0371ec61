-- Checks after the issue. The same text for SQLite and PostgreSQL. Dates are numbers like 20261130.

-- Permits that can be drawn for a check, until the draw: since their issue, by the office that
-- issued them.
CREATE TABLE follow_up_candidates (
    office TEXT NOT NULL,
    issued BIGINT NOT NULL,
    permit TEXT NOT NULL REFERENCES permits (id) DEFERRABLE INITIALLY DEFERRED,
    PRIMARY KEY (office, issued, permit)
);
CREATE INDEX follow_up_candidates_by_day ON follow_up_candidates (issued, office);

-- The queue of each office. `id` is the office, `body` the document as JSON: ids and times alone. The
-- other columns are copies to count by: how many permits wait, how many of them nobody has taken, and
-- since when the first one waits, in seconds since 1970.
CREATE TABLE follow_ups (
    id TEXT NOT NULL PRIMARY KEY,
    version BIGINT NOT NULL,
    waiting BIGINT NOT NULL,
    untaken BIGINT NOT NULL,
    oldest BIGINT NOT NULL,
    body TEXT NOT NULL
);
