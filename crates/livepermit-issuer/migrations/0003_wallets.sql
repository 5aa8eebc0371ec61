-- What is kept for wallets. The same text for SQLite and PostgreSQL. Secrets are kept as SHA-256
-- alone, ids and hashes in lower-case hex; an empty text says that there is none, and 0 that it has
-- not happened. An owner is `case` or `permit`, and an id.

-- Offers of an office: a code for a camera, and digits for the ear. `tx_code` is a hash over both:
-- without the code, all digits can be tried in vain. `session` is the one that took the offer.
CREATE TABLE wallet_offers (
    code TEXT NOT NULL PRIMARY KEY,
    permit TEXT NOT NULL,
    party TEXT NOT NULL,
    tx_code TEXT NOT NULL,
    tries BIGINT NOT NULL,
    session TEXT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX wallet_offers_by_end ON wallet_offers (ends);

-- Browsers that came from a wallet, while people fill in what the office asks. `dpop` is the key that
-- alone may take the code; empty if the wallet named none.
CREATE TABLE wallet_requests (
    request TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    redirect TEXT NOT NULL,
    state TEXT NOT NULL,
    challenge TEXT NOT NULL,
    dpop TEXT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX wallet_requests_by_end ON wallet_requests (ends);

-- Codes with which browsers went back. `session` is the one that took the code: who shows the code
-- again ends it.
CREATE TABLE wallet_codes (
    code TEXT NOT NULL PRIMARY KEY,
    client TEXT NOT NULL,
    redirect TEXT NOT NULL,
    challenge TEXT NOT NULL,
    dpop TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    session TEXT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX wallet_codes_by_end ON wallet_codes (ends);

-- Wallets that may come again. `dpop` is the key of their requests, `device` the key of the permit
-- once it is bound.
CREATE TABLE wallet_sessions (
    id TEXT NOT NULL PRIMARY KEY,
    refresh TEXT NOT NULL,
    client TEXT NOT NULL,
    owner TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    party TEXT NOT NULL,
    dpop TEXT NOT NULL,
    device TEXT NOT NULL,
    revoked BIGINT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE UNIQUE INDEX wallet_sessions_by_refresh ON wallet_sessions (refresh);
CREATE INDEX wallet_sessions_of_owner ON wallet_sessions (owner, owner_id);
CREATE INDEX wallet_sessions_by_end ON wallet_sessions (ends);

-- Credentials that were asked for while the case is open: one of each session. `device` is the key
-- as COSE_Key in hex.
CREATE TABLE wallet_deferred (
    session TEXT NOT NULL PRIMARY KEY,
    id TEXT NOT NULL,
    device TEXT NOT NULL,
    attestation TEXT NOT NULL,
    ends BIGINT NOT NULL
);
CREATE INDEX wallet_deferred_by_end ON wallet_deferred (ends);

-- Hashes of what serves once, until its own time is over. What is the same has the same end, so that
-- the end may stand first: rows are added and forgotten in one place of the index.
CREATE TABLE wallet_seen (
    ends BIGINT NOT NULL,
    what TEXT NOT NULL,
    PRIMARY KEY (ends, what)
);
