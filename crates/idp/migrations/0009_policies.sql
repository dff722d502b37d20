-- Every version of the policy, as it was written. The newest counts for `percent` of the people, and for the others the
-- newest before it that counts for all; without any, what is set for each service is all there is.
CREATE TABLE policies (
    version    INTEGER PRIMARY KEY CHECK (version > 0),
    document   TEXT NOT NULL,
    percent    INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
    applied_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE group_members (
    person     INTEGER NOT NULL REFERENCES people (id),
    group_name TEXT NOT NULL COLLATE NOCASE,
    added_ms   INTEGER NOT NULL,
    PRIMARY KEY (person, group_name)
) STRICT, WITHOUT ROWID;

-- What each decision was made from, so that it can be made again under another policy: nothing of how anybody types, and
-- people by their number alone. `facts` is NULL where the computer of a person was there and no verdict came; `objection`
-- is what the service's own protocol had against an approval. Kept for some weeks.
CREATE TABLE decisions (
    id         INTEGER PRIMARY KEY,
    at_ms      INTEGER NOT NULL,
    check_id   TEXT NOT NULL,
    person     INTEGER NOT NULL REFERENCES people (id),
    device     TEXT NOT NULL REFERENCES devices (id),
    service    TEXT NOT NULL,
    address    TEXT,
    facts      TEXT,
    objection  TEXT,
    policy     INTEGER,
    rule       TEXT,
    reason     TEXT NOT NULL,
    outcome    TEXT NOT NULL CHECK (outcome IN ('approved', 'other-factor'))
) STRICT;
CREATE INDEX decisions_by_person ON decisions (person, at_ms);
