//! `humanseald serve --config FILE`, `humanseald post-root --config FILE --contract … --key-file FILE`,
//! `humanseald registry-arguments --config FILE --network … --action …`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use humanseal_api::config::RpcUrl;
use humanseal_api::post_root::{PostRoot, post_root};
use humanseal_api::registry_arguments::{RegistryArguments, registry_arguments};
use humanseal_api::{Config, ServeError, serve};
use humanseal_wallet_link::{Account, Action, NetworkId};
use humanseal_zk_credentials::eddsa::IssuerId;
use humanseal_zk_credentials::field::FieldElement;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

#[derive(Parser)]
#[command(
    name = "humanseald",
    version,
    about = "The issuer and verifier service of Humanseal."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves until SIGINT or SIGTERM, then finishes what is under way.
    Serve {
        /// The configuration, TOML.
        #[arg(long)]
        config: PathBuf,
    },
    /// Brings an issuer's newest signed status root to a registry on a chain.
    ///
    /// Sends nothing where the contract has it. Exit code 0: the contract has it; 1: the root is
    /// refused; 2: wrong input; 3: a fault.
    PostRoot(Box<PostRootArguments>),
    /// Prints what a registry contract is to be deployed with, so that it demands what the
    /// configuration publishes.
    RegistryArguments(Box<PlaceArguments>),
}

#[derive(Args)]
struct PlaceArguments {
    /// The configuration, TOML.
    #[arg(long)]
    config: PathBuf,
    /// The network's id.
    #[arg(long)]
    network: NetworkId,
    /// The action.
    #[arg(long, value_parser = action)]
    action: Action,
    /// The epoch; 0 is "for ever".
    #[arg(long, default_value_t = 0)]
    epoch: u64,
    /// `https://…/v1/status-list/root` of an issuer that this configuration trusts and does not run.
    #[arg(long)]
    from: Vec<RpcUrl>,
}

fn action(text: &str) -> Result<Action, String> {
    Action::parse(text).ok_or_else(|| "an action is 1 to 64 characters a-z0-9-_.".into())
}

#[derive(Args)]
struct PostRootArguments {
    /// The configuration, TOML: whose roots are trusted, which contracts there are.
    #[arg(long)]
    config: PathBuf,
    /// The registry, as `eip155:1:0x…`.
    #[arg(long)]
    contract: Account,
    /// The secp256k1 key of the account that pays: a file of 64 hexadecimal digits.
    #[arg(long)]
    key_file: PathBuf,
    /// A node of the contract's chain; by default that of the configuration.
    #[arg(long)]
    rpc: Option<RpcUrl>,
    /// The issuer's `https://…/v1/status-list/root`; by default its database is read.
    #[arg(long)]
    from: Option<RpcUrl>,
    /// The issuer key's id, where the database has several.
    #[arg(long, value_parser = issuer_id)]
    issuer: Option<IssuerId>,
}

fn issuer_id(text: &str) -> Result<IssuerId, String> {
    FieldElement::parse(text)
        .map(IssuerId)
        .map_err(|error| error.to_string())
}

#[tokio::main]
async fn main() -> ExitCode {
    match Arguments::parse().command {
        Command::Serve { config } => serve_until_stopped(&config).await,
        Command::PostRoot(arguments) => bring_root(&arguments).await,
        Command::RegistryArguments(arguments) => tell_arguments(&arguments).await,
    }
}

async fn bring_root(arguments: &PostRootArguments) -> ExitCode {
    let config = match Config::load(&arguments.config) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("humanseald: {error}");
            return ExitCode::from(2);
        }
    };
    let asked = PostRoot {
        contract: &arguments.contract,
        rpc: arguments.rpc.as_ref(),
        from: arguments.from.as_ref(),
        issuer: arguments.issuer,
        key_file: &arguments.key_file,
    };
    match post_root(&config, &asked).await {
        Ok(posted) => {
            println!("{posted}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("humanseald: {error} [{}]", error.code());
            ExitCode::from(error.exit_code())
        }
    }
}

async fn tell_arguments(arguments: &PlaceArguments) -> ExitCode {
    let config = match Config::load(&arguments.config) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("humanseald: {error}");
            return ExitCode::from(2);
        }
    };
    let asked = RegistryArguments {
        network: &arguments.network,
        action: &arguments.action,
        epoch: arguments.epoch,
        from: &arguments.from,
    };
    match registry_arguments(&config, &asked).await {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("humanseald: {error} [{}]", error.code());
            ExitCode::from(2)
        }
    }
}

async fn serve_until_stopped(file: &Path) -> ExitCode {
    let config = match Config::load(file) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("humanseald: {error}");
            return ExitCode::from(2);
        }
    };
    let filter = match config.log.parse::<Targets>() {
        // At `trace` these write whole calls of a node: accounts, with the time.
        Ok(filter) => filter
            .with_target("alloy_json_rpc", LevelFilter::INFO)
            .with_target("alloy_rpc_client", LevelFilter::INFO),
        Err(error) => {
            eprintln!("humanseald: log: {error}");
            return ExitCode::from(2);
        }
    };
    let lines = tracing_subscriber::fmt::layer()
        .json()
        .with_writer(std::io::stderr);
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
    let listener = match tokio::net::TcpListener::bind(config.listen).await {
        Ok(listener) => listener,
        Err(error) => {
            eprintln!("humanseald: cannot listen on {}: {error}", config.listen);
            return ExitCode::from(3);
        }
    };
    match serve(config, listener, stop_asked()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("humanseald: {error}");
            ExitCode::from(match error {
                ServeError::Config(_) => 2,
                _ => 3,
            })
        }
    }
}

/// Ready when the process is asked to stop.
async fn stop_asked() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}
