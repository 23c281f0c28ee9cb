-- One enrolment session. Everything personal is in `sealed`, under a key that only the session's
-- token gives; the token itself is not stored, only its digest.
CREATE TABLE sessions (
    id              TEXT    NOT NULL PRIMARY KEY,
    issuer          TEXT    NOT NULL,
    kind            INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    state           TEXT    NOT NULL CHECK (state IN
                        ('created', 'documented', 'issued', 'acknowledged', 'cancelled', 'expired')),
    token_digest    BLOB    NOT NULL,
    nonce           BLOB    NOT NULL UNIQUE,
    created_at      INTEGER NOT NULL,
    evidence_by     INTEGER NOT NULL,
    plan_digest     BLOB,
    plan_by         INTEGER,
    sealed          BLOB,
    evidence_digest BLOB,
    ack_by          INTEGER,
    verified_on     INTEGER,
    status_index    INTEGER
) STRICT;

CREATE INDEX sessions_by_state ON sessions (state, evidence_by);

-- Liveness plans drawn for a document, to limit them to five in 24 hours.
CREATE TABLE attempts (
    issuer         TEXT    NOT NULL,
    document_tag   BLOB    NOT NULL,
    attempted_at   INTEGER NOT NULL
) STRICT;

CREATE INDEX attempts_by_tag ON attempts (issuer, document_tag, attempted_at);
CREATE INDEX attempts_by_time ON attempts (attempted_at);
