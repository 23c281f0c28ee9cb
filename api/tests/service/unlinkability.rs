//! What two parties could join: presentations of one credential side by side, and an issuer's
//! database and log beside those of two verifiers. docs/privacy.md names what may be shared.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use humanseal_wallet_link::{EvmKey, Presentation};
use humanseal_zk_credentials::status_root::SignedStatusRoot;
use serde_json::Value;

use crate::child::{self, Daemon};
use crate::device::{
    Device, answer, document_of, enrol, present, present_under, published, request, wallet,
};
use crate::ledger;
use crate::world::{BACK_END, Setting, World};

const PUBLIC: [&str; 8] = [
    "nullifier",
    "binding",
    "today",
    "status_root",
    "issuer",
    "policy",
    "excluded",
    "scope",
];

/// Every value of a presentation by name, byte strings in words of 32 bytes.
fn parts(presentation: &Presentation) -> BTreeMap<String, String> {
    let json = serde_json::to_value(presentation).unwrap();
    let mut parts = BTreeMap::new();
    for (path, value) in leaves("", &json) {
        let name = path.trim_start_matches('/').to_owned();
        if let Some(place) = name.strip_prefix("public/") {
            parts.insert(PUBLIC[place.parse::<usize>().unwrap()].to_owned(), value);
        } else if name == "proof" || name == "signature/bytes" {
            let bytes = STANDARD.decode(&value).unwrap();
            for (place, word) in bytes.chunks_exact(32).enumerate() {
                parts.insert(format!("{name} {place}"), hex::encode(word));
            }
        } else {
            parts.insert(name, value);
        }
    }
    parts
}

/// The names of what both presentations say, wherever in the other it stands.
fn shared(a: &Presentation, b: &Presentation) -> BTreeSet<String> {
    let (a, b) = (parts(a), parts(b));
    let said: BTreeSet<&String> = b.values().collect();
    let named = a.into_iter().filter(|(_, value)| said.contains(value));
    named.map(|(name, _)| name).collect()
}

fn names(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_presentations_share_what_the_policy_says_and_no_more() {
    let world = World::development().await;
    let device = Device::new(1);
    let credential = world.credential(&device, 7);
    let mut shown = vec![];
    for (network, key, slot) in [
        ("compute.example", 1, 0),
        ("compute.example", 1, 0),
        ("compute.example", 2, 1),
        ("moves.example", 3, 0),
    ] {
        let asked = request(&world, network).await;
        shown.push(present(&world, &device, &credential, &asked, &wallet(key), slot).await);
    }
    // Of the day, the list, the issuer and the form of the signature; in this world both networks
    // exclude nobody.
    let elsewhere = [
        "excluded",
        "issuer",
        "signature/kind",
        "status_root",
        "today",
    ];
    // In one network also its terms and its place.
    let here = [&elsewhere[..], &["policy", "scope"]].concat();
    // At one place of it, asked for again: the place and who holds it.
    let same = [&here[..], &["account", "nullifier"]].concat();
    assert_eq!(shared(&shown[0], &shown[3]), names(&elsewhere));
    assert_eq!(shared(&shown[2], &shown[3]), names(&elsewhere));
    assert_eq!(shared(&shown[0], &shown[2]), names(&here));
    assert_eq!(shared(&shown[0], &shown[1]), names(&same));
}

/// Every value under a JSON value, with its path; null says nothing, places in lists are kept.
fn leaves(path: &str, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Null => vec![],
        Value::Object(members) => members
            .iter()
            .flat_map(|(name, value)| leaves(&format!("{path}/{name}"), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .flat_map(|(place, value)| leaves(&format!("{path}/{place}"), value))
            .collect(),
        Value::String(text) => vec![(path.to_owned(), text.clone())],
        other => vec![(path.to_owned(), other.to_string())],
    }
}

/// A party's columns: the name, and its value in each row.
type Columns = BTreeMap<String, Vec<String>>;

/// Every column of every table; a column that holds JSON becomes one for each member in it.
async fn columns(dir: &Path, database: &str) -> Columns {
    let (_copy, mut connection) = ledger::copied(dir, database).await;
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND m.name NOT LIKE '\\_%' ESCAPE '\\'",
    )
    .fetch_all(&mut connection)
    .await
    .unwrap();
    let mut columns = Columns::new();
    for (table, column) in tables {
        let query = format!(
            "SELECT CASE typeof({column}) WHEN 'blob' THEN lower(hex({column}))
             ELSE CAST({column} AS TEXT) END FROM {table} WHERE {column} IS NOT NULL"
        );
        let values: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(query))
            .fetch_all(&mut connection)
            .await
            .unwrap();
        for value in values {
            let name = format!("{table}.{column}");
            let json = value
                .starts_with('{')
                .then(|| serde_json::from_str(&value).unwrap());
            for (path, value) in leaves("", &json.unwrap_or(Value::String(value))) {
                columns
                    .entry(format!("{name}{path}"))
                    .or_default()
                    .push(value);
            }
        }
    }
    columns
}

