//! Gates that share their memory through a relay, by the clock.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::{Duration, SystemTime};

use hmac::{Hmac, KeyInit as _, Mac as _};
use livepermit_testkit::servers::{Postgres, Redis, or_skip};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::desk::{CLASS, Desk, Gate};
use crate::once::words_by_the_clock;
use crate::servers::of_postgres;
use crate::terminal::wait_until;
use crate::web::{Certificate, WebServer, answer};

fn clock() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

/// A folder with two gates that a relay knows, and a key file of each.
fn desk() -> Desk {
    let desk = Desk::new();
    for gate in ["gate-3", "gate-4"] {
        let words = [
            &["--json", "gate", "setup", "new", "--operator-key", "root.pem", "--gate", gate][..],
            &["--issuer-key", "issuer.pub", "--issuer", "bj.example", "--class", CLASS],
            &["--revocation", "not-checked"],
            &["--relay", "https://relay.example/", "--relay-gates", "gates.json"],
        ];
        desk.ok(&words.concat());
        desk.write(&format!("{gate}.key"), key(&desk, gate));
    }
    desk
}

fn gates(desk: &Desk) -> Value {
    serde_json::from_str(&desk.text("gates.json")).unwrap()
}

/// In hexadecimal.
fn key(desk: &Desk, gate: &str) -> String {
    gates(desk)["gates"][gate].as_str().unwrap().to_owned()
}

struct Relay {
    process: Gate,
    address: SocketAddr,
}

impl Relay {
    fn start(desk: &Desk, listen: &str, more: &[&str]) -> Self {
        let words = ["--json", "gate", "relay", "--gates", "gates.json", "--listen", listen];
        let words: Vec<String> = words.iter().chain(more).map(ToString::to_string).collect();
        let mut process = desk.start(&words);
        let told = process.read();
        let url = told["listening"].as_str().unwrap();
        let (_, address) = url.trim_end_matches('/').split_once("://").unwrap();
        let address = address.parse().unwrap();
        Self { process, address }
    }

    fn url(&self) -> String {
        format!("http://{}/", self.address)
    }
}

fn gate(desk: &Desk, name: &str, url: &str, more: &[&str]) -> Gate {
    let key = format!("{name}.key");
    let place = ["--gate", name, "--state", name, "--zone", "hall"];
    let relay = ["--relay", url, "--relay-key", &key];
    desk.start(&words_by_the_clock(desk, &[&place[..], &relay, more].concat()))
}

fn show(gate: &mut Gate, code: &str) -> Value {
    gate.write(format!("{code}\n").as_bytes());
    gate.read()
}

fn out_of_order(told: &Value, code: &str) {
    assert_eq!((&told["code"], &told["fault"]), (&code.into(), &"ours".into()), "{told}");
    assert_eq!(told["opens"], false, "{told}");
}

#[test]
fn of_two_gates_one_admits_a_code() {
    let desk = desk();
    let relay = Relay::start(&desk, "127.0.0.1:0", &["--new"]);
    let mut one = gate(&desk, "gate-3", &relay.url(), &[]);
    let mut two = gate(&desk, "gate-4", &relay.url(), &[]);
    let code = desk.pass("BJ-1", clock());
    assert_eq!(show(&mut one, &code)["code"], "accepted");
    assert_eq!(show(&mut two, &code)["code"], "already-used");
    assert_eq!(show(&mut one, &code)["code"], "already-accepted-here");
    let next = desk.pass("BJ-1", clock() + 1);
    assert_eq!(show(&mut two, &next)["code"], "cooling-down");
    // Both at once, with many codes.
    for number in 0..20 {
        let code = desk.pass(&format!("BJ-R{number}"), clock());
        let told = thread::scope(|scope| {
            let both = [&mut one, &mut two].map(|gate| scope.spawn(|| show(gate, &code)));
            both.map(|thread| thread.join().unwrap()["code"].as_str().unwrap().to_owned())
        });
        let admitted = told.iter().filter(|code| *code == "accepted").count();
        assert_eq!(admitted, 1, "{told:?}");
    }
    assert_eq!((one.finish(), two.finish()), (0, 0));
}

#[test]
fn a_relay_that_is_killed_and_comes_back_knows_what_was_used() {
    let desk = desk();
    let kept = ["--state", "relay-state"];
    let mut relay = Relay::start(&desk, "127.0.0.1:0", &[&kept[..], &["--new"]].concat());
    let (address, url) = (relay.address.to_string(), relay.url());
    let mut one = gate(&desk, "gate-3", &url, &[]);
    let code = desk.pass("BJ-1", clock());
    assert_eq!(show(&mut one, &code)["code"], "accepted");
    drop(relay.process);
    out_of_order(&show(&mut one, &desk.pass("BJ-2", clock())), "store-unreachable");

    relay = Relay::start(&desk, &address, &kept);
    let mut two = gate(&desk, "gate-4", &url, &[]);
    // What is dated in the second in which the relay began is turned away once.
    wait_until("the relay knows the code", || show(&mut two, &code)["code"] == "already-used");
    assert_eq!(show(&mut one, &desk.pass("BJ-3", clock()))["code"], "accepted");
    drop(relay.process);

    // A relay without a folder does not know what was admitted, and says so.
    relay = Relay::start(&desk, &address, &[]);
    wait_until("it waits", || show(&mut two, &desk.pass("BJ-4", clock()))["code"] == "forgotten");
    out_of_order(&show(&mut one, &desk.pass("BJ-5", clock())), "forgotten");
    drop(relay.process);
}

