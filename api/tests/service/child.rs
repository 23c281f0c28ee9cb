//! The program `humanseald` as a process of its own, on the files of a folder.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::channel;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use humanseal_api::Config;
use humanseal_api::clock::{Clock, ManualClock, SystemClock};
use humanseal_documents::specimen::{Authority, KeyKind};
use humanseal_zk_credentials::exchange::Sha256Digest;

use crate::client::Client;
use crate::world::{Setting, config_text};

/// Longest wait for the program to listen, or to end.
const PATIENCE: Duration = Duration::from_secs(30);

/// What happens when a file would grow beyond a process's limit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// The process is killed on the spot, by the signal XFSZ, as by SIGKILL: nothing of it runs
    /// any more.
    Killed,
    /// The write fails, as on a full disk.
    Refused,
}

/// A running `humanseald`; killed when dropped.
pub struct Daemon {
    process: Child,
    pub address: SocketAddr,
    log: Option<JoinHandle<String>>,
}

/// Writes a configuration with keys, tokens and trust into a new folder. The clock is the real
/// one, because the program's is.
pub fn setting(edit: impl FnOnce(String) -> String) -> Setting {
    let dir = tempfile::tempdir().unwrap();
    let authority = Authority::insecure(KeyKind::P256).unwrap();
    authority.write_trust(&dir.path().join("trust")).unwrap();
    let text = config_text(
        dir.path(),
        "development",
        ", min_device = 1, min_document = 1",
    )
    .replacen("origin =", "listen = \"127.0.0.1:0\"\norigin =", 1)
    // A root is signed once a day, so that a start writes nothing.
    .replace(
        "publish_period_seconds = 60",
        "publish_period_seconds = 86400",
    );
    let text = edit(text);
    std::fs::write(dir.path().join("humanseald.toml"), &text).unwrap();
    let consent = Sha256Digest::of(&std::fs::read(dir.path().join("consent.txt")).unwrap());
    Setting {
        dir,
        clock: ManualClock::at(SystemClock.now()),
        client: Client::of_socket(SocketAddr::from(([127, 0, 0, 1], 0))),
        config: Config::from_toml(&text).unwrap(),
        authority,
        consent,
    }
}

impl Daemon {
    /// Starts the program on the setting's files and waits until it listens.
    pub fn start(setting: &mut Setting) -> Self {
        let command = Command::new(env!("CARGO_BIN_EXE_humanseald"));
        Self::run(command, setting)
    }

    /// The same where no file may grow beyond `blocks` of 512 bytes.
    pub fn limited(setting: &mut Setting, blocks: u64, beyond: Beyond) -> Self {
        let trap = match beyond {
            Beyond::Killed => "",
            // What a shell ignores stays ignored in what it becomes.
            Beyond::Refused => "trap '' XFSZ; ",
        };
        let mut command = Command::new("sh");
        command.args([
            "-c",
            &format!("{trap}ulimit -c 0; ulimit -f {blocks}; exec \"$0\" \"$@\""),
            env!("CARGO_BIN_EXE_humanseald"),
        ]);
        Self::run(command, setting)
    }

    fn run(mut command: Command, setting: &mut Setting) -> Self {
        let config = setting.dir.path().join("humanseald.toml");
        let mut process = command
            .args(["serve".as_ref(), "--config".as_ref(), config.as_os_str()])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let (told, address) = channel();
        let log = std::thread::spawn(move || {
            let mut log = String::new();
            for line in lines.map_while(Result::ok) {
                let event: serde_json::Value = serde_json::from_str(&line).unwrap_or_default();
                if let Some(address) = event["fields"]["address"].as_str() {
                    let _ = told.send(address.parse().unwrap());
                }
                log.push_str(&line);
                log.push('\n');
            }
            log
        });
        let listening = address.recv_timeout(PATIENCE);
        let daemon = Self {
            process,
            address: listening.unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0))),
            log: Some(log),
        };
        assert!(listening.is_ok(), "it did not start: {}", daemon.kill());
        setting.client = Client::of_socket(daemon.address);
        daemon
    }

    /// Kills the program where it stands, and gives what it logged.
    pub fn kill(mut self) -> String {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
        self.log.take().unwrap().join().unwrap()
    }

    /// Waits for the program to end by itself.
    pub fn ended(mut self) -> ExitStatus {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        panic!("it still runs; log: {}", self.kill());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Bytes of a file; 0 where there is none.
pub fn size(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |data| data.len())
}
