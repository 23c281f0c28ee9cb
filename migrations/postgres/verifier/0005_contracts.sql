-- Scopes whose registry is a contract. What follows is a copy of what the chain says.
CREATE TABLE contracts (
    scope      TEXT NOT NULL PRIMARY KEY,
    contract   TEXT NOT NULL,
    from_block BIGINT NOT NULL
);

-- Blocks up to which a contract was read: where a reorganisation shows.
CREATE TABLE contract_blocks (
    scope  TEXT NOT NULL REFERENCES contracts (scope),
    number BIGINT NOT NULL,
    hash   TEXT NOT NULL,
    time   BIGINT NOT NULL,
    PRIMARY KEY (scope, number)
);

-- An account took a place, or renewed it. `since` is when it took it.
CREATE TABLE contract_registrations (
    scope      TEXT NOT NULL REFERENCES contracts (scope),
    block      BIGINT NOT NULL,
    log_index  BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    account    TEXT NOT NULL,
    place      TEXT NOT NULL,
    since      BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    issuer     BIGINT NOT NULL,
    key        BIGINT NOT NULL,
    PRIMARY KEY (scope, block, log_index)
);

CREATE INDEX contract_registrations_by_account
    ON contract_registrations (scope, account, block, log_index);

-- An account lost a place before its time.
CREATE TABLE contract_ends (
    scope      TEXT NOT NULL REFERENCES contracts (scope),
    block      BIGINT NOT NULL,
    log_index  BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    account    TEXT NOT NULL,
    place      TEXT NOT NULL,
    PRIMARY KEY (scope, block, log_index)
);

CREATE INDEX contract_ends_by_account ON contract_ends (scope, account, place, block, log_index);

-- The owner admitted or distrusted an issuer or a verifying key.
CREATE TABLE contract_trust (
    scope      TEXT NOT NULL REFERENCES contracts (scope),
    block      BIGINT NOT NULL,
    log_index  BIGINT NOT NULL,
    block_hash TEXT NOT NULL,
    kind       TEXT NOT NULL,
    number     BIGINT NOT NULL,
    trusted    BIGINT NOT NULL,
    PRIMARY KEY (scope, block, log_index)
);
