-- Who may do what in the console. Whoever held a link or a session before was the owner.
CREATE TABLE console_people (
    id       INTEGER PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE COLLATE NOCASE,
    role     TEXT NOT NULL CHECK (role IN ('owner', 'security', 'helpdesk', 'auditor', 'privacy-officer')),
    added_ms INTEGER NOT NULL
) STRICT;
INSERT INTO console_people (id, name, role, added_ms) VALUES (1, 'owner', 'owner', 0);

-- Sessions of before end; links of before still work, once.
ALTER TABLE console_keys RENAME TO console_keys_before;
CREATE TABLE console_keys (
    hash       BLOB PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('link', 'session')),
    person     INTEGER NOT NULL REFERENCES console_people (id) ON DELETE CASCADE,
    expires_ms INTEGER NOT NULL,
    -- When a link was spent; when a session last showed a page.
    used_ms    INTEGER
) STRICT;
CREATE INDEX console_keys_by_person ON console_keys (person);
INSERT INTO console_keys SELECT hash, kind, 1, expires_ms, used_ms FROM console_keys_before WHERE kind = 'link';
DROP TABLE console_keys_before;
