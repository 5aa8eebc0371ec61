-- Keys that sign, beside those that the configuration names. The same text for SQLite and
-- PostgreSQL. No private key is here: `place` says where it is, as the configuration would.
-- `purpose` is tokens or status. States: prepared, active, replaced, retired. `needed` is when the
-- last of what a replaced key signed ends, in seconds since 1970.
CREATE TABLE signing_keys (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL,
    place TEXT NOT NULL,
    state TEXT NOT NULL,
    changed BIGINT NOT NULL,
    needed BIGINT NOT NULL
);
CREATE UNIQUE INDEX signing_keys_active ON signing_keys (purpose) WHERE state = 'active';
