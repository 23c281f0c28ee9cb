//! From evidence that waits for its answer to what the answer brings (docs/protocol.md sections 9
//! and 11).

use humanseal_zk_credentials::calendar::{CalendarError, Day};
use humanseal_zk_credentials::exchange::{EvidenceAnswer, Issued, SessionKind, Timestamp};

use crate::answer::AnswerError;
use crate::client::{Client, ClientError};
use crate::enrol::EnrolError;
use crate::progress::{Progress, Step, step};
use crate::wallet::{Announced, Pending, Standing, WalletFile};

/// What the answer to evidence brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A credential, which is in the wallet file.
    Issued {
        /// Whether the issuer heard that it arrived. If not, it erases the document's data within
        /// 24 hours.
        acknowledged: bool,
    },
    /// A recovery is announced. From this moment on [`crate::collect`] fetches the credential, for
    /// 30 days.
    Announced {
        /// The moment.
        effective_at: Timestamp,
    },
}

/// Goes on with a wallet that waits for an answer: the same evidence is sent again, and the
/// issuer gives the same answer.
///
/// # Errors
/// [`EnrolError`]. A wallet whose refresh or renewal is refused, or whose session is over, keeps its
/// credential and waits no longer.
pub fn resume(
    file: &mut WalletFile,
    issuer: &Client,
    progress: &dyn Progress,
) -> Result<Arrival, EnrolError> {
    let theirs = file.wallet.issuer.origin == issuer.origin()
        && file.wallet.environment == issuer.environment();
    if !theirs {
        return Err(EnrolError::NothingPending);
    }
    finish(file, issuer, progress)
}

/// From waiting evidence to the answer's effect.
pub(crate) fn finish(
    file: &mut WalletFile,
    issuer: &Client,
    progress: &dyn Progress,
) -> Result<Arrival, EnrolError> {
    let pending = match &file.wallet.standing {
        Standing::Pending(pending) => pending.as_ref().clone(),
        Standing::Enrolled {
            next: Some(next), ..
        } => next.pending.clone(),
        _ => return Err(EnrolError::NothingPending),
    };
    let sent = step(progress, Step::SendEvidence, || {
        let Pending {
            session,
            token,
            evidence,
            ..
        } = &pending;
        Ok::<_, EnrolError>(issuer.send_evidence(session, token, evidence)?)
    });
    let answer = match sent {
        Ok(answer) => answer,
        Err(error) => {
            give_way(file, &error)?;
            return Err(error);
        }
    };
    let recovers = pending.expected.kind == SessionKind::Recover;
    match answer {
        EvidenceAnswer::Issued(issued) if !recovers => {
            let acknowledged = take(file, &pending, *issued, issuer, progress)?;
            Ok(Arrival::Issued { acknowledged })
        }
        EvidenceAnswer::Announced(announced) if recovers => {
            let effective_at = announced.effective_at;
            await_day(file, pending, effective_at, progress)?;
            Ok(Arrival::Announced { effective_at })
        }
        _ => Err(AnswerError::Kind.into()),
    }
}

/// Checks a credential that arrived, keeps it, and says so.
pub(crate) fn take(
    file: &mut WalletFile,
    pending: &Pending,
    issued: Issued,
    issuer: &Client,
    progress: &dyn Progress,
) -> Result<bool, EnrolError> {
    let wallet = &mut file.wallet;
    step(progress, Step::CheckCredential, || {
        let key = wallet.issuer.verifying_key();
        let key = key.ok_or(AnswerError::ReceiptSignature)?;
        Ok::<_, EnrolError>(pending.expected.check(&issued, &key)?)
    })?;
    let portrait = match &mut wallet.standing {
        Standing::Enrolled {
            next: Some(next), ..
        } => next.portrait.take(),
        _ => None,
    };
    if let Some(portrait) = portrait {
        wallet.portrait = portrait;
    }
    wallet.standing = Standing::Enrolled {
        credential: Box::new(issued.credential),
        receipt: issued.receipt,
        next: None,
    };
    step(progress, Step::SaveWallet, || {
        Ok::<_, EnrolError>(file.save()?)
    })?;
    // The credential is safe. Not being able to say so costs nothing but the issuer's memory.
    progress.begin(Step::Acknowledge);
    let acknowledged = issuer.acknowledge(&pending.session, &pending.token).is_ok();
    progress.end(Step::Acknowledge);
    Ok(acknowledged)
}

/// Keeps a recovery that was announced until its day.
fn await_day(
    file: &mut WalletFile,
    mut pending: Pending,
    effective_at: Timestamp,
    progress: &dyn Progress,
) -> Result<(), EnrolError> {
    let effect = Day::from_unix_seconds(effective_at.unix_seconds());
    let effect = effect.map_err(|_: CalendarError| AnswerError::EffectDay)?;
    pending.expected.effect_day(effect)?;
    pending.expected.established = effect;
    file.wallet.standing = Standing::Announced(Box::new(Announced {
        pending,
        effective_at,
    }));
    step(progress, Step::SaveWallet, || {
        Ok::<_, EnrolError>(file.save()?)
    })
}

/// What an error leaves of the wallet. A first credential's file goes only where the issuer judged
/// the evidence. A credential that was to be followed stays in any case; what was to follow it goes
/// where it was refused or its session is over.
fn give_way(file: &mut WalletFile, error: &EnrolError) -> Result<(), EnrolError> {
    let judged = nothing_was_recorded(error);
    match &mut file.wallet.standing {
        Standing::Enrolled { next, .. } if judged || session_is_over(error) => {
            *next = None;
            file.save()?;
        }
        Standing::Pending(_) if judged => file.discard()?,
        _ => {}
    }
    Ok(())
}

/// Whether an answer shows that the issuer judged the evidence and recorded nothing, so that the
/// secret serves nobody. Any other answer (a session that is over, unknown or in another state, a
/// token refused, a fault, a proxy's page) may follow evidence that was accepted while its answer was
/// lost: there the secret is what recovers the credential, and it stays.
fn nothing_was_recorded(error: &EnrolError) -> bool {
    let EnrolError::Client(ClientError::Problem { status, code, .. }) = error else {
        return false;
    };
    match status {
        422 => true,
        403 => code == "document_blocked",
        409 => matches!(
            code.as_str(),
            "document_known"
                | "number_known"
                | "holder_key_taken"
                | "line_unknown"
                | "holder_key_not_newest"
                | "holder_key_unchanged"
                | "credential_not_newest"
                | "credential_expired"
                | "person_differs"
                | "line_model_differs"
                | "former_portrait_mismatch"
                | "document_level_lower"
                | "recovery_too_soon"
                | "recovery_effective"
        ),
        _ => false,
    }
}

/// Whether the session can answer no more.
fn session_is_over(error: &EnrolError) -> bool {
    let codes = [
        "session_unknown",
        "session_expired",
        "session_state_wrong",
        "plan_expired",
    ];
    codes.contains(&error.code())
}