#[test]
fn a_relay_keeps_what_was_used_at_a_server() {
    let through = |server: &[&str]| {
        let desk = desk();
        let mut relay = Relay::start(&desk, "127.0.0.1:0", &[server, &["--new"]].concat());
        let (address, url) = (relay.address.to_string(), relay.url());
        let mut one = gate(&desk, "gate-3", &url, &[]);
        let code = desk.pass("BJ-1", clock());
        assert_eq!(show(&mut one, &code)["code"], "accepted", "{server:?}");
        // Another process, on another machine perhaps, and the same server.
        drop(relay.process);
        relay = Relay::start(&desk, &address, server);
        let mut two = gate(&desk, "gate-4", &url, &[]);
        wait_until("the relay knows the code", || show(&mut two, &code)["code"] == "already-used");
        assert_eq!(show(&mut one, &desk.pass("BJ-2", clock()))["code"], "accepted");
        assert_eq!(show(&mut two, &desk.pass("BJ-2", clock() + 1))["code"], "cooling-down");
        drop(relay.process);
    };
    if let Some(server) = or_skip(Redis::start(&[]), "redis-server") {
        through(&["--redis", &format!("redis://127.0.0.1:{}", server.port())]);
    }
    if let Some(server) = or_skip(Postgres::start(&[]), "PostgreSQL") {
        through(&["--postgres", &of_postgres(&server, &[])]);
    }
}

#[test]
fn a_relay_with_a_certificate_is_asked_through_tls() {
    let desk = desk();
    let made = Certificate::of("DNS:localhost", &desk.path(""));
    if or_skip(made, "openssl").is_none() {
        return;
    }
    let tls = ["--tls-certificate", "server.pem", "--tls-key", "server.key"];
    let relay = Relay::start(&desk, "127.0.0.1:0", &[&tls[..], &["--new"]].concat());
    let url = format!("https://localhost:{}/", relay.address.port());
    let authority = ["--relay-ca", "authority.pem"];
    let mut one = gate(&desk, "gate-3", &url, &authority);
    let mut two = gate(&desk, "gate-4", &url, &authority);
    let code = desk.pass("BJ-1", clock());
    assert_eq!(show(&mut one, &code)["code"], "accepted");
    assert_eq!(show(&mut two, &code)["code"], "already-used");
    // A gate that trusts no authority of the relay sends no permit.
    assert_eq!(two.finish(), 0);
    let mut stranger = gate(&desk, "gate-4", &url, &[]);
    out_of_order(&show(&mut stranger, &desk.pass("BJ-2", clock())), "store-unreachable");

    let wrong = ["--tls-certificate", "server.pem", "--tls-key", "ca.key"];
    let words = ["gate", "relay", "--gates", "gates.json"];
    desk.run(&[&words[..], &wrong].concat()).failed("certificate and key belong together");
}

#[test]
fn a_wrong_key_gets_no_answer() {
    let desk = desk();
    let relay = Relay::start(&desk, "127.0.0.1:0", &["--new"]);
    let mut one = gate(&desk, "gate-3", &relay.url(), &[]);
    assert_eq!(show(&mut one, &desk.pass("BJ-1", clock()))["code"], "accepted");
    // The key of another gate, and a name that nobody has.
    let question = question(clock(), &nonce(1));
    assert_eq!(ask(&relay, "gate-3", &key(&desk, "gate-4"), &question).0, 401);
    assert_eq!(ask(&relay, "gate-9", &key(&desk, "gate-3"), &question).0, 401);
    assert_eq!(ask(&relay, "gate-3", &key(&desk, "gate-3"), &question).0, 200);
    // A gate whose line is gone is not answered any more.
    let mut left = gates(&desk);
    left["gates"].as_object_mut().unwrap().remove("gate-3");
    desk.write("gates.json", left.to_string());
    let refused = || {
        let question = self::question(clock(), &nonce(2));
        ask(&relay, "gate-3", &key_file(&desk), &question).0 == 401
    };
    wait_until("the file of gates is read again", refused);
    out_of_order(&show(&mut one, &desk.pass("BJ-2", clock())), "store-unreachable");
}

fn key_file(desk: &Desk) -> String {
    desk.text("gate-3.key")
}

