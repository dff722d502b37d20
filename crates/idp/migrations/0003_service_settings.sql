-- What an administrator set for a service, as JSON. A service that was registered before there were settings goes on
-- answering; a new one starts in `observe`, by the word of the program.
ALTER TABLE services ADD COLUMN settings TEXT NOT NULL DEFAULT '{"mode":"assist"}';

-- The two tests that a service passes before it may be answered: made ready, answered once, and judged by whoever
-- looked at the service's screen.
CREATE TABLE service_tests (
    id          INTEGER PRIMARY KEY,
    service     TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('other-person', 'other-browser')),
    login       TEXT NOT NULL COLLATE NOCASE,
    expires_ms  INTEGER NOT NULL,
    check_id    TEXT,
    answered_ms INTEGER,
    result      TEXT CHECK (result IN ('refused', 'signed-in'))
) STRICT;
CREATE INDEX service_tests_by_service ON service_tests (service, kind);
