//! Logs of signed roots that lead from the root that a wallet saw last to the one it is shown, and
//! logs that do not.

use humanseal_sdk::status::fetch;
use humanseal_zk_credentials::field::FieldElement;
use humanseal_zk_credentials::status_list::{StatusList, StatusRoot};
use humanseal_zk_credentials::status_log::{LogHead, LogPage};
use humanseal_zk_credentials::status_root::SignedStatusRoot;

use crate::holder::{Issuer, at};
use crate::server::{Answer, Server};
use crate::status::{WINDOW, index, status};

/// Roots of the empty list, signed at these times, each naming the one before.
fn log(issuer: &Issuer, before: Option<&SignedStatusRoot>, times: &[i64]) -> Vec<SignedStatusRoot> {
    let mut log: Vec<SignedStatusRoot> = Vec::new();
    for seconds in times {
        let previous = log.last().or(before).map(SignedStatusRoot::hash);
        log.push(issuer.sign_root(StatusList::new().root(), at(*seconds), previous));
    }
    log
}

/// Serves the last root of a log with its list, and the log by pages.
fn serve(log: Vec<SignedStatusRoot>) -> Answer {
    let list = StatusList::new();
    let others = status(log.last().unwrap(), &list, &list);
    Box::new(move |call| {
        let Some(rest) = call.strip_prefix("GET /v1/status-list/log/") else {
            return others(call);
        };
        let page = LogPage(rest.split_once('?')?.0.parse().ok()?);
        let roots: Vec<_> = log
            .iter()
            .filter(|root| LogPage::of(root.issued_at()) == page)
            .collect();
        Some((200, serde_json::to_vec(&roots).ok()?))
    })
}

/// What the device says to a served log after it saw `seen`.
fn verdict(issuer: &Issuer, served: Vec<SignedStatusRoot>, seen: &SignedStatusRoot) -> String {
    let server = Server::start(serve(served));
    let mut pin = issuer.pin(&server.origin);
    pin.newest_root = Some(LogHead::of(seen));
    match fetch(&server.client(), &pin, index(1), at(0), WINDOW) {
        Ok(status) => format!("taken at {}", status.head.issued_at().unix_seconds()),
        Err(error) => error.code().to_owned(),
    }
}

#[test]
fn a_root_is_taken_where_the_log_leads_to_it() {
    let issuer = Issuer::new(1);
    // Over several pages of about three days each.
    let log = log(&issuer, None, &[-900_000, -600_000, -300_000, -20_000, -60]);
    let newest = format!("taken at {}", at(-60).unix_seconds());
    for seen in &log {
        assert_eq!(verdict(&issuer, log.clone(), seen), newest);
    }
    // The page is all that the question tells of when the wallet looked last.
    let server = Server::start(serve(log.clone()));
    let mut pin = issuer.pin(&server.origin);
    pin.newest_root = Some(LogHead::of(&log[2]));
    fetch(&server.client(), &pin, index(1), at(0), WINDOW).unwrap();
    let pages: Vec<String> = LogPage::of(at(-300_000))
        .through(LogPage::of(at(-60)))
        .map(|page| format!("GET /v1/status-list/log/{}", page.0))
        .collect();
    let called = server.called();
    let asked: Vec<&str> = called
        .iter()
        .filter(|call| call.contains("/log/"))
        .map(|call| call.split_once('?').unwrap().0)
        .collect();
    assert_eq!(asked, pages);
}

#[test]
fn a_fork_a_gap_and_a_root_taken_back_are_refused_by_name() {
    let issuer = Issuer::new(1);
    let honest = log(&issuer, None, &[-900, -600, -300]);
    let broken = "root_chain_broken";

    // Another root than the one seen, and what was signed upon it.
    let mut fork = honest[..2].to_vec();
    fork.push(issuer.sign_root(
        StatusRoot(FieldElement::from(7)),
        at(-300),
        Some(honest[1].hash()),
    ));
    let tip = fork[2].clone();
    fork.extend(log(&issuer, Some(&tip), &[-60]));
    assert_eq!(verdict(&issuer, fork.clone(), &honest[2]), broken);
    // The fork alone, of the very time of the root seen.
    let mut beside = honest[..2].to_vec();
    beside.extend(log(&issuer, Some(&honest[0]), &[-300]));
    assert_eq!(verdict(&issuer, beside, &honest[2]), broken);

    // A root that names none before it; one between is held back.
    let mut restarted = honest.clone();
    restarted.extend(log(&issuer, None, &[-60]));
    assert_eq!(verdict(&issuer, restarted, &honest[2]), broken);
    let gap = vec![honest[0].clone(), honest[2].clone()];
    assert_eq!(verdict(&issuer, gap, &honest[0]), broken);

    // An older root than the one seen, though of the same log.
    let back = honest[..2].to_vec();
    assert_eq!(
        verdict(&issuer, back, &honest[2]),
        "status_root_rolled_back"
    );
}
