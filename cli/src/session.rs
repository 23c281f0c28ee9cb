//! A session with an issuer from the command line: what it takes, and how it ends.

use std::path::{Path, PathBuf};

use clap::ValueEnum;
use humanseal_documents::TrustStore;
use humanseal_sdk::{
    Arrival, Client, ClientError, DocumentError, EnrolError, Equipment, FolderCamera, Passphrase,
    ProofError, SoftwareKey, WalletError, WalletFile, resume,
};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::{Environment, ReadChannel};
use humanseal_zk_credentials::keys;
use serde_json::json;

use crate::clock::now;
use crate::face::ModelChoice;
use crate::output::{self, Answer, Failure, Outcome, Steps, say};
use crate::owner::{AtTerminal, Unlock};

/// The arguments of every session.
#[derive(clap::Args)]
pub struct Session {
    /// The issuer's address, such as `https://issuer.example`.
    #[arg(long, value_name = "URL")]
    server: String,
    /// The folder with camera frames: stills, or frames named by their milliseconds since the plan was
    /// shown.
    #[arg(long, value_name = "DIR")]
    frames: PathBuf,
    /// Authorities that this device trusts itself (csca/, crl/), to be told earlier.
    #[arg(long, value_name = "DIR")]
    trust: Option<PathBuf>,
    /// Where the issuer belongs.
    #[arg(long, value_enum, default_value_t)]
    environment: In,
    /// Declares the gates of a followed plan staged: stills cannot turn a head. Development alone takes it.
    #[arg(long)]
    stage_active_liveness: bool,
    /// Agrees to the issuer's consent text without being asked.
    #[arg(long)]
    agree: bool,
    #[command(flatten)]
    choice: ModelChoice,
    #[command(flatten)]
    unlock: Unlock,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

/// The environments.
#[derive(Clone, Copy, Default, ValueEnum)]
pub enum In {
    /// Real people, real keys.
    #[default]
    Production,
    /// Real code, no real people.
    Sandbox,
    /// Insecure keys; says nothing about anybody.
    Development,
}

impl From<In> for Environment {
    fn from(environment: In) -> Self {
        match environment {
            In::Production => Self::Production,
            In::Sandbox => Self::Sandbox,
            In::Development => Self::Development,
        }
    }
}

/// A session that can begin.
pub struct Ready<'a> {
    /// What the device brings.
    pub equipment: Equipment<'a>,
    /// Its frames.
    pub camera: FolderCamera,
    /// Who is asked.
    pub owner: AtTerminal,
    /// Where its progress shows.
    pub steps: &'a Steps,
}

impl Session {
    /// What opens or seals the wallet.
    pub fn passphrase(&self) -> Result<Passphrase, Failure> {
        self.unlock.passphrase()
    }

    fn issuer(&self) -> Result<Client, Failure> {
        Client::new(&self.server, self.environment.into()).map_err(client_failure)
    }

