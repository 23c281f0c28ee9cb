//! The clock: the only place from which time enters the device's commands.

use std::time::{SystemTime, UNIX_EPOCH};

use humanseal_zk_credentials::exchange::Timestamp;

use crate::output::Failure;

/// This moment.
pub fn now() -> Result<Timestamp, Failure> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since
        .map_err(|_| Failure::fault("the clock stands before 1970; set it"))?
        .as_secs();
    Timestamp::from_unix_seconds(seconds.cast_signed()).map_err(Failure::fault)
}
