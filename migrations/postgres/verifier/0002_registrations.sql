-- One place of one human in one scope.
CREATE TABLE registrations (
    scope           TEXT   NOT NULL,
    nullifier       TEXT   NOT NULL,
    network         TEXT   NOT NULL,
    account         TEXT   NOT NULL,
    registered_at   BIGINT NOT NULL,
    moved_at        BIGINT,
    expires_at      BIGINT NOT NULL,
    pass_expires_at BIGINT NOT NULL,
    banned_until    BIGINT,
    PRIMARY KEY (scope, nullifier)
);

CREATE INDEX registrations_by_account ON registrations (network, account);
