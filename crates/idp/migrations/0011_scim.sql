-- Directories that tell by SCIM who joins and who leaves, each by a token of its own; only its SHA-256 is kept.
CREATE TABLE scim_tokens (
    name     TEXT PRIMARY KEY COLLATE NOCASE,
    hash     BLOB NOT NULL UNIQUE,
    added_ms INTEGER NOT NULL
) STRICT;

-- What directories call the people of here. A person outlives this row: the audit log and their devices speak of them.
CREATE TABLE directory_users (
    id          TEXT PRIMARY KEY,
    person      INTEGER NOT NULL UNIQUE REFERENCES people (id),
    external_id TEXT,
    active      INTEGER NOT NULL,
    created_ms  INTEGER NOT NULL,
    changed_ms  INTEGER NOT NULL
) STRICT;

-- The groups of directories, also those that nobody is in; who is in them stands in group_members.
CREATE TABLE directory_groups (
    id          TEXT PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE COLLATE NOCASE,
    external_id TEXT,
    created_ms  INTEGER NOT NULL,
    changed_ms  INTEGER NOT NULL
) STRICT;
