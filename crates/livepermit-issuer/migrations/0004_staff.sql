-- The offices' port. The same text for SQLite and PostgreSQL, as the register: SQLite takes BYTEA
-- for a name it does not know, and keeps bytes as they are.

-- Accounts of the staff. Roles and offices are names with spaces between them; the office '*' is
-- every office. `totp` is a serial: the secret of one-time codes is derived from it and from a key
-- that is not here.
CREATE TABLE staff_accounts (
    name TEXT NOT NULL PRIMARY KEY,
    password TEXT NOT NULL,
    totp TEXT NOT NULL,
    totp_step BIGINT NOT NULL,
    roles TEXT NOT NULL,
    offices TEXT NOT NULL,
    disabled BIGINT NOT NULL
);

-- Tries to log in that failed, of names that there are and of others alike.
CREATE TABLE staff_tries (
    name TEXT NOT NULL PRIMARY KEY,
    tries BIGINT NOT NULL,
    last BIGINT NOT NULL
);
CREATE INDEX staff_tries_by_time ON staff_tries (last);

-- Sessions, by SHA-256 over their token.
CREATE TABLE staff_sessions (
    token TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL REFERENCES staff_accounts (name),
    used BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    revoked BIGINT NOT NULL
);
CREATE INDEX staff_sessions_of_account ON staff_sessions (account);
CREATE INDEX staff_sessions_by_end ON staff_sessions (ends);

-- What was answered to a request with an idempotency key. Status 0: it is being answered.
CREATE TABLE staff_answers (
    account TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    digest TEXT NOT NULL,
    status BIGINT NOT NULL,
    etag TEXT NOT NULL,
    body TEXT NOT NULL,
    ends BIGINT NOT NULL,
    PRIMARY KEY (account, idempotency_key)
);
CREATE INDEX staff_answers_by_end ON staff_answers (ends);

-- What one proposes and another approves. States: open, approved, rejected.
CREATE TABLE staff_proposals (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    proposed_by TEXT NOT NULL,
    proposed_at BIGINT NOT NULL,
    ends BIGINT NOT NULL,
    state TEXT NOT NULL,
    decided_by TEXT NOT NULL,
    decided_at BIGINT NOT NULL
);
CREATE INDEX staff_proposals_by_state ON staff_proposals (state, proposed_at, id);

-- The bytes of documents that are attached to cases.
CREATE TABLE uploads (
    id TEXT NOT NULL PRIMARY KEY,
    case_id TEXT NOT NULL REFERENCES cases (id),
    content BYTEA NOT NULL
);
CREATE INDEX uploads_of_case ON uploads (case_id);

-- By what permits are found: HMACs of a holder's name and document number. Without the key nobody
-- reads either from them.
CREATE TABLE search_words (
    permit TEXT NOT NULL REFERENCES permits (id),
    word TEXT NOT NULL,
    PRIMARY KEY (permit, word)
);
CREATE INDEX search_words_by_word ON search_words (word, permit);
