//! What follows a credential under the same secret (docs/protocol.md section 9, docs/life.md): a
//! refresh after a new live match, a renewal with a new document.

use humanseal_zk_credentials::credential::SignedCredential;
use humanseal_zk_credentials::exchange::SessionKind;

use crate::answer::AnswerError;
use crate::arrival::{Arrival, finish};
use crate::capture::Camera;
use crate::document::DocumentSource;
use crate::enrol::{EnrolError, ask, read};
use crate::owner::Owner;
use crate::progress::{Progress, Step, step};
use crate::session::{Case, Equipment, Gathered, Opened, Portraits, Shown};
use crate::wallet::{Standing, Succession, Wallet, WalletFile};

/// Refreshes by a new live match alone: the face is compared with the portrait that the credential
/// commits to. It also cancels a recovery that somebody announced against the credential. Answers
/// whether the issuer heard that the new credential arrived; if not, it erases what it kept within
/// 24 hours.
///
/// # Errors
/// [`EnrolError`]. The wallet file keeps its credential until the new one is in it; where the
/// evidence was made and no answer came, [`crate::resume`] goes on.
pub fn refresh(
    with: &Equipment<'_>,
    file: &mut WalletFile,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<bool, EnrolError> {
    let signed = newest(&file.wallet)?;
    let opened = open(
        with,
        &file.wallet,
        SessionKind::Refresh,
        Shown::Credential(signed),
        owner,
        progress,
    )?;
    let case = Case {
        shown: Shown::Credential(signed),
        portraits: Portraits::Former(&file.wallet.portrait),
        former: Some(&signed.credential),
    };
    let gathered = opened.gather(with, &case, Ok(None), camera, progress)?;
    // The commitment stays, and with it the portrait.
    follow(with, file, gathered, false, &opened, progress)
}

/// Refreshes with a document of the line, whose portrait is committed anew.
///
/// # Errors
/// As [`refresh`].
pub fn refresh_with_document(
    with: &Equipment<'_>,
    file: &mut WalletFile,
    source: &mut impl DocumentSource,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<bool, EnrolError> {
    by_document(
        with,
        file,
        SessionKind::Refresh,
        source,
        camera,
        owner,
        progress,
    )
}

/// Renews with a new document of the same person: the live face is compared with its portrait and
/// with that of the credential.
///
/// # Errors
/// As [`refresh`].
pub fn renew(
    with: &Equipment<'_>,
    file: &mut WalletFile,
    source: &mut impl DocumentSource,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<bool, EnrolError> {
    by_document(
        with,
        file,
        SessionKind::Renew,
        source,
        camera,
        owner,
        progress,
    )
}

fn by_document(
    with: &Equipment<'_>,
    file: &mut WalletFile,
    kind: SessionKind,
    source: &mut impl DocumentSource,
    camera: &mut dyn Camera,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<bool, EnrolError> {
    let signed = newest(&file.wallet)?;
    let (document, face) = read(with, source, progress)?;
    let shown = Shown::Document(&document);
    let opened = open(with, &file.wallet, kind, shown, owner, progress)?;
    let answer = ask(&document, source, &opened, progress);
    let portraits = match kind {
        SessionKind::Renew => Portraits::Both {
            document: &face,
            former: &file.wallet.portrait,
        },
        _ => Portraits::Document(&face),
    };
    let case = Case {
        shown,
        portraits,
        former: Some(&signed.credential),
    };
    let gathered = opened.gather(with, &case, answer, camera, progress)?;
    follow(with, file, gathered, true, &opened, progress)
}

/// The credential that is to be followed.
fn newest(wallet: &Wallet) -> Result<&SignedCredential, EnrolError> {
    match &wallet.standing {
        Standing::Enrolled {
            credential,
            next: None,
            ..
        } => Ok(credential),
        Standing::Enrolled { .. } => Err(EnrolError::Unfinished),
        Standing::Pending(_) | Standing::Announced(_) => Err(EnrolError::NoCredential),
    }
}

fn open(
    with: &Equipment<'_>,
    wallet: &Wallet,
    kind: SessionKind,
    shown: Shown<'_>,
    owner: &dyn Owner,
    progress: &dyn Progress,
) -> Result<Opened, EnrolError> {
    step(progress, Step::OpenSession, || {
        let secret = wallet.secret.clone();
        let pin = Some(&wallet.issuer);
        Opened::open(with, kind, shown.attainable(), secret, pin, owner)
    })
}

/// Writes the evidence beside the credential, sends it, takes the answer.
fn follow(
    with: &Equipment<'_>,
    file: &mut WalletFile,
    gathered: Gathered,
    committed_anew: bool,
    opened: &Opened,
    progress: &dyn Progress,
) -> Result<bool, EnrolError> {
    if let Standing::Enrolled { next, .. } = &mut file.wallet.standing {
        *next = Some(Box::new(Succession {
            pending: gathered.pending,
            portrait: committed_anew.then_some(gathered.portrait),
        }));
    }
    let saved = step(progress, Step::SaveWallet, || {
        Ok::<_, EnrolError>(file.save()?)
    });
    saved.inspect_err(|_| opened.give_up(with))?;
    match finish(file, with.issuer, progress)? {
        Arrival::Issued { acknowledged } => Ok(acknowledged),
        Arrival::Announced { .. } => Err(AnswerError::Kind.into()),
    }
}
