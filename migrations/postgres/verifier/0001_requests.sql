-- Requests that this verifier made. `document` is the request document as handed out.
CREATE TABLE requests (
    id         TEXT   NOT NULL PRIMARY KEY,
    network    TEXT   NOT NULL,
    document   TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT,
    outcome    TEXT
);

CREATE INDEX requests_by_expiry ON requests (expires_at);
