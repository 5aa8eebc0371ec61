-- What is kept for the pages of applicants. The same text for SQLite and PostgreSQL.

-- Codes with which applicants look at their cases: SHA-256 alone, in lower-case hex. Time in seconds
-- since 1970.
CREATE TABLE applicant_codes (
    code TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED,
    ends BIGINT NOT NULL
);
CREATE INDEX applicant_codes_by_end ON applicant_codes (ends);

-- Tries to ask for something in a permit, by SHA-256 over the number of the permit that was typed.
CREATE TABLE applicant_tries (
    about TEXT NOT NULL PRIMARY KEY,
    tries BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX applicant_tries_by_end ON applicant_tries (ends);
