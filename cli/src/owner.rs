//! The owner at the terminal: questions are asked there, and an absent owner agrees to nothing.

use std::path::PathBuf;

use clap::Args;
use console::Term;
use humanseal_sdk::{Owner, Question};
use humanseal_wallet_link::{Account, ContractRequest, Demand, EarlierTerms};
use humanseal_zk_credentials::policy::Excluded;

/// Where the words that open the wallet come from.
#[derive(Args)]
pub struct Unlock {
    /// A file whose first line opens the wallet; without it HUMANSEAL_PASSPHRASE, else a prompt.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
}

/// The variable that holds the passphrase.
pub const PASSPHRASE: &str = "HUMANSEAL_PASSPHRASE";

impl Unlock {
    /// Reads the passphrase.
    pub fn passphrase(&self) -> Result<humanseal_sdk::Passphrase, crate::output::Failure> {
        crate::output::passphrase(
            PASSPHRASE,
            self.passphrase_file.as_deref(),
            "passphrase of the wallet",
        )
    }
}

/// Asks at the terminal what the command line did not answer.
pub struct AtTerminal {
    /// The command line agreed to the issuer's consent text.
    pub consents: bool,
    /// The command line accepted that a network asks for other things than before.
    pub accepts_changed_terms: bool,
}

impl Owner for AtTerminal {
    fn agrees(&self, question: Question<'_>) -> bool {
        match question {
            Question::Consent { issuer, kind, text } => {
                self.consents
                    || ask(&format!(
                        "{issuer} asks you to agree, to {}:\n\n{text}\n\nDo you agree?",
                        kind.as_str()
                    ))
            }
            // Its owner typed the account next to the request that it shall answer, and sees here
            // what that is.
            Question::Account { account, demand } => {
                eprintln!("{}", asked(account, &demand));
                true
            }
            Question::ChangedTerms { earlier, demand } => {
                self.accepts_changed_terms || ask(&difference(earlier, &demand))
            }
            Question::JoinsInPublic {
                earlier,
                account,
                request,
            } => ask(&joined(earlier, account, request)),
            Question::MoreProofs { known, request } => ask(&format!(
                "{} is said to have accepted {} proofs of this place; this wallet knows of {known}. Did you \
                 present with a copy of this wallet, or end the registration by the account itself?",
                request.contract, request.count
            )),
        }
    }
}

/// What is asked of whom.
fn asked(account: &Account, demand: &Demand<'_>) -> String {
    let policy = &demand.policy;
    format!(
        "{} ({}) asks {account} to show, for {} in epoch {}: a human of at least {} years, document \
         level {}, device level {}, uniqueness {}; nationalities excluded: {}.{}",
        demand.network,
        demand.asker,
        demand.action,
        demand.epoch,
        policy.min_age,
        policy.min_document,
        policy.min_device,
        policy.min_unique,
        if demand.excluded.pack() == Excluded::none().pack() {
            "none"
        } else {
            "some"
        },
        demand
            .statement
            .map(|statement| format!(" It says: {statement}"))
            .unwrap_or_default(),
    )
}

fn difference(earlier: &[EarlierTerms], demand: &Demand<'_>) -> String {
    let mut text = format!(
        "{} asks for other things than within the last 30 days.\n",
        demand.network
    );
    for terms in earlier {
        text.push_str(&format!(
            "  {}: {:?}, excluded {}\n",
            terms.at,
            terms.policy,
            terms.excluded.pack()
        ));
    }
    text.push_str(&format!(
        "  now: {:?}, excluded {}\n",
        demand.policy,
        demand.excluded.pack()
    ));
    text.push_str("A chain of demands can reveal your birthdate or nationality. Answer it?");
    text
}

/// What everybody will see of a place's accounts.
fn joined(earlier: &[Account], account: &Account, request: &ContractRequest) -> String {
    let earlier: Vec<String> = earlier.iter().map(ToString::to_string).collect();
    format!(
        "The place is public in {}: its nullifier, its count and all its accounts. Everybody will see \
         for ever that {} and {account} belong to one human. Join them?",
        request.contract,
        earlier.join(", ")
    )
}

/// A question on the terminal; without one the answer is no.
fn ask(question: &str) -> bool {
    let terminal = Term::stderr();
    if !terminal.is_term() || terminal.write_str(&format!("{question} [y/N] ")).is_err() {
        return false;
    }
    terminal
        .read_line()
        .is_ok_and(|answer| matches!(answer.trim(), "y" | "Y" | "yes"))
}
