-- Times are milliseconds since 1970-01-01T00:00:00Z. Identifiers are base64url text as they travel.

CREATE TABLE people (
    id         INTEGER PRIMARY KEY,
    login      TEXT NOT NULL UNIQUE COLLATE NOCASE,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE devices (
    id            TEXT PRIMARY KEY,
    person        INTEGER NOT NULL REFERENCES people (id),
    key           TEXT NOT NULL UNIQUE,
    key_storage   TEXT NOT NULL CHECK (key_storage IN ('software', 'hardware')),
    host_label    TEXT NOT NULL,
    os            TEXT NOT NULL,
    agent_version TEXT NOT NULL,
    demo          INTEGER NOT NULL,
    standing      TEXT NOT NULL DEFAULT 'active' CHECK (standing IN ('active', 'suspended', 'revoked', 'erased')),
    last_counter  INTEGER NOT NULL DEFAULT 0,
    enrolled_ms   INTEGER NOT NULL,
    seen_ms       INTEGER,
    agent_state   TEXT,
    generation    TEXT
) STRICT;
CREATE INDEX devices_by_person ON devices (person);
CREATE INDEX devices_barred ON devices (id, standing) WHERE standing <> 'active';

-- Only the SHA-256 of a token is kept.
CREATE TABLE enrolment_tokens (
    hash       BLOB PRIMARY KEY,
    person     INTEGER NOT NULL REFERENCES people (id),
    uses       INTEGER NOT NULL CHECK (uses > 0),
    used       INTEGER NOT NULL DEFAULT 0 CHECK (used <= uses),
    expires_ms INTEGER NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE services (
    entity_id    TEXT PRIMARY KEY,
    name         TEXT NOT NULL,
    metadata     TEXT NOT NULL,
    post_origins TEXT NOT NULL,
    added_ms     INTEGER NOT NULL
) STRICT;

-- One sign-in request: enough to answer it after a restart.
CREATE TABLE checks (
    id             TEXT PRIMARY KEY,
    service        TEXT NOT NULL,
    request_id     TEXT NOT NULL,
    acs            TEXT NOT NULL,
    relay_state    TEXT,
    name_id_format TEXT,
    cookie_hash    BLOB NOT NULL,
    created_ms     INTEGER NOT NULL,
    device         TEXT REFERENCES devices (id),
    presence_ms    INTEGER,
    generation     TEXT,
    outcome        TEXT CHECK (outcome IN ('approved', 'other-factor')),
    reason         TEXT,
    ended_ms       INTEGER
) STRICT;
CREATE INDEX checks_by_device ON checks (device, presence_ms);

-- A request is answered by one check, however often it is sent.
CREATE TABLE requests_seen (
    issuer     TEXT NOT NULL,
    request_id TEXT NOT NULL,
    check_id   TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (issuer, request_id)
) STRICT;
CREATE INDEX requests_seen_by_expiry ON requests_seen (expires_ms);

CREATE TABLE audit (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    time_ms INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    action  TEXT NOT NULL,
    target  TEXT NOT NULL,
    details TEXT NOT NULL,
    prev    TEXT NOT NULL,
    hash    TEXT NOT NULL
) STRICT;
-- Not a defence against whoever owns the file (the hash chain is for that), but against our own mistakes.
CREATE TRIGGER audit_is_append_only_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_is_append_only_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

-- One event and one check count once, however often the provider sends the event.
CREATE TABLE hard_factors (
    id         INTEGER PRIMARY KEY,
    event      TEXT NOT NULL UNIQUE,
    check_id   TEXT NOT NULL UNIQUE REFERENCES checks (id),
    device     TEXT NOT NULL REFERENCES devices (id),
    generation TEXT NOT NULL,
    window     TEXT NOT NULL,
    factor     TEXT NOT NULL,
    seen_ms    INTEGER NOT NULL
) STRICT;
CREATE INDEX hard_factors_by_device ON hard_factors (device);

-- First-run and sign-in links to the console, and its sessions: hashes only.
CREATE TABLE console_keys (
    hash       BLOB PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('link', 'session')),
    expires_ms INTEGER NOT NULL,
    used_ms    INTEGER
) STRICT;
