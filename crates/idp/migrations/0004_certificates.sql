-- The certificates that services verify our answers with, and how far each is in its change. Its key is in a file.
CREATE TABLE certificates (
    id           TEXT PRIMARY KEY,
    pem          TEXT NOT NULL,
    key_file     TEXT NOT NULL,
    stage        TEXT NOT NULL CHECK (stage IN ('made', 'published', 'signing', 'retiring', 'retired')),
    made_ms      INTEGER NOT NULL,
    since_ms     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_certificate_signs ON certificates (stage) WHERE stage = 'signing';
