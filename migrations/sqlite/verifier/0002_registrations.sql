-- One place of one human in one scope.
CREATE TABLE registrations (
    scope           TEXT    NOT NULL,
    nullifier       TEXT    NOT NULL,
    network         TEXT    NOT NULL,
    account         TEXT    NOT NULL,
    registered_at   INTEGER NOT NULL,
    moved_at        INTEGER,
    expires_at      INTEGER NOT NULL,
    pass_expires_at INTEGER NOT NULL,
    banned_until    INTEGER,
    PRIMARY KEY (scope, nullifier)
) STRICT;

CREATE INDEX registrations_by_account ON registrations (network, account);
