//! The service over real HTTP, until it is told to stop.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::office::Office;

struct Served {
    process: Child,
    address: String,
    offices: String,
    metrics: Option<String>,
}

impl Served {
    fn start(office: &Office) -> Self {
        let mut process = office
            .command(&["serve"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut address = || {
            let line = lines.next().unwrap().unwrap();
            line.rsplit_once("http://").unwrap().1.to_owned()
        };
        let (wallets, offices) = (address(), address());
        let offices = offices.strip_suffix("/office").unwrap().to_owned();
        let config = std::fs::read_to_string(office.path("issuer.toml")).unwrap();
        let metrics = config.contains("\n[metrics]").then(address);
        let metrics = metrics.map(|page| page.strip_suffix("/metrics").unwrap().to_owned());
        Self { process, address: wallets, offices, metrics }
    }

    /// Status line and headers, and the body.
    fn asks(&self, method: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
        asks(&self.address, method, path, headers, "")
    }
    /// Sends SIGTERM, and waits for the end.
    fn stops(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
        let begun = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                assert!(status.success(), "{status}");
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(20), "the service does not stop");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Status line and headers, and the body.
fn asks(host: &str, method: &str, path: &str, headers: &str, body: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(host).unwrap();
    let asked = format!(
        "{method} {path} HTTP/1.1\r\nhost: {host}\r\n{headers}connection: close\r\n\r\n{body}"
    );
    stream.write_all(asked.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
    (String::from_utf8(answer[..end].to_vec()).unwrap(), answer[end + 4..].to_vec())
}

#[test]
fn an_officer_logs_in_with_what_the_command_showed() {
    let office = Office::new();
    let password = "eleven purple bicycles";
    office.write("password", &format!("{password}\n"));
    let path = office.path("password");
    let path = path.to_str().unwrap();
    let add = ["staff", "add", "officer-7", "--role", "intake", "--role", "audit"];
    let shown = office.runs(&[&add[..], &["--password", path]].concat());
    let address = shown.lines().last().unwrap();
    assert!(address.starts_with("otpauth://totp/bj.example:officer-7?secret="), "{address}");
    assert!(office.fails(&[&add[..], &["--password", path]].concat()).1.contains("officer-7"));

    let served = Served::start(&office);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let secret = address.split_once("secret=").unwrap().1.split('&').next().unwrap();
    let secret = <[u8; 20]>::try_from(base32(secret)).unwrap();
    let totp = livepermit_issuer::staff::totp_code(&secret, now.as_secs().cast_signed());
    let login = |password: &str| {
        let body =
            format!(r#"{{"name": "officer-7", "password": "{password}", "totp": "{totp}"}}"#);
        let headers =
            format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len());
        asks(&served.offices, "POST", "/office/login", &headers, &body)
    };
    assert!(login("another password").0.starts_with("HTTP/1.1 401"));
    let (head, body) = login(password);
    assert!(head.starts_with("HTTP/1.1 201"), "{head}");
    let body = String::from_utf8(body).unwrap();
    let token = body.split_once(r#""token":""#).unwrap().1.split('"').next().unwrap();
    let bearer = format!("authorization: Bearer {token}\r\n");
    let lines = || asks(&served.offices, "GET", "/office/audit", &bearer, "").0;
    assert!(lines().starts_with("HTTP/1.1 200"));
    // Wallets and officers have ports of their own.
    assert!(served.asks("GET", "/office/audit", &bearer).0.starts_with("HTTP/1.1 404"));
    assert!(served.asks("GET", "/apply", "").0.starts_with("HTTP/1.1 200"));
    let metadata = served.asks("GET", "/.well-known/openid-credential-issuer", "").0;
    assert!(metadata.starts_with("HTTP/1.1 200"), "{metadata}");
    office.runs(&["staff", "close", "officer-7"]);
    assert!(lines().starts_with("HTTP/1.1 401"));
    served.stops();
}

#[test]
fn an_address_that_asks_too_often_waits() {
    let office = Office::new();
    let limit_by = |address: &str| {
        let limit = format!("limit = {{ a-minute = 5, address = {address:?} }}");
        office.set("\n[offices]", &format!("{limit}\n\n[offices]"));
    };
    limit_by("x-forwarded-for");
    let served = Served::start(&office);
    let asks = |path: &str, from: &str| {
        let headers = format!("x-forwarded-for: 198.51.100.1, {from}\r\n");
        served.asks("GET", path, &headers)
    };
    // Six questions in one minute, or twelve in two.
    let refused = (0..12).map(|_| asks("/apply", "203.0.113.7")).find(|(head, _)| {
        assert!(head.starts_with("HTTP/1.1 200") || head.starts_with("HTTP/1.1 429"), "{head}");
        head.starts_with("HTTP/1.1 429")
    });
    let (head, body) = refused.unwrap();
    let wait = head.lines().find_map(|line| line.strip_prefix("retry-after: ")).unwrap();
    assert!((1..=60).contains(&wait.parse::<i64>().unwrap()), "{head}");
    assert!(String::from_utf8(body).unwrap().contains(&format!("ask again in {wait} seconds")));
    // Nobody else waits, and gates get their lists.
    assert!(asks("/apply", "203.0.113.8").0.starts_with("HTTP/1.1 200"));
    for _ in 0..12 {
        assert!(asks("/health/live", "203.0.113.7").0.starts_with("HTTP/1.1 200"));
    }
    served.stops();

    limit_by("x forwarded");
    let (_, error) = office.fails(&["serve", "--check"]);
    assert!(error.contains("wallets.limit.address") && error.contains("x forwarded"), "{error}");
}

#[test]
fn what_is_asked_is_counted_without_ids() {
    let office = Office::new();
    office.set("[pages]", "[metrics]\nlisten = \"127.0.0.1:0\"\n\n[pages]");
    let served = Served::start(&office);
    for path in ["/status/7", "/status/8", "/nowhere"] {
        served.asks("GET", path, "");
    }
    asks(&served.offices, "GET", "/office/permits/00112233445566778899aabbccddeeff", "", "");
    let port = served.metrics.as_deref().unwrap();
    let (head, body) = asks(port, "GET", "/metrics", "", "");
    assert!(head.contains("text/plain; version=0.0.4"), "{head}");
    let text = String::from_utf8(body).unwrap();
    let count = "livepermit_issuer_answers_seconds_count";
    let has = |line: &str| assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    has(&format!("{count}{{port=\"wallets\",route=\"/status/{{list}}\",status=\"404\"}} 2"));
    has(&format!("{count}{{port=\"wallets\",route=\"none\",status=\"404\"}} 1"));
    has("livepermit_issuer_register_answers 1");
    has("livepermit_issuer_status_lists{state=\"open\"} 0");
    assert!(text.contains("route=\"/office/permits/{permit}\",status=\"401\""), "{text}");
    assert!(!text.contains("00112233"), "{text}");
    served.stops();
    office.set("[pages]", "[metrics]\nlisten = \"0.0.0.0:0\"\n\n[pages]");
    assert!(office.fails(&["serve", "--check"]).1.contains("the setting `metrics.listen`"));
}

/// RFC 4648, 6.
fn base32(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String =
        text.chars().map(|letter| format!("{:05b}", letters.find(letter).unwrap())).collect();
    let byte = |eight: &[u8]| u8::from_str_radix(std::str::from_utf8(eight).unwrap(), 2).unwrap();
    bits.as_bytes().chunks_exact(8).map(byte).collect()
}

#[test]
fn files_are_served_until_the_service_is_told_to_stop() {
    let office = Office::new();
    office.set("[wallets]", "trust = \"trust.cwt\"\n[wallets]");
    office.write("trust.cwt", "signed");
    let served = Served::start(&office);

    let (head, body) = served.asks("GET", "/trust", "");
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(head.contains("content-type: application/vnd.lpt+cwt"), "{head}");
    assert!(head.contains("access-control-allow-origin: *"), "{head}");
    assert_eq!(body, b"signed");
    let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap().to_owned();
    let (head, body) = served.asks("GET", "/trust", &format!("if-none-match: \"0\", W/{etag}\r\n"));
    assert!(head.starts_with("HTTP/1.1 304"), "{head}");
    assert!(body.is_empty());
    // A new file is there at once.
    office.write("trust.cwt", "signed anew");
    let (_, body) = served.asks("GET", "/trust", &format!("if-none-match: {etag}\r\n"));
    assert_eq!(body, b"signed anew");

    let (head, body) = served.asks("GET", "/status", "");
    assert!(head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, br#"{"status_lists":[]}"#);
    for path in ["/status/1", "/status/01", "/status/-1", "/status/99999999999", "/else"] {
        let (head, _) = served.asks("GET", path, "");
        assert!(head.starts_with("HTTP/1.1 404"), "{path}: {head}");
    }
    assert!(served.asks("POST", "/trust", "content-length: 0\r\n").0.starts_with("HTTP/1.1 405"));
    assert!(served.asks("GET", "/health/live", "").0.starts_with("HTTP/1.1 200"));
    assert!(served.asks("GET", "/health/ready", "").0.starts_with("HTTP/1.1 200"));
    std::fs::remove_file(office.path("trust.cwt")).unwrap();
    let (head, _) = served.asks("GET", "/trust", "");
    assert!(head.starts_with("HTTP/1.1 503") && head.contains("retry-after: 5"), "{head}");
    served.stops();
}

#[test]
fn pages_for_browsers_come_with_their_headers() {
    let office = Office::new();
    office.set("[wallets]", "web = \"web\"\n[wallets]");
    for folder in ["web", "web/wallet", "web/wallet/wasm"] {
        std::fs::create_dir(office.path(folder)).unwrap();
    }
    let policy = "content-security-policy";
    office.write("web/headers.json", &format!("{{\"{policy}\": \"default-src 'self'\"}}"));
    office.write("web/wallet/index.html", "<!doctype html>");
    office.write("web/wallet/wasm/holder.wasm", "\0asm");
    office.write("outside", "nobody's");
    let served = Served::start(&office);
    for (path, media_type) in
        [("/web/wallet/", "text/html"), ("/web/wallet/wasm/holder.wasm", "application/wasm")]
    {
        let (head, _) = served.asks("GET", path, "");
        assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
        assert!(head.contains(&format!("content-type: {media_type}")), "{path}: {head}");
        assert!(head.contains(&format!("{policy}: default-src 'self'")), "{path}: {head}");
        assert!(head.contains("cache-control: no-cache"), "{path}: {head}");
        let since = head.lines().find_map(|line| line.strip_prefix("last-modified: ")).unwrap();
        let (head, body) = served.asks("GET", path, &format!("if-modified-since: {since}\r\n"));
        assert!(head.starts_with("HTTP/1.1 304") && body.is_empty(), "{path}: {head}");
    }
    let (head, _) = served.asks("GET", "/web/wallet", "");
    assert!(head.starts_with("HTTP/1.1 308") && head.contains("location: /web/wallet/"), "{head}");
    for path in ["/web/none/", "/web/wallet/../../outside", "/web/wallet/..%2f..%2foutside"] {
        let (head, _) = served.asks("GET", path, "");
        assert!(head.starts_with("HTTP/1.1 404"), "{path}: {head}");
        assert!(head.contains(policy), "{path}: {head}");
    }
    // The pages for applicants keep their own, which are stricter.
    assert!(served.asks("GET", "/apply", "").0.contains("default-src 'none'"));
    served.stops();
}
