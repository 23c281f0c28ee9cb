-- One enrolment session. Everything personal is in `sealed`, under a key that only the session's
-- token gives; the token itself is not stored, only its digest.
CREATE TABLE sessions (
    id              TEXT   NOT NULL PRIMARY KEY,
    issuer          TEXT   NOT NULL,
    kind            BIGINT NOT NULL CHECK (kind BETWEEN 1 AND 4),
    state           TEXT   NOT NULL CHECK (state IN
                        ('created', 'documented', 'issued', 'acknowledged', 'cancelled', 'expired')),
    token_digest    BYTEA  NOT NULL,
    nonce           BYTEA  NOT NULL UNIQUE,
    created_at      BIGINT NOT NULL,
    evidence_by     BIGINT NOT NULL,
    plan_digest     BYTEA,
    plan_by         BIGINT,
    sealed          BYTEA,
    evidence_digest BYTEA,
    ack_by          BIGINT,
    verified_on     BIGINT,
    status_index    BIGINT
);

CREATE INDEX sessions_by_state ON sessions (state, evidence_by);

-- Liveness plans drawn for a document, to limit them to five in 24 hours.
CREATE TABLE attempts (
    issuer         TEXT   NOT NULL,
    document_tag   BYTEA  NOT NULL,
    attempted_at   BIGINT NOT NULL
);

CREATE INDEX attempts_by_tag ON attempts (issuer, document_tag, attempted_at);
CREATE INDEX attempts_by_time ON attempts (attempted_at);
