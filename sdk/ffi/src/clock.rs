//! The clock: the only place from which time enters.

use std::time::{SystemTime, UNIX_EPOCH};

use humanseal_zk_credentials::exchange::Timestamp;

use crate::error::HumansealError;

/// This moment.
pub(crate) fn now() -> Result<Timestamp, HumansealError> {
    let wrong = || HumansealError::input("clock_wrong", "the device's clock is wrong; set it");
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_err(|_| wrong())?.as_secs();
    Timestamp::from_unix_seconds(seconds.cast_signed()).map_err(|_| wrong())
}
