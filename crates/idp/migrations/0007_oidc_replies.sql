-- How a check's answer goes back, so that it can be refused after a restart too.
ALTER TABLE checks ADD COLUMN reply TEXT NOT NULL DEFAULT 'saml';

-- Who a person is in a directory of Entra ID, by the two values that Microsoft says never change.
CREATE TABLE entra_accounts (
    tenant    TEXT NOT NULL,
    object    TEXT NOT NULL,
    person    INTEGER NOT NULL REFERENCES people (id),
    linked_ms INTEGER NOT NULL,
    PRIMARY KEY (tenant, object)
) STRICT, WITHOUT ROWID;
CREATE INDEX entra_accounts_by_person ON entra_accounts (person);

-- The keys that a client's issuer signs its hints with, as they were loaded or fetched last.
CREATE TABLE issuer_keys (
    client    TEXT PRIMARY KEY,
    key_set   TEXT NOT NULL,
    loaded_ms INTEGER NOT NULL
) STRICT;
