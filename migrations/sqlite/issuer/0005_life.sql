-- The life of a credential: refresh, renewal, recovery, blocking, deletion.

-- A session of kind recover waits, announced, until its day.
CREATE TABLE sessions_new (
    id              TEXT    NOT NULL PRIMARY KEY,
    issuer          TEXT    NOT NULL,
    kind            INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 4),
    state           TEXT    NOT NULL CHECK (state IN
                        ('created', 'documented', 'announced', 'issued', 'acknowledged', 'cancelled',
                         'expired')),
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

INSERT INTO sessions_new SELECT id, issuer, kind, state, token_digest, nonce, created_at, evidence_by,
    plan_digest, plan_by, sealed, evidence_digest, ack_by, verified_on, status_index FROM sessions;
DROP TABLE sessions;
ALTER TABLE sessions_new RENAME TO sessions;
CREATE INDEX sessions_by_state ON sessions (state, evidence_by);
CREATE INDEX sessions_by_index ON sessions (issuer, status_index);

-- 1 where a credential of the line was revoked for fraud.
ALTER TABLE lines ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1));

-- The place of a credential in its line, from 0. Until here a line had one.
ALTER TABLE credentials ADD COLUMN place INTEGER NOT NULL DEFAULT 0;
DROP INDEX credentials_by_line;
CREATE UNIQUE INDEX credentials_by_line ON credentials (line_id, place);

CREATE INDEX line_documents_by_line ON line_documents (line_id);
CREATE INDEX line_persons_by_line ON line_persons (line_id);
CREATE INDEX line_numbers_by_line ON line_numbers (line_id);
CREATE INDEX line_documents_by_expiry ON line_documents (document_expires);

-- Bits in the order in which they were set, each with the issue time of the first signed root that
-- shows it. A bit is never cleared and its row never deleted, so that no index is given again.
CREATE TABLE revocations_new (
    sequence     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    issuer       TEXT    NOT NULL,
    status_index INTEGER NOT NULL,
    shown_at     INTEGER,
    UNIQUE (issuer, status_index)
) STRICT;

INSERT INTO revocations_new (issuer, status_index) SELECT issuer, status_index FROM revocations;
DROP TABLE revocations;
ALTER TABLE revocations_new RENAME TO revocations;
CREATE INDEX revocations_unseen ON revocations (issuer, sequence) WHERE shown_at IS NULL;

-- Recoveries: which holder key a line is to get, and when. Days alone, no seconds.
CREATE TABLE recoveries (
    session_id          TEXT    NOT NULL PRIMARY KEY,
    issuer              TEXT    NOT NULL,
    line_id             INTEGER NOT NULL REFERENCES lines (id),
    state               TEXT    NOT NULL CHECK (state IN
                            ('announced', 'effective', 'released', 'cancelled')),
    announced_on        INTEGER NOT NULL,
    effective_on        INTEGER NOT NULL,
    holder_key          TEXT    NOT NULL,
    template_commitment TEXT    NOT NULL,
    model               TEXT    NOT NULL,
    document_level      INTEGER NOT NULL,
    device_level        INTEGER NOT NULL,
    pepper_version      INTEGER NOT NULL,
    document_tag        BLOB    NOT NULL,
    statement_digest    BLOB    NOT NULL,
    app                 TEXT
) STRICT;

CREATE INDEX recoveries_by_line ON recoveries (line_id, announced_on);
CREATE INDEX recoveries_by_holder ON recoveries (issuer, holder_key);
CREATE INDEX recoveries_by_day ON recoveries (state, effective_on);
