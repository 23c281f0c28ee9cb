-- The account that held the place before: what it did can still bar the nullifier after a move.
ALTER TABLE registrations ADD COLUMN previous_account TEXT;

CREATE INDEX registrations_by_previous ON registrations (network, previous_account);