#[test]
fn a_question_that_comes_again_is_not_asked_again() {
    let desk = desk();
    let relay = Relay::start(&desk, "127.0.0.1:0", &["--new"]);
    let key = key(&desk, "gate-3");
    let now = clock();
    let mut question = question(now, &nonce(1));
    question["attempt"] = attempt(now);
    let (status, first) = ask(&relay, "gate-3", &key, &question);
    assert_eq!((status, &first["answer"]["kind"]), (200, &"not-used-before".into()), "{first}");
    assert_eq!(ask(&relay, "gate-3", &key, &question).0, 409);
    // Dated before the relay began: an earlier relay may have answered it.
    assert_eq!(ask(&relay, "gate-3", &key, &self::question(now - 20, &nonce(2))).0, 409);
    // Too far from the relay's clock: told, and nothing is written.
    let (status, apart) = ask(&relay, "gate-3", &key, &self::question(now - 100, &nonce(3)));
    assert_eq!((status, &apart["answer"]["kind"]), (200, &"clock-apart".into()), "{apart}");
    // Other settings of the zone.
    let mut other = self::question(clock(), &nonce(4));
    other["settings"]["largestWindow"] = 60.into();
    let (status, told) = ask(&relay, "gate-3", &key, &other);
    assert_eq!((status, &told["answer"]["code"]), (200, &"store-setup".into()), "{told}");
    // What no gate asks.
    let mut far = self::question(clock(), &nonce(5));
    far["attempt"] = attempt(now + 1000);
    assert_eq!(ask(&relay, "gate-3", &key, &far).0, 400);
    assert_eq!(ask(&relay, "gate-3", &key, &self::question(clock(), "short")).0, 400);
}

#[test]
fn an_answer_of_another_server_opens_nothing() {
    let desk = desk();
    let body = br#"{"answer":{"kind":"not-used-before"},"health":{}}"#;
    let code = format!("livepermit-mac: {}", "0".repeat(64));
    let server = WebServer::start(move |_| answer(200, &[&code], body));
    let mut one = gate(&desk, "gate-3", &format!("http://{}/", server.address), &[]);
    out_of_order(&show(&mut one, &desk.pass("BJ-1", clock())), "store-unreachable");
}

#[test]
fn a_relay_is_not_offered_to_other_machines_without_tls() {
    let desk = desk();
    let relay =
        |more: &[&str]| desk.run(&[&["gate", "relay", "--gates", "gates.json"][..], more].concat());
    relay(&["--listen", "0.0.0.0:0"]).failed("without TLS");
    relay(&["--origin", "https://gate.example/page"]).failed("no origin");
    desk.write("other.json", "{}");
    desk.run(&["gate", "relay", "--gates", "other.json"]).failed("does not hold the gates");
}

fn nonce(number: u8) -> String {
    format!("{number:032x}")
}

fn question(time: u64, nonce: &str) -> Value {
    json!({
        "time": time, "nonce": nonce,
        "settings": {
            "largestWindow": 30, "largestSkew": 5, "clockDifference": 60, "longestCoolDown": 35,
            "oldMaster": 0,
        },
    })
}

fn attempt(moment: u64) -> Value {
    json!({
        "permit": "11".repeat(32), "moment": moment, "lane": "1", "zone": "hall",
        "passage": "enter", "debounce": 3, "coolDown": 35,
    })
}

fn code(key: &str, parts: &[&[u8]]) -> String {
    let key: Vec<u8> = (0..64)
        .step_by(2)
        .map(|at| u8::from_str_radix(key.get(at..at + 2).unwrap(), 16).unwrap())
        .collect();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Asks by hand. The code of an answer must be right.
fn ask(relay: &Relay, gate: &str, key: &str, question: &Value) -> (u16, Value) {
    let body = question.to_string();
    let mac = code(key, &[b"livepermit relay 1\nPOST\n/v1/ask\n", body.as_bytes()]);
    let length = body.len();
    let mut stream = TcpStream::connect(relay.address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let head = format!(
        "POST /v1/ask HTTP/1.1\r\nHost: relay\r\nConnection: close\r\nContent-Length: {length}\r\n\
         Content-Type: application/json\r\nLivepermit-Gate: {gate}\r\nLivepermit-Mac: {mac}\r\n\r\n"
    );
    stream.write_all((head + &body).as_bytes()).unwrap();
    let mut came = String::new();
    stream.read_to_string(&mut came).unwrap();
    let (head, body) = came.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    if status != 200 {
        return (status, Value::Null);
    }
    let mac = head.lines().find_map(|line| line.strip_prefix("livepermit-mac: ")).unwrap();
    let nonce = question["nonce"].as_str().unwrap();
    let right = [b"livepermit relay 1\nanswer\n", nonce.as_bytes(), b"\n", body.as_bytes()];
    assert_eq!(mac, code(key, &right));
    (status, serde_json::from_str(body).unwrap())
}
