-- One tree in place of three: each answer writes a page of each, and what has expired is looked for every few minutes.
DROP INDEX requests_seen_by_expiry;
ALTER TABLE requests_seen RENAME TO requests_seen_before;
CREATE TABLE requests_seen (
    issuer     TEXT NOT NULL,
    request_id TEXT NOT NULL,
    check_id   TEXT NOT NULL,
    expires_ms INTEGER NOT NULL,
    PRIMARY KEY (issuer, request_id)
) STRICT, WITHOUT ROWID;
INSERT INTO requests_seen SELECT issuer, request_id, check_id, expires_ms FROM requests_seen_before;
DROP TABLE requests_seen_before;
