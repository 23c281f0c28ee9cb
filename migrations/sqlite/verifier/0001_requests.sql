-- Requests that this verifier made. `document` is the request document as handed out.
CREATE TABLE requests (
    id         TEXT    NOT NULL PRIMARY KEY,
    network    TEXT    NOT NULL,
    document   TEXT    NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at    INTEGER,
    outcome    TEXT
) STRICT;

CREATE INDEX requests_by_expiry ON requests (expires_at);
