-- What is kept for the pages of applicants. The same text for SQLite and PostgreSQL.

-- Codes with which applicants look at their cases: SHA-256 alone, in lower-case hex. Time in seconds
-- since 1970.
CREATE TABLE applicant_codes (
    code TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id) DEFERRABLE INITIALLY DEFERRED,
    ends BIGINT NOT NULL
);
CREATE INDEX applicant_codes_by_end ON applicant_codes (ends);
