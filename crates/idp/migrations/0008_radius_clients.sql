-- Gateways and other servers that ask by RADIUS. Their secrets are files of the data directory.
CREATE TABLE radius_clients (
    name     TEXT PRIMARY KEY COLLATE NOCASE,
    settings TEXT NOT NULL,
    added_ms INTEGER NOT NULL
) STRICT;
