CREATE INDEX checks_unfinished ON checks (created_ms) WHERE outcome IS NULL;