    /// Loads models and keys, lets `work` have them, tells what came of it.
    pub fn run(
        &self,
        work: impl FnOnce(Ready<'_>) -> Result<(WalletFile, bool), EnrolError>,
    ) -> Outcome {
        let issuer = self.issuer()?;
        let steps = Steps::new(self.json);
        steps.show("loading models and proving key");
        let pipeline = self.choice.pipeline()?;
        // The only proving key that this program has; outside development the device refuses it.
        let proving_key = keys::development(Circuit::Enrol).map_err(Failure::fault)?;
        let trust = self.trust.as_deref().map(trust).transpose()?;
        let ended = work(Ready {
            equipment: Equipment {
                issuer: &issuer,
                pipeline: &pipeline,
                proving_key,
                trust: trust.as_ref(),
                channel: ReadChannel::File,
                device: &SoftwareKey,
                stage_active_liveness: self.stage_active_liveness,
                now: now()?,
            },
            camera: FolderCamera::new(&self.frames),
            owner: AtTerminal {
                consents: self.agree,
                accepts_changed_terms: false,
            },
            steps: &steps,
        });
        drop(steps);
        self.tell(ended)
    }

    /// Goes on with a wallet that waits for an answer.
    pub fn go_on(&self, mut file: WalletFile) -> Outcome {
        let issuer = self.issuer()?;
        let steps = Steps::new(self.json);
        let arrival = resume(&mut file, &issuer, &steps);
        drop(steps);
        self.tell(arrival.map(|arrival| {
            let acknowledged = arrival == Arrival::Issued { acknowledged: true };
            (file, acknowledged)
        }))
    }

    fn tell(&self, ended: Result<(WalletFile, bool), EnrolError>) -> Outcome {
        match ended {
            Ok((wallet, acknowledged)) => {
                told(&wallet, acknowledged, self.json)?;
                Ok(Answer::Yes)
            }
            Err(error) => refused(&error, self.json),
        }
    }
}

fn trust(folder: &Path) -> Result<TrustStore, Failure> {
    TrustStore::load(folder).map_err(|error| coded(Failure::input, &error, error.code()))
}

fn told(file: &WalletFile, acknowledged: bool, json: bool) -> Result<(), Failure> {
    let signed = file
        .wallet
        .credential()
        .ok_or_else(|| Failure::fault("no credential"))?;
    let credential = &signed.credential;
    if json {
        return output::json(&json!({
            "enrolled": true,
            "environment": file.wallet.environment,
            "issuer": signed.issuer.id(),
            "document": credential.document,
            "device": credential.device,
            "unique": credential.unique,
            "expires_on": credential.expires_on.date().to_string(),
            "acknowledged": acknowledged,
        }));
    }
    say(format!(
        "Enrolled: document {}, device {}, unique {}; the credential is good until {}.",
        credential.document.get(),
        credential.device.get(),
        credential.unique.get(),
        credential.expires_on.date(),
    ));
    if !acknowledged {
        say(
            "The issuer did not hear that it arrived; it erases the document's data within 24 hours.",
        );
    }
    Ok(())
}

/// A negative answer, or a failure.
fn refused(error: &EnrolError, json: bool) -> Outcome {
    let code = error.code();
    let negative = matches!(
        error,
        EnrolError::Cancelled(_)
            | EnrolError::Answer(_)
            | EnrolError::Proof(ProofError::Gate(_) | ProofError::Prove(_) | ProofError::NoFace)
            | EnrolError::Document(
                DocumentError::Refused(_) | DocumentError::Active(_) | DocumentError::Specimen
            )
            | EnrolError::Client(ClientError::Problem {
                status: 400..=499,
                ..
            })
    );
    if negative {
        if json {
            output::json(&json!({ "enrolled": false, "code": code }))?;
        } else {
            eprintln!("humanseal: not enrolled: {error} [{code}]");
        }
        return Ok(Answer::No);
    }
    Err(match error {
        EnrolError::Client(_) | EnrolError::Proof(_) => coded(Failure::fault, error, code),
        _ => coded(Failure::input, error, code),
    })
}

/// A failure with its stable code behind the sentence.
pub fn coded(kind: fn(String) -> Failure, error: &impl std::fmt::Display, code: &str) -> Failure {
    kind(format!("{error} [{code}]"))
}

/// A failure of the client: a wrong address, and what the service has not, is input; anything else
/// a fault.
pub fn client_failure(error: ClientError) -> Failure {
    match &error {
        ClientError::AddressInvalid
        | ClientError::AddressInsecure
        | ClientError::RequestClosed
        | ClientError::Problem {
            status: 400..=499, ..
        } => coded(Failure::input, &error, error.code()),
        _ => coded(Failure::fault, &error, error.code()),
    }
}

/// A failure of the wallet.
pub fn wallet_failure(error: WalletError) -> Failure {
    coded(Failure::input, &error, error.code())
}
