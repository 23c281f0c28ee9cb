//! The status list on the device: downloaded whole, checked against its signed root, the own path
//! made here, so that nobody learns which credential is looked up (docs/protocol.md section 6).

use humanseal_wallet_link::IssuedRoot;
use humanseal_zk_credentials::credential::StatusIndex;
use humanseal_zk_credentials::exchange::Timestamp;
use humanseal_zk_credentials::status_list::{PublishedStatusList, StatusListError, StatusPath};
use humanseal_zk_credentials::status_log::{LogHead, LogPage};
use humanseal_zk_credentials::status_root::{SignedStatusRoot, StatusRootError};

use crate::client::{Client, ClientError};
use crate::wallet::IssuerPin;

/// How far a root's issue time may lie ahead of this device's clock, in seconds.
const CLOCK_SKEW_SECONDS: i64 = 300;

/// Why there is no usable status list.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The issuer cannot be reached.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The wallet's pin holds no good key.
    #[error("the wallet holds no key to check status roots with")]
    Pin,
    /// The root's signature is not the issuer's, or the issuer's log does not lead to it from the
    /// root that this wallet saw last.
    #[error(transparent)]
    Root(#[from] StatusRootError),
    /// The root is another issuer key's.
    #[error("the status root belongs to another issuer key")]
    OtherIssuer,
    /// The root is from the future.
    #[error("the status root was signed in the future; check this device's clock")]
    FromFuture,
    /// The root is older than one that this wallet saw.
    #[error("the issuer shows an older status root than it showed before")]
    RolledBack,
    /// The root is too old for any verifier.
    #[error("the issuer's newest status root is too old; try again later")]
    Stale,
    /// The list is damaged or belongs to another root.
    #[error(transparent)]
    List(#[from] StatusListError),
}

impl StatusError {
    /// The stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::Client(error) => error.code(),
            Self::Pin => "status_key_missing",
            Self::Root(error) => error.code(),
            Self::OtherIssuer => "status_root_other_issuer",
            Self::FromFuture => "root_from_future",
            Self::RolledBack => "status_root_rolled_back",
            Self::Stale => "root_stale",
            Self::List(error) => error.code(),
        }
    }
}

/// The status of one credential under a signed root.
#[derive(Clone, Debug)]
pub struct Status {
    /// The root.
    pub root: IssuedRoot,
    /// The log up to that root, for the wallet to remember.
    pub head: LogHead,
    /// The path of the credential's bit.
    pub path: StatusPath,
    /// A recovery is announced against the credential: whoever holds it should cancel it.
    pub contested: bool,
}

/// Fetches list and root and makes the path of `index`. `window_seconds` is how long verifiers
/// take a root.
///
/// # Errors
/// [`StatusError`].
pub fn fetch(
    client: &Client,
    pin: &IssuerPin,
    index: StatusIndex,
    now: Timestamp,
    window_seconds: i64,
) -> Result<Status, StatusError> {
    let issuer = pin.key.id();
    // A new root may be published between the two calls; then the pair is fetched once more.
    let mut last = StatusError::List(StatusListError::OtherRoot);
    for _ in 0..2 {
        let signed = client.status_root(issuer)?;
        let root = trusted(&signed, pin, now, window_seconds)?;
        stands_behind(&signed, pin.newest_root.as_ref(), client)?;
        let list = PublishedStatusList::from_compressed(&client.status_list(issuer)?)?;
        match list.path(index, root.root) {
            Ok(path) => {
                let contested = client.contested_list(issuer)?;
                let contested = PublishedStatusList::from_compressed(&contested)?;
                return Ok(Status {
                    root,
                    head: LogHead::of(&signed),
                    path,
                    contested: contested.list().get(index),
                });
            }
            Err(error) => last = error.into(),
        }
    }
    Err(last)
}

/// The root, if the pinned issuer signed it in time and not before one that the wallet saw.
fn trusted(
    signed: &SignedStatusRoot,
    pin: &IssuerPin,
    now: Timestamp,
    window_seconds: i64,
) -> Result<IssuedRoot, StatusError> {
    let key = pin.verifying_key().ok_or(StatusError::Pin)?;
    signed.verify(&key)?;
    if signed.issuer() != pin.key.id() {
        return Err(StatusError::OtherIssuer);
    }
    let issued_at = signed.issued_at();
    if issued_at.seconds_since(now) > CLOCK_SKEW_SECONDS {
        return Err(StatusError::FromFuture);
    }
    if pin
        .newest_root
        .is_some_and(|seen| issued_at < seen.issued_at())
    {
        return Err(StatusError::RolledBack);
    }
    if now.seconds_since(issued_at) > window_seconds {
        return Err(StatusError::Stale);
    }
    Ok(IssuedRoot {
        issuer: signed.issuer(),
        root: signed.root(),
        issued_at,
    })
}

/// That the issuer's log leads to this root from the one that the wallet saw last: nothing was
/// taken back, and no second log is kept for this wallet. The first root is taken as it is.
fn stands_behind(
    signed: &SignedStatusRoot,
    seen: Option<&LogHead>,
    client: &Client,
) -> Result<(), StatusError> {
    let Some(seen) = seen else {
        return Ok(());
    };
    let mut log = Vec::new();
    if *seen != LogHead::of(signed) {
        let last = LogPage::of(signed.issued_at());
        for page in LogPage::of(seen.issued_at()).through(last) {
            log.extend(client.status_log(signed.issuer(), page)?);
        }
    }
    Ok(seen.leads_to(signed, &log)?)
}
