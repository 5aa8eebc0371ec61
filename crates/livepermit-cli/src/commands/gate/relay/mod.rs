//! `gate relay`: the memory that gates of a zone share, over HTTPS.

mod args;
mod texts;

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, SystemTime};

use axum::http::HeaderValue;
use livepermit::setup::Retention;
use livepermit_gate::MemoryReplay;
use livepermit_gate::replay::{GoOn, ReplayStore};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::json;

use crate::relay::{Desk, Listening, serve};
use crate::shared::failure::{Failure, Outcome};
use crate::shared::fetch::clock;
use crate::shared::relay_gates::RelayGates;
use crate::shared::store::store_failure;
use crate::shared::{output, signals};

pub(crate) use args::RelayArgs;

/// Permits that a memory without a folder has room for: some 300 bytes each.
const PERMITS: usize = 200_000;
/// How often the store is asked while nobody comes, and the file of gates is looked at.
const KEEP_ALIVE: Duration = Duration::from_secs(1);

pub(super) fn run(args: &RelayArgs, json: bool) -> Result<Outcome, Failure> {
    let tls = tls(args)?;
    if tls.is_none() && !args.listen.ip().is_loopback() && !args.dangerous_plain_http {
        return Err(texts::needs_tls(args.listen));
    }
    let gates = RelayGates::read(&args.gates)?;
    let began = clock();
    let store = store(args)?;
    if args.new {
        store
            .go_on(GoOn::NothingWasAdmitted, began)
            .map_err(|error| store_failure("the memory of the relay", &error))?;
    }
    let desk = Arc::new(Desk::new(store, gates, began));
    keep_alive(&desk, &args.gates);
    let listening = Listening { address: args.listen, tls, origins: origins(args)? };
    let scheme = if listening.tls.is_some() { "https" } else { "http" };
    let ready = |address| {
        if json {
            // Without a reader nobody needs the line.
            let _ = output::print_json(&json!({ "listening": format!("{scheme}://{address}/") }));
        } else {
            output::note(&texts::listening(scheme, address));
        }
    };
    let ended = signals::flag(signals::END);
    serve(desk, listening, ready, move || ended.load(Ordering::Relaxed))
        .map_err(|error| texts::not_served(&error))?;
    Ok(Outcome::Done)
}

/// The limits of the zone: what the gates' setups say too.
fn limits(args: &RelayArgs) -> Retention {
    let usual = Retention { clock_difference: args.clock_difference, ..Retention::default() };
    args.store.limits(usual)
}

fn store(args: &RelayArgs) -> Result<Arc<dyn ReplayStore>, Failure> {
    let (limits, now) = (limits(args), clock());
    match args.store.open_for_relay(args.state.as_deref(), limits, now)? {
        Some(store) => Ok(store),
        None if args.new => Ok(Arc::new(MemoryReplay::new(PERMITS, limits))),
        None => Ok(Arc::new(MemoryReplay::after_restart(PERMITS, limits, now))),
    }
}

fn origins(args: &RelayArgs) -> Result<Vec<HeaderValue>, Failure> {
    let origin = |text: &String| {
        let is_one = text.split_once("://").is_some_and(|(_, host)| !host.contains('/'));
        HeaderValue::from_str(text).ok().filter(|_| is_one).ok_or_else(|| texts::no_origin(text))
    };
    args.origin.iter().map(origin).collect()
}

fn tls(args: &RelayArgs) -> Result<Option<Arc<ServerConfig>>, Failure> {
    let (Some(certificate), Some(key)) = (&args.tls_certificate, &args.tls_key) else {
        return Ok(None);
    };
    let wrong = |path: &Path| {
        let name = path.display().to_string();
        move |error: rustls::pki_types::pem::Error| texts::tls_file_wrong(&name, error)
    };
    let chain: Vec<_> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(wrong(certificate))?;
    let key_of = PrivateKeyDer::from_pem_file(key).map_err(wrong(key))?;
    // The provider is named here, and is not a default of the process.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_no_client_auth())
        .and_then(|builder| builder.with_single_cert(chain, key_of))
        .map_err(|error| texts::tls_unusable(certificate.display(), error))?;
    Ok(Some(Arc::new(config)))
}

/// Asks the store each second, and reads the file of gates when it changes. Ends with the process.
fn keep_alive(desk: &Arc<Desk>, gates: &Path) {
    let (desk, gates) = (Arc::clone(desk), gates.to_owned());
    let mut read = changed(&gates);
    thread::spawn(move || {
        loop {
            thread::sleep(KEEP_ALIVE);
            let now = changed(&gates);
            if now != read {
                read = now;
                match RelayGates::read(&gates) {
                    Ok(gates) => desk.replace_gates(gates),
                    Err(failure) => output::warning(&failure.on_one_line()),
                }
            }
            // What is wrong is told to each gate that asks.
            let _ = desk.keep_alive(clock());
        }
    });
}

fn changed(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|data| data.modified()).ok()
}
