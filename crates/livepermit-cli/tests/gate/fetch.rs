//! Lists that the command fetches from web servers.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use livepermit_testkit::servers::or_skip;
use serde_json::Value;

use crate::desk::{Desk, Gate, NOW, Ran};
use crate::web::{Certificate, Question, WebServer, answer, proxy};

const URI: &str = "s:1";
const PATIENCE: Duration = Duration::from_secs(60);

fn sign_status(desk: &Desk, verb: &str, entries: &[&str], now: u64) {
    let now = now.to_string();
    let words = ["status", verb, "--dir", "register", "--key", "issuer.pem", "--at", &now];
    desk.ok(&[&words[..], &["--out", "status.cwt"], entries].concat());
}

/// Gives an entry of a register whose list is `status.cwt`, made at [`NOW`].
fn register(desk: &Desk) -> u64 {
    let of = ["--issuer", "bj.example", "--uri", URI, "--entries", "80"];
    desk.ok(&[&["status", "new", "--dir", "register"][..], &of].concat());
    let given = desk.ok(&["--json", "status", "allocate", "--dir", "register"]).json();
    sign_status(desk, "sign", &[], NOW);
    given["indices"][0].as_u64().unwrap()
}

/// The files that a server sends, each with a tag of its content. The server says that nothing is
/// new where that is so.
#[derive(Clone, Default)]
struct Files(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Files {
    fn put(&self, name: &str, bytes: Vec<u8>) {
        self.0.lock().unwrap().insert(name.to_owned(), bytes);
    }

    fn answer(&self, question: &Question) -> Vec<u8> {
        let files = self.0.lock().unwrap();
        let name = question.path().trim_start_matches('/');
        let Some(bytes) = files.get(name) else {
            return answer(404, &[], b"no such file");
        };
        let tag = format!(
            "\"{:x}\"",
            bytes.iter().fold(7_u64, |sum, byte| sum * 31 % 999_999_937 + u64::from(*byte))
        );
        if question.header("If-None-Match") == Some(&tag) {
            return answer(304, &[], b"");
        }
        answer(200, &[&format!("ETag: {tag}")], bytes)
    }
}

/// A server with the lists of the desk.
fn server(desk: &Desk) -> (WebServer, Files) {
    let files = Files::default();
    files.put("trust.cwt", desk.read("trust.cwt"));
    files.put("status.cwt", desk.read("status.cwt"));
    let shared = files.clone();
    (WebServer::start(move |question| shared.answer(question)), files)
}

fn required<'a>(trust: &'a str, status: &'a str) -> Vec<&'a str> {
    let lists = ["--trust", trust, "--root", "root.pub", "--status", status];
    let rules = ["--revocation", "required", "--max-list-age", "24h", "--fetch-every", "1"];
    [&lists[..], &rules, &["--cool-down", "none"]].concat()
}

/// Asks with new codes, second after second, until the answer is this code. Gives the second.
fn ask_until(gate: &mut Gate, desk: &Desk, entry: u64, from: u64, wanted: &str) -> u64 {
    let end = Instant::now() + PATIENCE;
    let mut second = from;
    loop {
        let told = gate.code(second, &desk.pass_with_status("A", Some((URI, entry)), second));
        if told == wanted {
            return second;
        }
        assert!(Instant::now() < end, "{told} and not {wanted}: {}", desk.errors());
        std::thread::sleep(Duration::from_millis(100));
        second += 1;
    }
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < end, "in vain: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_gate_fetches_its_lists_and_refuses_what_the_new_list_withdraws() {
    let desk = Desk::new();
    let entry = register(&desk);
    let (server, files) = server(&desk);
    let (trust, status) = (server.url("trust.cwt"), server.url("status.cwt"));
    let words = desk.gate_words(&required(&trust, &status));
    let mut gate = desk.start(&words);
    let code = |now| desk.pass_with_status("A", Some((URI, entry)), now);
    assert_eq!(gate.code(NOW, &code(NOW)), "accepted");
    until("questions with a tag", || {
        gate.ask(NOW, &code(NOW));
        server.seen().iter().filter(|question| question.header("If-None-Match").is_some()).count()
            > 4
    });
    sign_status(&desk, "revoke", &[&entry.to_string()], NOW + 1);
    files.put("status.cwt", desk.read("status.cwt"));
    let second = ask_until(&mut gate, &desk, entry, NOW + 1, "revoked");
    let loaded = format!("{status} is loaded");
    assert_eq!(desk.errors().matches(&loaded).count(), 1, "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
    let agent = concat!("livepermit/", env!("CARGO_PKG_VERSION"));
    assert!(server.seen().iter().all(|question| question.header("User-Agent") == Some(agent)));

    // Without a network, the gate starts with its copies.
    drop(server);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (trust, status) = (format!("http://{nobody}/trust.cwt"), format!("http://{nobody}/s.cwt"));
    let words = desk.gate_words(&required(&trust, &status));
    let mut gate = desk.start(&words);
    assert_eq!(gate.code(second + 1, &code(second + 1)), "revoked");
    let told = format!("{status} is not fetched: the server is not reachable");
    assert_eq!(desk.errors().matches(&told).count(), 1, "{}", desk.errors());
    assert_eq!(gate.finish(), 0);
    // Without copies, it does not start.
    let fresh = desk.gate_words(&[&required(&trust, &status)[..], &["--state", "fresh"]].concat());
    desk.run(&fresh).failed("is not fetched: the server is not reachable");
}

#[test]
fn a_page_of_a_login_replaces_no_list_and_is_named_and_heals() {
    let desk = Desk::new();
    let entry = register(&desk);
    let (server, files) = server(&desk);
    let (trust, status) = (server.url("trust.cwt"), server.url("status.cwt"));
    let log = ["--log", "log.jsonl"];
    let mut gate = desk.gate(&[&required(&trust, &status)[..], &log].concat());
    let code = |now| desk.pass_with_status("A", Some((URI, entry)), now);
    assert_eq!(gate.code(NOW, &code(NOW)), "accepted");
    files.put("status.cwt", b"<!doctype html><title>Log in</title>".to_vec());
    let mut now = NOW + 1;
    let mut ask = |gate: &mut Gate, told: &str| {
        let end = Instant::now() + PATIENCE;
        while !desk.errors().contains(told) {
            assert!(Instant::now() < end, "{told}: {}", desk.errors());
            assert_eq!(gate.code(now, &code(now)), "accepted", "{}", desk.errors());
            now += 1;
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    ask(&mut gate, &format!("{status} is not fetched: this is a web page and no list"));
    files.put("status.cwt", desk.read("status.cwt"));
    ask(&mut gate, &format!("{status} is fetched again"));
    assert_eq!(gate.finish(), 0);
    let log = desk.text("log.jsonl");
    let codes = ["\"code\":\"list-not-a-list\"", "\"code\":\"fetched-again\""];
    assert_eq!(codes.map(|code| log.matches(code).count()), [1, 1], "{log}");
}

/// An alarm says why no newer list comes: because of this list's address and no other.
#[test]
fn an_alarm_names_the_address_from_which_no_list_comes() {
    let desk = Desk::new();
    register(&desk);
    let (server, files) = server(&desk);
    let (trust, status) = (server.url("trust.cwt"), server.url("status.cwt"));
    let mut gate = desk.gate(&required(&trust, &status));
    assert_eq!(gate.code(NOW, "x"), "not-ours");
    files.put("status.cwt", b"<!doctype html><title>Log in</title>".to_vec());
    until("no list comes", || {
        gate.ask(NOW, "x");
        desk.errors().contains(&format!("{status} is not fetched: "))
    });
    // The status list is old, and later the trust list ends soon.
    gate.ask(NOW + 13 * 3600, "x");
    gate.ask(NOW + 23 * 86_400, "x");
    let errors = desk.errors();
    let alarm = |start: &str| {
        errors.lines().find(|line| line.contains(start)).unwrap_or_else(|| panic!("{errors}"))
    };
    let why = format!("; {status} is not fetched since ");
    let old = alarm("status list s:1 is 13 h old");
    assert!(old.contains(&why) && old.contains("a web page"), "{old}");
    let ends = alarm("trust list bj.gates ends in 7 days");
    assert!(!ends.contains("is not fetched"), "{ends}");
    assert_eq!(gate.finish(), 0);

    // Which address answers. That one does not is no warning for the first quarter of an hour.
    let told = desk.run(&["--json", "gate", "status", "--state", "state"]).json();
    let [of_trust, of_status] = [&told["fetched"][0], &told["fetched"][1]];
    assert_eq!((&of_trust["url"], &of_status["url"]), (&trust.into(), &status.into()), "{told}");
    assert!(of_trust["answered"].is_u64() && of_trust["failing_since"].is_null(), "{told}");
    assert!(of_status["failing_since"].is_u64(), "{told}");
    assert_eq!((&of_trust["code"], &of_status["code"]), (&Value::Null, &"list-not-a-list".into()));
    assert!(!told["warnings"].to_string().contains("list-not-a-list"), "{told}");
}

/// The list waits in the gate. The server is not asked to send it again.
#[test]
fn a_list_that_is_refused_is_kept_and_tried_again_without_a_download() {
    let desk = Desk::new();
    let entry = register(&desk);
    let (server, files) = server(&desk);
    let (trust, status) = (server.url("trust.cwt"), server.url("status.cwt"));
    let mut gate = desk.gate(&required(&trust, &status));
    let code = |now| desk.pass_with_status("A", Some((URI, entry)), now);
    assert_eq!(gate.code(NOW, &code(NOW)), "accepted");
    sign_status(&desk, "revoke", &[&entry.to_string()], NOW + 1000);
    files.put("status.cwt", desk.read("status.cwt"));
    let end = Instant::now() + PATIENCE;
    let waiting = loop {
        let told = gate.ask(NOW + 1, &code(NOW + 1));
        if let Some(waiting) = told["lists_waiting"].get(0) {
            break waiting.clone();
        }
        assert!(Instant::now() < end, "{told}");
        std::thread::sleep(Duration::from_millis(50));
    };
    assert_eq!(
        (&waiting["code"], waiting["file"].as_str()),
        (&"list-from-the-future".into(), Some(status.as_str()))
    );
    let sent = || {
        let of = |question: &&Question| question.path() == "/status.cwt";
        let seen = server.seen();
        (
            seen.iter().filter(of).count(),
            seen.last().and_then(|q| q.header("If-None-Match").map(str::to_owned)),
        )
    };
    let before = sent().0;
    until("two more questions", || {
        gate.ask(NOW + 2, &code(NOW + 2));
        sent().0 > before + 2
    });
    assert!(sent().1.is_some());
    assert_eq!(gate.code(NOW + 996, &code(NOW + 996)), "revoked");
    assert_eq!(gate.finish(), 0);
}

/// The server takes the question and never answers.
#[test]
fn no_visitor_waits_for_a_server() {
    let desk = Desk::new();
    let entry = register(&desk);
    let code = |now| desk.pass_with_status("A", Some((URI, entry)), now);
    let mut gate = desk.gate(&required("trust.cwt", "status.cwt"));
    assert_eq!(gate.code(NOW, &code(NOW)), "accepted");
    assert_eq!(gate.finish(), 0);
    let server = WebServer::start(|_| {
        std::thread::sleep(Duration::from_secs(600));
        Vec::new()
    });
    let (trust, status) = (server.url("trust.cwt"), server.url("status.cwt"));
    let mut gate = desk.gate(&required(&trust, &status));
    // Both lists were asked for, and the copies in the folder count.
    assert_eq!(gate.code(NOW + 60, &code(NOW + 60)), "accepted");
    until("both questions", || server.seen().len() == 2);
    let told = desk.errors();
    assert_eq!(told.matches("is not fetched yet").count(), 2, "{told}");
    assert_eq!(gate.finish(), 0);
}

/// What servers send where a list should be, and what the command says.
#[test]
fn whatever_a_server_sends_is_named() {
    let desk = Desk::new();
    let entry = register(&desk);
    let list = desk.read("status.cwt");
    let cut = answer(200, &[], &[&list[..], &[0; 9]].concat());
    let cut = cut[..cut.len() - 9].to_vec();
    let (good, chunked) = (list.clone(), list.clone());
    let server = WebServer::start(move |question| match question.path() {
        "/good" => answer(200, &[], &good),
        "/led" => answer(302, &["Location: good"], b""),
        "/chunked" => {
            let (one, two) = chunked.split_at(10);
            let mut out = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".to_vec();
            for part in [one, two, &[]] {
                out.extend(format!("{:x}\r\n", part.len()).bytes());
                out.extend_from_slice(part);
                out.extend(b"\r\n");
            }
            out
        }
        "/500" => answer(500, &[], b"<html>error</html>"),
        "/503" => answer(503, &["Retry-After: 5"], b""),
        "/204" => answer(204, &[], b""),
        "/304" => answer(304, &[], b""),
        "/cut" => cut.clone(),
        "/long" => answer(200, &[], &vec![0xD2; 10 << 20]),
        "/page" => answer(200, &["Content-Type: application/cwt"], b"\n<HTML><body>Log in"),
        "/gzip" => answer(200, &["Content-Encoding: gzip"], b"\x1F\x8B\x08\0\0\0\0\0"),
        "/json" => answer(200, &[], b"{\"error\": \"none\"}"),
        "/empty" => answer(200, &[], b""),
        "/loop" => answer(301, &["Location: /loop"], b""),
        "/login" => answer(302, &["Location: http://portal.example/login?id=secret"], b""),
        "/nowhere" => answer(302, &[], b""),
        "/noise" => b"SSH-2.0-OpenSSH_9.2\r\n\r\n".to_vec(),
        "/closed" => Vec::new(),
        other => panic!("{other}"),
    });
    let code = desk.pass_with_status("A", Some((URI, entry)), NOW);
    let verify = |path: &str| {
        let required = ["--revocation", "required", "--max-list-age", "24h", "--status"];
        desk.verify(&code, NOW, &[&required[..], &[&server.url(path)]].concat())
    };
    for path in ["good", "led", "chunked"] {
        let ran = verify(path);
        assert_eq!(ran.code, 0, "{path}: {ran:?}");
    }
    for (path, told) in [
        ("500", "is not fetched: the server answered 500 and sent no list"),
        ("503", "is not fetched: the server answered 503 and sent no list"),
        ("204", "is not fetched: the server answered 204 and sent no list"),
        ("304", "is not fetched: the server answered 304 and sent no list"),
        ("cut", "is not fetched: the answer of the server was cut short"),
        ("long", "is not fetched: the server sent more than 9 MiB"),
        ("page", "is not fetched: this is a web page and no list"),
        ("gzip", "is not fetched: this is a gzip file and no list"),
        ("json", "is not fetched: this is JSON and no list"),
        ("empty", "is not fetched: the server sent nothing"),
        ("loop", "is not fetched: the server leads from address to address"),
        ("login", "the server leads to http://portal.example/login: it is plain http://"),
        ("nowhere", "is not fetched: the server answered 302 and sent no list"),
        ("noise", "is not fetched: the answer of the server is broken"),
        ("closed", "is not fetched: the answer of the server"),
    ] {
        let ran = verify(path);
        ran.failed(told);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
    }
    // A list that came is judged as a file is.
    let trust = desk.verify(&code, NOW, &["--trust", &server.url("page"), "--root", "root.pub"]);
    trust.failed("this is a web page and no list");
}

#[test]
fn plain_http_is_for_this_machine_only_unless_somebody_says_so() {
    let desk = Desk::new();
    let verify = |more: &[&str]| desk.verify("LP1:A", NOW, more);
    for (url, told) in [
        ("http://lists.example/trust.cwt", "it is plain http:// to another machine"),
        ("ftp://lists.example/trust.cwt", "it does not begin with https://"),
        ("https://me:secret@lists.example/t", "it holds a user or a password"),
        ("https:///trust.cwt", "it is no web address"),
    ] {
        let ran = verify(&["--trust", url, "--root", "root.pub"]);
        ran.failed(told);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
    }
    let words = ["--trust", "http://lists.invalid/t", "--root", "root.pub"];
    let ran = verify(&[&words[..], &["--dangerous-plain-http"]].concat());
    ran.failed("http://lists.invalid/t is not fetched: the server is not reachable");
}

/// Runs `verify` with the trust list of an address, with these variables and options.
fn verify_by(desk: &Desk, url: &str, variables: &[&str], more: &[&str]) -> Ran {
    let code = desk.pass("A", NOW);
    let words =
        desk.verify_words(&code, NOW, &[&["--trust", url, "--root", "root.pub"], more].concat());
    let unset = ["-u", "HTTPS_PROXY", "-u", "https_proxy", "-u", "ALL_PROXY", "-u", "all_proxy"];
    let first: Vec<&str> = unset
        .iter()
        .chain(&["-u", "NO_PROXY", "-u", "no_proxy"])
        .chain(variables)
        .copied()
        .chain([env!("CARGO_BIN_EXE_livepermit")])
        .collect();
    desk.run_by("env", &first, &words, b"")
}

#[test]
fn the_server_of_a_list_needs_an_authority_that_the_machine_or_the_operator_trusts() {
    let desk = Desk::new();
    let Some(certificate) = or_skip(Certificate::of("DNS:localhost", &desk.path("")), "openssl")
    else {
        return;
    };
    let list = desk.read("trust.cwt");
    let server = WebServer::start_tls(&certificate, move |question| match question.path() {
        "/trust.cwt" => answer(200, &[], &list),
        _ => answer(302, &["Location: http://localhost/trust.cwt"], b""),
    });
    let port = server.address.port();
    let url = format!("https://localhost:{port}/trust.cwt");
    let ran = verify_by(&desk, &url, &[], &["--authority", "authority.pem"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    verify_by(&desk, &url, &[], &[]).failed("no authority that this machine trusts vouches");
    let by_number = format!("https://127.0.0.1:{port}/trust.cwt");
    verify_by(&desk, &by_number, &[], &["--authority", "authority.pem"])
        .failed("the certificate of the server is for another name");
    let led = format!("https://localhost:{port}/led");
    verify_by(&desk, &led, &[], &["--authority", "authority.pem"])
        .failed("the server leads to http://localhost/trust.cwt: it is plain http://");
    verify_by(&desk, &url, &[], &["--authority", "root.pub"]).failed("holds no certificate");
    verify_by(&desk, &url, &[], &["--authority", "none.pem"]).failed("there is no file none.pem");

    // A server without TLS.
    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/trust.cwt", plain.local_addr().unwrap().port());
    std::thread::spawn(move || {
        for mut stream in plain.incoming().flatten() {
            stream.write_all(&answer(400, &[], b"speak HTTP")).unwrap();
            let _ = stream.read(&mut [0; 4096]);
        }
    });
    verify_by(&desk, &url, &[], &["--authority", "authority.pem"])
        .failed("no secure connection: the server does not speak TLS");
}

/// What one command of `openssl` makes, and what an expired certificate is.
#[test]
fn what_is_wrong_with_a_certificate_is_said() {
    let desk = Desk::new();
    let Some(own) = or_skip(Certificate::of_itself("localhost", &desk.path("")), "openssl") else {
        return;
    };
    let server = WebServer::start_tls(&own, |_| answer(200, &[], b""));
    let url = format!("https://localhost:{}/trust.cwt", server.address.port());
    verify_by(&desk, &url, &[], &["--authority", "server.pem"])
        .failed("the server shows the certificate of an authority");
    verify_by(&desk, &url, &[], &[]).failed("is not fetched: no secure connection: ");
}

#[test]
fn lists_come_through_a_proxy_whose_password_nobody_sees() {
    let desk = Desk::new();
    let Some(certificate) =
        or_skip(Certificate::of("DNS:lists.example", &desk.path("")), "openssl")
    else {
        return;
    };
    let list = desk.read("trust.cwt");
    let server = WebServer::start_tls(&certificate, move |_| answer(200, &[], &list));
    let (proxy, seen) = proxy(server.address);
    let url = "https://lists.example/trust.cwt";
    let authority = ["--authority", "authority.pem"];
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let value = format!("{variable}=http://me:secret@{proxy}");
        let ran = verify_by(&desk, url, &[&value], &authority);
        assert_eq!(ran.code, 0, "{variable}: {ran:?}");
        let question = seen.lock().unwrap().pop().unwrap();
        assert_eq!(question.path(), "lists.example:443");
        assert!(question.header("Proxy-Authorization").is_some(), "{question:?}");
    }
    // Without the proxy, nobody knows the name.
    let value = format!("HTTPS_PROXY=http://me:secret@{proxy}");
    let ran = verify_by(&desk, url, &[&value, "NO_PROXY=lists.example"], &authority);
    ran.failed("the server is not reachable");
    assert!(seen.lock().unwrap().is_empty());
    for wrong in ["http://me:secret@127.0.0.1:1", "secret://", "me:secret@"] {
        let ran = verify_by(&desk, url, &[&format!("HTTPS_PROXY={wrong}")], &authority);
        ran.failed("is not fetched: ");
        assert!(!ran.err.contains("secret") && !ran.out.contains("secret"), "{ran:?}");
    }
}