/// The lines of a log that belong to a call.
fn log_columns(log: &str, columns: &mut Columns) {
    for line in log.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        if line.get("span").is_some() {
            for (path, value) in leaves("log", &line) {
                columns.entry(path).or_default().push(value);
            }
        }
    }
}

/// Values that may tell holders apart: of a column with a row for each, those in few of its rows.
fn identifying(columns: &Columns, holders: usize) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut found: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, values) in columns {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for value in values {
            *counts.entry(value).or_default() += 1;
        }
        if values.len() >= holders && !NOISE.contains(&name.as_str()) {
            for (value, _) in counts.into_iter().filter(|(_, count)| count * 2 < holders) {
                found.entry(value).or_default().insert(name);
            }
        }
    }
    found
}

/// Times of the verifier and of the log, how long a call took and which it was: docs/privacy.md says
/// what they can join. Of the issuer's database only the attempts have a second, for 24 hours.
const NOISE: [&str; 16] = [
    "attempts.attempted_at",
    "log/fields/status",
    "log/span/route",
    "log/spans/0/route",
    "log/fields/latency_ms",
    "log/timestamp",
    "registrations.expires_at",
    "registrations.pass_expires_at",
    "registrations.registered_at",
    "requests.document/expires_at",
    "requests.document/issued_at",
    "requests.expires_at",
    "requests.outcome/pass/exp",
    "requests.outcome/pass/iat",
    "requests.outcome/pass/nbf",
    "requests.used_at",
];
/// The same as text.
const NOISE_TEXT: [&str; 2] = [
    "requests.outcome/registration_expires_at",
    "requests.outcome/verified_at",
];

/// The columns of `b` in which a value of eight characters or more stands that `a` also has.
fn common(a: &Columns, b: &Columns) -> BTreeSet<String> {
    let known: BTreeSet<&String> = a.values().flatten().collect();
    let hit = |values: &[String]| values.iter().any(|v| v.len() >= 8 && known.contains(v));
    b.iter()
        .filter(|(name, values)| !NOISE.contains(&name.as_str()) && hit(values))
        .map(|(name, _)| name.clone())
        .collect()
}

/// A verifier of its own: process, database, log.
struct Verifier {
    setting: Setting,
    daemon: Daemon,
    network: &'static str,
}

async fn verifier(network: &'static str, root: &SignedStatusRoot) -> Verifier {
    let mut setting = child::setting(|text| {
        let (head, rest) = text.split_once("[issuer]").unwrap();
        let (_, verifier) = rest.split_once("[verifier]").unwrap();
        format!("{head}[verifier]{verifier}").replace("compute.example", network)
    });
    let daemon = Daemon::start(&mut setting);
    let taken = setting.client.post_as("/v1/roots", BACK_END, root).await;
    assert_eq!(taken.status, 204);
    Verifier {
        setting,
        daemon,
        network,
    }
}

