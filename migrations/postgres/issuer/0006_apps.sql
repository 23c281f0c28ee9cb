-- Apps that the operator struck: what they vouch for is refused from then on, and the credentials
-- that they vouched for are revoked.
CREATE TABLE struck_apps (
    app       TEXT   NOT NULL PRIMARY KEY,
    struck_on BIGINT NOT NULL
);

CREATE INDEX credentials_by_app ON credentials (app);
