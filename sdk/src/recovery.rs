//! Recovery of a lost secret: announced with the document and a live face, collected with the same
//! document once it took effect (docs/protocol.md section 9, docs/life.md).

use humanseal_documents::Challenge;
use humanseal_zk_credentials::credential::DocumentLevel;
use humanseal_zk_credentials::exchange::{
    DocumentAnswer, Gates, SessionKind, Timestamp, chip_challenge,
};

use crate::answer::AnswerError;
use crate::arrival::{Arrival, finish, take};
use crate::capture::Camera;
use crate::client::Client;
use crate::document::DocumentSource;
use crate::enrol::{EnrolError, EnrolTimings, NewWallet, begin, read_files};
use crate::owner::Owner;
use crate::progress::{Progress, Step, step};
use crate::session::{Equipment, Shown};
use crate::wallet::{Announced, Standing, WalletFile};

/// A recovery that was announced.
#[derive(Debug)]
pub struct Recovering {
    /// The new wallet, under a new secret.
    pub wallet: WalletFile,
    /// From then on [`collect`] fetches the credential, for 30 days. Until then whoever has the old
    /// secret cancels by a refresh.
    pub effective_at: Timestamp,
    /// The gates as they were reported.
    pub gates: Gates,
    /// How long the steps took.
    pub timings: EnrolTimings,
}

/// Announces that the secret of this document's holder is lost, under a new secret in a new wallet
/// file. It takes a device key of level 2 and no lower document level than the credential's.
///
/// # Errors
/// [`EnrolError`]; the wallet file stays and goes as that of [`crate::enrol()`].
pub fn recover(
    with: &Equipment<'_>,
    into: NewWallet<'_>,
    source: &mut impl DocumentSource,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<Recovering, EnrolError> {
    let kind = SessionKind::Recover;
    let (mut wallet, known) = begin(with, into, kind, source, camera, owner, progress)?;
    let arrival = finish(&mut wallet, with.issuer, progress)?;
    let Arrival::Announced { effective_at } = arrival else {
        return Err(AnswerError::Kind.into());
    };
    Ok(Recovering {
        wallet,
        effective_at,
        gates: known.gates,
        timings: known.timings,
    })
}

/// Fetches the credential of a recovery that took effect, with the document it was announced with,
/// into the wallet file. Answers whether the issuer heard that it arrived.
///
/// # Errors
/// [`EnrolError`]; `recovery_pending` before the day, and as long as no signed root shows the old
/// credential revoked. The wallet file is then as it was.
pub fn collect(
    with: &Equipment<'_>,
    file: &mut WalletFile,
    source: &mut impl DocumentSource,
    progress: &dyn Progress,
) -> Result<bool, EnrolError> {
    let Announced {
        pending,
        effective_at,
    } = announced(file, with.issuer)?.clone();
    if with.now < effective_at {
        return Err(EnrolError::RecoveryPending(effective_at));
    }
    let document = read_files(with, source, progress)?;
    if document.attainable() < pending.expected.document {
        return Err(EnrolError::DocumentNotAnnounced);
    }
    let holder_key = pending.expected.holder_key;
    let challenge = Challenge(chip_challenge(pending.nonce, holder_key));
    let answer = match document.attainable() {
        DocumentLevel::ActiveAuthentication => step(progress, Step::AskChip, || {
            Ok::<_, EnrolError>(source.answer(&document, challenge)?)
        })?,
        _ => None,
    };
    let issued = step(progress, Step::SendDocument, || {
        let body = Shown::Document(&document).body(holder_key, with.channel, answer)?;
        let answer = with
            .issuer
            .send_document(&pending.session, &pending.token, &body)?;
        match answer {
            DocumentAnswer::Issued(issued) => Ok(*issued),
            DocumentAnswer::Accepted(_) => Err(EnrolError::from(AnswerError::Kind)),
        }
    })?;
    take(file, &pending, issued, with.issuer, progress)
}

/// Takes an announced recovery back: the issuer forgets it, and the wallet file, which never had a
/// credential, goes.
///
/// # Errors
/// [`EnrolError`]; the wallet file is then as it was.
pub fn withdraw(mut file: WalletFile, issuer: &Client) -> Result<(), EnrolError> {
    call_off(&file, issuer)?;
    Ok(file.discard()?)
}

/// The issuer's half of [`withdraw`]: it forgets the recovery. The wallet file is left to
/// [`WalletFile::discard`], so that whoever could not reach the issuer still has it.
///
/// # Errors
/// [`EnrolError`].
pub fn call_off(file: &WalletFile, issuer: &Client) -> Result<(), EnrolError> {
    let pending = &announced(file, issuer)?.pending;
    Ok(issuer.cancel(&pending.session, &pending.token)?)
}

fn announced<'a>(file: &'a WalletFile, issuer: &Client) -> Result<&'a Announced, EnrolError> {
    let wallet = &file.wallet;
    match &wallet.standing {
        Standing::Announced(announced)
            if wallet.issuer.origin == issuer.origin()
                && wallet.environment == issuer.environment() =>
        {
            Ok(announced)
        }
        _ => Err(EnrolError::NothingPending),
    }
}