/// Enrols that many holders at one issuer, lets each take a place at two verifiers, and joins
/// databases and logs of the three on every value.
async fn joined(holders: u8) {
    let mut issuer = child::setting(|text| text.split_once("[verifier]").unwrap().0.to_owned());
    let daemon = Daemon::start(&mut issuer);
    let mut enrolled = vec![];
    for place in 0..holders {
        let device = Device::new(u32::from(place));
        let paper = document_of(&issuer, u16::from(place));
        let credential = enrol(&issuer, &device, &paper).await;
        enrolled.push((device, credential));
    }
    let list = published(&issuer).await;
    let root = issuer.client.get("/v1/status-list/root").await.ok();

    let mut verifiers = vec![];
    for (at, network) in [(0, "compute.example"), (1, "storage.example")] {
        let verifier = verifier(network, &root).await;
        for (place, (device, credential)) in (0..).zip(&enrolled) {
            let asked = request(&verifier.setting, verifier.network).await;
            // The first holder is the control: one account for both networks.
            let key = if place == 0 { 1 } else { at * 100 + place + 1 };
            let key = EvmKey::from_bytes(&[key; 32]).unwrap();
            let here = &verifier.setting;
            let shown = present_under(&list, here, device, credential, &asked, &key, 0).await;
            assert_eq!(answer(here, &asked, &shown).await.status, 200);
        }
        verifiers.push(verifier);
    }

    let mut at_issuer = columns(issuer.dir.path(), "issuer.sqlite").await;
    // Of a session that is over the day alone is kept.
    for column in ["sessions.created_at", "sessions.evidence_by"] {
        let day = |time: &String| time.parse::<i64>().unwrap() % 86_400 == 0;
        assert!(at_issuer[column].iter().all(day), "{column}");
    }
    log_columns(&daemon.kill(), &mut at_issuer);
    let mut at_verifiers = vec![];
    for verifier in verifiers {
        let mut columns = columns(verifier.setting.dir.path(), "verifier.sqlite").await;
        log_columns(&verifier.daemon.kill(), &mut columns);
        for name in NOISE_TEXT {
            columns.remove(name).unwrap();
        }
        at_verifiers.push(columns);
    }
    let count = usize::from(holders);
    let joins = |a: &Columns, b: &Columns| -> BTreeSet<String> {
        let (a, b) = (identifying(a, count), identifying(b, count));
        a.iter()
            .filter_map(|(value, at)| Some((value, at, b.get(value)?)))
            .map(|(_, at, there)| format!("{at:?} = {there:?}"))
            .collect()
    };
    let account = [
        "registrations.account",
        "requests.outcome/account",
        "requests.outcome/pass/sub",
    ];
    let account: BTreeSet<&str> = account.into_iter().collect();
    let control = BTreeSet::from([format!("{account:?} = {account:?}")]);
    assert_eq!(joins(&at_verifiers[0], &at_verifiers[1]), control);
    for columns in &at_verifiers {
        assert_eq!(joins(&at_issuer, columns), BTreeSet::new());
        assert_eq!(common(&at_issuer, columns), names(&PUBLISHED), "issuer");
    }
    assert_eq!(
        common(&at_verifiers[0], &at_verifiers[1]),
        names(&[&PUBLISHED[..], &ALIKE].concat()),
        "verifiers"
    );
}

/// The issuer's key and its signed root, wherever it stands, and words of the program's log.
const PUBLISHED: [&str; 14] = [
    "log/fields/message",
    "log/target",
    "requests.document/issuers/0",
    "requests.document/roots/0/issued_at",
    "requests.document/roots/0/issuer",
    "requests.document/roots/0/root",
    "roots.issued_at",
    "roots.issuer",
    "roots.root",
    "roots.signed/chain_signature",
    "roots.signed/issued_at",
    "roots.signed/issuer",
    "roots.signed/root",
    "roots.signed/signature",
];
/// What two verifiers have in common beside that: the environment, the verifying key, terms that
/// both set alike; and the account of the one holder who showed the same to both.
const ALIKE: [&str; 9] = [
    "registrations.account",
    "requests.document/action",
    "requests.document/chains/0",
    "requests.document/environment",
    "requests.document/statement",
    "requests.document/vk_hash",
    "requests.outcome/account",
    "requests.outcome/pass/environment",
    "requests.outcome/pass/sub",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn issuer_and_two_verifiers_share_no_value_of_a_holder() {
    joined(8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "300 proofs: minutes where cores are shared. cargo test --release --workspace --test service -- --ignored a_hundred"]
async fn the_same_for_a_hundred_holders() {
    joined(100).await;
}
