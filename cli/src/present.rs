//! `humanseal present`.

mod signer;

use std::io::Write;
use std::path::PathBuf;

use humanseal_sdk::{
    Client, ClientError, Outcome as Accepted, PresentError, Presented, Presenting, WalletFile,
    network_document, present,
};
use humanseal_wallet_link::request::MAX_REQUEST_BYTES;
use humanseal_wallet_link::{Account, MachineKey, Request, RequestId};
use humanseal_zk_credentials::circuit::Circuit;
use humanseal_zk_credentials::exchange::Environment;
use humanseal_zk_credentials::holder::Slot;
use humanseal_zk_credentials::keys;
use serde_json::json;

use self::signer::{AtTerminal as Pasted, KeyFile};
use crate::clock::now;
use crate::output::{self, Answer, Failure, Outcome, Steps, beside, publish, say};
use crate::owner::{AtTerminal, Unlock};
use crate::session::{client_failure, coded, wallet_failure};

/// The arguments.
#[derive(clap::Args)]
pub struct Args {
    /// The request: a file, or the link that the verifier gave. A link is also answered.
    #[arg(long, value_name = "FILE|URL")]
    request: String,
    /// The wallet file.
    #[arg(long, value_name = "FILE")]
    wallet: PathBuf,
    /// The account that the proof shall be bound to, such as eip155:1:0x…; naming it here next to
    /// the request confirms it.
    #[arg(long, value_name = "CAIP10", value_parser = account)]
    account: Account,
    /// Which of the policy's places to take.
    #[arg(long, default_value_t = 0)]
    slot: u8,
    /// A file with the account's key, 64 hexadecimal digits: the secp256k1 key of an EVM account,
    /// the Ed25519 seed of a Solana account. Without it the message is shown for signing elsewhere.
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// The machine to whose Ed25519 key the pass shall be bound, in base64url.
    #[arg(long, value_name = "KEY", value_parser = machine_key)]
    machine_key: Option<MachineKey>,
    /// Answers although the network asks for other things than within the last 30 days.
    #[arg(long)]
    accept_changed_terms: bool,
    /// The file to write the presentation into.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    unlock: Unlock,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

fn account(text: &str) -> Result<Account, String> {
    text.parse()
        .map_err(|error: humanseal_wallet_link::AccountError| error.to_string())
}

fn machine_key(text: &str) -> Result<MachineKey, String> {
    text.parse()
        .map_err(|error: humanseal_wallet_link::MachineKeyError| error.to_string())
}

/// Runs it.
pub fn run(args: Args) -> Outcome {
    // Before the ledger is written, so that no entry stands for a file that cannot be.
    let mut out = beside(&args.out)?;
    let passphrase = args.unlock.passphrase()?;
    let steps = Steps::new(args.json);
    steps.show("opening the wallet");
    let mut wallet = WalletFile::open(&args.wallet, &passphrase, 0).map_err(wallet_failure)?;
    let environment = wallet.wallet.environment;
    let (request, verifier) = request(&args.request, environment)?;
    let issuer = Client::new(&wallet.wallet.issuer.origin, environment).map_err(client_failure)?;
    let owner = AtTerminal {
        consents: false,
        accepts_changed_terms: args.accept_changed_terms,
    };
    let presented = match &args.key {
        Some(file) => {
            let signer = KeyFile::read(file, &args.account)?;
            answer(
                &args,
                &issuer,
                &mut wallet,
                &request,
                &signer,
                &owner,
                &steps,
            )?
        }
        None => {
            let signer = Pasted::new(args.account.clone());
            answer(
                &args,
                &issuer,
                &mut wallet,
                &request,
                &signer,
                &owner,
                &steps,
            )?
        }
    };
    let presented = match presented {
        Ok(presented) => presented,
        Err(error) => return ended(&error, args.json),
    };
    let bytes = serde_json::to_vec_pretty(&presented.presentation).map_err(Failure::fault)?;
    out.write_all(&bytes).map_err(Failure::fault)?;
    publish(out, &args.out)?;
    let accepted = match verifier {
        None => None,
        Some(verifier) => {
            steps.show("sending the presentation");
            match verifier.send_presentation(&presented.presentation) {
                Ok(accepted) => Some(accepted),
                Err(error) => return ended(&error.into(), args.json),
            }
        }
    };
    drop(steps);
    told(&args, &presented, accepted.as_ref())?;
    Ok(Answer::Yes)
}

fn answer(
    args: &Args,
    issuer: &Client,
    wallet: &mut WalletFile,
    request: &Request,
    account: &dyn humanseal_sdk::AccountSigner,
    owner: &AtTerminal,
    steps: &Steps,
) -> Result<Result<Presented, PresentError>, Failure> {
    steps.show("loading the proving key");
    let network = network_document(request, wallet.wallet.environment);
    let with = Presenting {
        issuer,
        // The only proving key that this program has; outside development the device refuses it.
        proving_key: keys::development(Circuit::Present).map_err(Failure::fault)?,
        network: network.as_ref(),
        account,
        slot: Slot(args.slot),
        now: now()?,
    };
    Ok(present(
        &with,
        wallet,
        request,
        args.machine_key,
        owner,
        steps,
    ))
}

/// From a file, or from the verifier's link together with a line to it.
fn request(place: &str, environment: Environment) -> Result<(Request, Option<Client>), Failure> {
    let Some((origin, id)) = link(place) else {
        let bytes = output::read(place.as_ref(), MAX_REQUEST_BYTES as u64)?;
        let request = Request::from_json(&bytes)
            .map_err(|error| coded(Failure::input, &error, error.code()))?;
        return Ok((request, None));
    };
    let verifier = Client::new(origin, environment).map_err(client_failure)?;
    let request = verifier.request(&id).map_err(client_failure)?;
    Ok((request, Some(verifier)))
}

/// `https://verifier.example/v1/requests/pr_…`, taken apart.
fn link(place: &str) -> Option<(&str, RequestId)> {
    let (origin, id) = place.split_once("/v1/requests/")?;
    origin.contains("://").then_some(())?;
    Some((origin, RequestId::parse(id)?))
}

fn told(args: &Args, presented: &Presented, accepted: Option<&Accepted>) -> Result<(), Failure> {
    if args.json {
        return output::json(&json!({
            "presented": true,
            "nullifier": presented.nullifier,
            "contested": presented.contested,
            "out": args.out,
            "verified": accepted.map(|accepted| accepted.verified),
            "pass": accepted.map(|accepted| &accepted.pass),
            "registration_expires_at": accepted.map(|accepted| accepted.registration.expires_at),
            "prove_ms": presented.prove.as_secs_f64() * 1000.0,
        }));
    }
    say(format!("The presentation is in {}.", args.out.display()));
    if presented.contested {
        say(
            "Attention: a recovery is announced against this credential. If that was not you, tell your issuer now.",
        );
    }
    if let Some(accepted) = accepted {
        say(format!(
            "The verifier accepted it; the registration stands until {}.",
            accepted.registration.expires_at
        ));
        say(format!("Pass: {}", accepted.pass));
    }
    Ok(())
}

/// A negative answer, or a failure.
fn ended(error: &PresentError, json: bool) -> Outcome {
    let code = error.code();
    let fault = match error {
        PresentError::Client(ClientError::Problem {
            status: 400..=499, ..
        }) => false,
        PresentError::Client(_) | PresentError::Status(_) => true,
        PresentError::Wallet(_) | PresentError::NoCredential | PresentError::Clock(_) => {
            return Err(coded(Failure::input, error, code));
        }
        _ => false,
    };
    if fault {
        return Err(coded(Failure::fault, error, code));
    }
    if json {
        output::json(&json!({ "presented": false, "code": code }))?;
    } else {
        eprintln!("humanseal: not presented: {error} [{code}]");
    }
    Ok(Answer::No)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_told_from_a_file_name() {
        let id = "pr_0123456789abcdef";
        let found = link("https://v.example/v1/requests/pr_0123456789abcdef");
        assert_eq!(
            found.map(|(origin, id)| (origin, id.to_string())),
            Some(("https://v.example", id.into()))
        );
        assert!(link("request.json").is_none());
        assert!(link("folder/v1/requests/pr_0123456789abcdef").is_none());
        assert!(link("https://v.example/v1/requests/other").is_none());
    }
}
