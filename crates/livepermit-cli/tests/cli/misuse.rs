//! Every way to get it wrong: a clear error, the right exit code, nothing half written.

use std::io::Cursor;
use std::process::{Command, Stdio};

use crate::support::{Desk, ISSUER, NOW};
use image::{GrayImage, ImageFormat, Luma, imageops};

#[test]
fn nothing_said() {
    let ran = Desk::new().run(&[]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Usage:") && ran.err.contains("livepermit demo"), "{}", ran.err);
    for args in [
        &["verify"][..],
        &["key"],
        &["issue", "pass"],
        &["present"],
        &["qr"],
        &["inspect"],
        &["nonsense"],
    ] {
        let ran = Desk::new().run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains("--help") || ran.err.contains("Usage:"), "{}", ran.err);
    }
    assert_eq!(Desk::new().ok(&["--version"]).text(), "livepermit 0.1.0\n");
    assert!(Desk::new().ok(&["verify", "--help"]).text().contains("--revocation not-checked"));
}

#[test]
fn revocation_has_no_default() {
    let desk = Desk::furnished("ed25519");
    let args =
        [&["verify", "--file", "code.txt", "--gate", "gate-3", "--at", NOW][..], &ISSUER].concat();
    let ran = desk.run(&args);
    ran.failed("there is no default");
    assert!(ran.err.contains("--revocation not-checked"), "{}", ran.err);
}

#[test]
fn inputs_that_are_no_token() {
    let desk = Desk::furnished("ed25519");
    desk.verify(&[""]).refused("empty");
    desk.verify_with(&["-"], b"").refused("empty");
    desk.verify_with(&["-"], b"\r\n").refused("empty");
    desk.verify(&["https://example.com"]).refused("not-ours");
    desk.verify(&["LP2:ABC"]).refused("other-version");
    desk.verify(&["LP1:abc"]).refused("malformed");
    desk.verify(&["LP1:"]).refused("malformed");
    desk.verify_with(&["-"], b"\xd2\x84 and so on").refused("malformed");
    desk.verify_with(&["-"], &[0xFE; 100]).refused("malformed");
    desk.verify_with(&["-"], &vec![b'A'; 100 << 20]).refused("too-long");
    desk.verify_with(&["-"], &vec![0xFE; 5000]).refused("too-long");
    let ran = desk.verify(&["code.txt"]);
    ran.refused("not-ours");
    assert!(ran.err.contains("write --file code.txt"), "{}", ran.err);
}

#[test]
fn files_that_cannot_be_read() {
    let desk = Desk::furnished("ed25519");
    desk.verify(&["--file", "missing.png"]).failed("there is no file missing.png");
    desk.verify(&["--file", "."]).failed(". is a directory");
    desk.write("moving.gif", b"GIF89a....");
    desk.verify(&["--file", "moving.gif"]).failed("the GIF is cut short or broken");
    desk.write("broken.png", b"\x89PNG\r\n\x1a\n and no more");
    desk.verify(&["--file", "broken.png"]).failed("the PNG is cut short or broken");
    desk.write("broken.jpg", [0xFF, 0xD8, 0xFF, 0xE0]);
    desk.verify(&["--file", "broken.jpg"]).failed("the JPEG is cut short or broken");
}

fn picture(desk: &Desk, name: &str) -> GrayImage {
    image::load_from_memory(&desk.read(name)).unwrap().into_luma8()
}

fn save(desk: &Desk, name: &str, picture: &GrayImage, format: ImageFormat) {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    desk.write(name, file.into_inner());
}

fn beside(left: &GrayImage, right: &GrayImage) -> GrayImage {
    let height = left.height().max(right.height());
    let mut both = GrayImage::from_pixel(left.width() + right.width() + 40, height, Luma([255]));
    imageops::replace(&mut both, left, 0, 0);
    imageops::replace(&mut both, right, i64::from(left.width()) + 40, 0);
    both
}

#[test]
fn pictures_with_no_code_and_with_several() {
    let desk = Desk::furnished("ed25519");
    save(&desk, "white.png", &GrayImage::from_pixel(200, 200, Luma([255])), ImageFormat::Png);
    desk.verify(&["--file", "white.png"]).failed("no readable QR code");

    desk.ok(&["qr", "--file", "code.txt", "--png", "code.png"]);
    let ours = picture(&desk, "code.png");
    let foreign = livepermit::qr::QrCode::encode(
        "HTTP://EXAMPLE.COM",
        livepermit::qr::ErrorCorrection::Medium,
    )
    .unwrap()
    .to_png(8.try_into().unwrap())
    .unwrap();
    desk.write("poster.png", foreign);
    desk.verify(&["--file", "poster.png"]).refused("not-ours");
    save(&desk, "wall.jpg", &beside(&ours, &picture(&desk, "poster.png")), ImageFormat::Jpeg);
    let ran = desk.verify(&["--file", "wall.jpg"]);
    ran.accepted();
    assert!(ran.err.contains("note: 1 other QR code(s) in the picture ignored"), "{}", ran.err);
    save(&desk, "twice.png", &beside(&ours, &ours), ImageFormat::Png);
    desk.verify(&["--file", "twice.png"]).accepted();

    desk.ok(&["qr", "--file", "credential.txt", "--png", "other.png"]);
    save(&desk, "both.png", &beside(&ours, &picture(&desk, "other.png")), ImageFormat::Png);
    desk.verify(&["--file", "both.png"]).failed("2 different permit codes");
    assert_eq!(
        desk.ok(&["inspect", "--file", "both.png"]).text().matches("UNVERIFIED: ").count(),
        2
    );
}

#[test]
fn keys_are_never_overwritten_nor_half_written() {
    let desk = Desk::new();
    desk.write("key.pem", "mine");
    desk.run(&["key", "new", "--algorithm", "p256", "--out", "key.pem"])
        .failed("never overwritten");
    assert_eq!(
        (desk.read("key.pem"), desk.files()),
        (b"mine".to_vec(), vec!["key.pem".to_owned()])
    );
    desk.write("other.pem.pub", "mine");
    desk.run(&["key", "new", "--algorithm", "p256", "--out", "other.pem"])
        .failed("other.pem.pub is there already");
    assert_eq!(desk.files(), ["key.pem", "other.pem.pub"]);
    desk.run(&["key", "new", "--algorithm", "p256", "--out", "no/such/folder.pem"])
        .failed("there is no folder for");
    let same = ["key", "new", "--algorithm", "p256", "--out", "a.pem", "--public", "a.pem"];
    desk.run(&same).failed("both keys would go into the same file");
    assert_eq!(desk.files(), ["key.pem", "other.pem.pub"]);
}

#[cfg(unix)]
#[test]
fn private_keys_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::furnished("p256");
    for name in ["issuer.pem", "phone.pem"] {
        let mode = std::fs::metadata(desk.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[test]
fn places_that_cannot_be_written() {
    let desk = Desk::furnished("ed25519");
    let before = desk.files();
    desk.run(&["qr", "--file", "code.txt", "--png", "."]).failed(". is a directory");
    desk.run(&["qr", "--file", "code.txt", "--svg", "none/code.svg"])
        .failed("there is no folder for");
    #[cfg(target_os = "linux")]
    {
        desk.run(&["qr", "--file", "code.txt", "--png", "/proc/code.png"]).failed("/proc/code.png");
        desk.run(&["qr", "--file", "code.txt", "--png", "/dev/full"])
            .failed("cannot write /dev/full");
        desk.ok(&["qr", "--file", "code.txt", "--png", "/dev/null"]);
    }
    assert_eq!(desk.files(), before);
    // What stood there is replaced whole.
    desk.write("code.png", vec![0; 100_000]);
    desk.ok(&["qr", "--file", "code.txt", "--png", "code.png"]);
    desk.verify(&["--file", "code.png"]).accepted();
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_written() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::furnished("ed25519");
    let folder = desk.path("locked");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    if std::fs::write(folder.join("try"), "").is_ok() {
        println!("skipped: this user may write everywhere");
        return;
    }
    desk.run(&["qr", "--file", "code.txt", "--png", "locked/code.png"])
        .failed("may not be written");
    desk.run(&["key", "new", "--algorithm", "p256", "--out", "locked/key.pem"])
        .failed("may not be written");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}

#[test]
fn keys_of_the_wrong_kind() {
    let desk = Desk::furnished("p256");
    let verify = |key: &str| {
        let mut args = vec![
            "verify",
            "--file",
            "code.txt",
            "--gate",
            "g",
            "--revocation",
            "not-checked",
            "--at",
            NOW,
        ];
        args.extend([
            "--issuer",
            "bj.example",
            "--class",
            "bj.example:residence",
            "--issuer-key",
            key,
        ]);
        desk.run(&args)
    };
    verify("issuer.pem").failed("is a private key where a public one is needed");
    verify("phone.pem.pub").failed("is not an Ed25519 key");
    verify("code.txt").failed("holds no key in a form that is read here");
    verify("missing.pub").failed("there is no file missing.pub");
    verify(".").failed("is a directory");
    desk.write("binary", [0xFF; 64]);
    verify("binary").failed("holds no key in a form that is read here");
    desk.write("large", vec![b'-'; 1 << 20]);
    verify("large").failed("too large for a key file");
    for (label, reason) in [
        ("CERTIFICATE", "is a certificate"),
        ("EC PRIVATE KEY", "cut short or altered"),
        ("ENCRYPTED PRIVATE KEY", "is an encrypted private key"),
        ("PUBLIC KEY", "cut short or altered"),
    ] {
        desk.write("some.pem", format!("-----BEGIN {label}-----\nAAAA\n-----END {label}-----\n"));
        verify("some.pem").failed(reason);
    }
    let public_for_secret =
        ["present", "--credential", "credential.txt", "--device-key", "phone.pem.pub"];
    desk.run(&[&public_for_secret[..], &ISSUER].concat())
        .failed("is a public key where a private one is needed");
    let phone_as_issuer = [
        "issue",
        "pass",
        "--key",
        "phone.pem",
        "--issuer",
        "a",
        "--subject",
        "b",
        "--class",
        "c:d",
    ];
    desk.run(&phone_as_issuer).failed("is not an Ed25519 key");
}

#[test]
fn presenting_with_the_wrong_things() {
    let desk = Desk::furnished("ed25519");
    desk.ok(&["key", "new", "--algorithm", "ed25519", "--out", "other.pem"]);
    let present = |credential: &str, device: &str, issuer: &str, at: &str| {
        desk.run(&[
            "present",
            "--credential",
            credential,
            "--device-key",
            device,
            "--issuer-key",
            issuer,
            "--issuer",
            "bj.example",
            "--class",
            "bj.example:residence",
            "--at",
            at,
        ])
    };
    present("credential.txt", "other.pem", "issuer.pem.pub", NOW)
        .failed("bound to another device key");
    present("credential.txt", "phone.pem", "other.pem.pub", NOW).failed("unknown-key");
    present("code.txt", "phone.pem", "issuer.pem.pub", NOW).failed("not a credential");
    present("phone.pem", "phone.pem", "issuer.pem.pub", NOW)
        .failed("phone.pem is a key or a certificate, not a code");
    present("credential.txt", "phone.pem", "issuer.pem.pub", "1790086400")
        .failed("the credential ended at 2026-09-22 14:13:20 +00:00");
    present("credential.txt", "phone.pem", "issuer.pem.pub", "1789999699").failed("valid from");
    present("credential.txt", "phone.pem", "issuer.pem.pub", "tomorrow").failed("is no time");
}

#[test]
fn issuing_what_no_permit_can_hold() {
    let desk = Desk::furnished("ed25519");
    let issue = |more: &[&str]| {
        let mut args = vec!["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example"];
        for (name, value) in [("--subject", "V-1"), ("--class", "bj.example:residence")] {
            if !more.contains(&name) {
                args.extend([name, value]);
            }
        }
        args.extend(more);
        desk.run(&args)
    };
    issue(&["--subject", "two words"])
        .failed("subject: the character U+0020 at place 4 is not allowed");
    issue(&["--class", "residence"]).failed("class: no colon in it");
    issue(&["--window", "0"]).failed("window: 0 seconds, allowed are 1 to 86400");
    issue(&["--window", "soon"]).failed("is no span of time");
    for (date, wrong) in [
        ("19490229", "birth date: day 29, allowed are 1 to 28"),
        ("194913", "birth date: month 13, allowed are 1 to 12"),
        ("19491", "birth date: 5 characters, allowed are 4, 6 or 8 digits"),
        ("1949-07-31", "birth date: 10 characters, allowed are 4, 6 or 8 digits"),
        ("20270101", "birth date: year 2027, allowed are 1876 to 2026"),
        ("1815", "birth date: year 1815, allowed are 1876 to 2026"),
    ] {
        issue(&["--name", "Ada", "--birth-date", date, "--at", NOW]).failed(wrong);
    }
    for (name, wrong) in [
        ("   ", "full name: no letter in it"),
        ("Ada\u{202e}", "full name: the character U+202E at place 4 is not allowed"),
        ("\u{301}Ada", "full name: the character U+0301 at place 1 is not allowed"),
    ] {
        issue(&["--name", name]).failed(wrong);
    }
    issue(&["--name", &"ம".repeat(86)]).failed("full name: 258 bytes, allowed are 1 to 256");
    issue(&["--claims", "{\"zone\":"])
        .failed("the claims cannot be read: it ends too early, in line 1");
    issue(&["--claims", "{\"zone\":1.5}"]).failed("a floating-point number");
    issue(&["--claims", "{\"z\":1}"]).failed("labels are text of 3 to 255 bytes");
    issue(&["--claims", "missing.json"]).failed("there is no file missing.json");
    issue(&["--claims", &format!("{{\"blob\":\"{}\"}}", "x".repeat(4000))])
        .failed("the token would have");
    issue(&["--status-uri", "https://s.example/1"]).failed("--status-index");
    issue(&["--at", "2200000000000"]).failed("is too late");
}

/// What is wrong with a value is told by an id of its own, for translators and programs.
#[test]
fn each_value_that_breaks_its_rules_has_its_own_advice() {
    let desk = Desk::furnished("ed25519");
    let id = |words: &[&str]| {
        let ran = desk.run(&[&["--json"], words].concat());
        assert_eq!(ran.code, 2, "{ran:?}");
        ran.json()["id"].as_str().unwrap().to_owned()
    };
    let issue = |more: &[&str]| {
        let usual = [("--subject", "V-1"), ("--class", "bj.example:residence")];
        let usual = usual.into_iter().filter(|(name, _)| !more.contains(name));
        let usual: Vec<&str> = usual.flat_map(|(name, value)| [name, value]).collect();
        let pass = ["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example"];
        id(&[&pass[..], &usual, more].concat())
    };
    assert_eq!(issue(&["--subject", "two words"]), "shared.wrong_name");
    assert_eq!(issue(&["--class", "residence"]), "shared.wrong_class");
    assert_eq!(issue(&["--window", "0"]), "shared.wrong_window");
    assert_eq!(issue(&["--name", ""]), "shared.wrong_full_name");
    let born = ["--name", "Ada", "--birth-date", "19490229"];
    assert_eq!(issue(&born), "shared.wrong_birth_date");
    let slip = ["issue", "slip", "--key", "issuer.pem", "--issuer", "bj.example", "--subject", "V"];
    let of = ["--class", "bj.example:residence", "--name", "Ada", "--check-number", "12"];
    let status = ["--status-uri", "s:1", "--status-index", "5"];
    assert_eq!(id(&[&slip[..], &of, &status].concat()), "shared.wrong_check_number");

    let verify = |more: &[&str]| {
        let rules = ["verify", "x", "--gate", "gate-3", "--revocation", "not-checked"];
        id(&[&rules[..], more].concat())
    };
    assert_eq!(verify(&[&ISSUER[..], &["--nonce", "00"]].concat()), "shared.wrong_nonce");
    let key = ["--issuer-key", "issuer.pem.pub", "--issuer"];
    let class = ["--class", "bj.example:residence"];
    assert_eq!(verify(&[&key[..], &["two words"], &class].concat()), "shared.wrong_name");
    let phone = ["--issuer-key", "key.pub", "--issuer", "bj.example"];
    desk.ok(&["key", "new", "--algorithm", "p256", "--out", "key", "--public", "key.pub"]);
    assert_eq!(verify(&[&phone[..], &class].concat()), "shared.not_an_issuer_key");
}

#[test]
fn the_name_of_a_file_is_not_its_content() {
    let desk = Desk::furnished("ed25519");
    let hint = "note: a file has this name; to read it, write --file code.txt";
    let ran = desk.verify(&["code.txt"]);
    ran.refused("not-ours");
    assert!(ran.err.contains(hint), "{}", ran.err);
    assert_eq!(desk.verify(&["nothing"]).err, "");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = Desk::furnished("ed25519");
    let mut child = Command::new(env!("CARGO_BIN_EXE_livepermit"))
        .args(["demo", "--once"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()));
    drop(desk);
}

#[test]
fn openssl_reads_our_keys_and_we_read_its() {
    let desk = Desk::furnished("p256");
    let openssl = |args: &[&str]| {
        let path = desk.path(".");
        Command::new("openssl").args(args).current_dir(path).output().ok().map(|output| {
            assert!(
                output.status.success(),
                "{args:?}: {}",
                String::from_utf8_lossy(&output.stderr)
            );
            output.stdout
        })
    };
    if openssl(&["version"]).is_none() {
        assert!(
            std::env::var_os("LIVEPERMIT_REQUIRE_ALL").is_none_or(|value| value != "1"),
            "openssl is missing"
        );
        println!("skipped: openssl is missing");
        return;
    }
    for name in ["issuer.pem", "phone.pem"] {
        assert_eq!(
            openssl(&["pkey", "-in", name, "-pubout"]),
            Some(desk.read(&format!("{name}.pub")))
        );
    }
    for options in [
        &["-algorithm", "ed25519"][..],
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ] {
        openssl(&[&["genpkey", "-out", "theirs.pem"], options].concat());
        openssl(&["pkey", "-in", "theirs.pem", "-pubout", "-out", "theirs.pub"]);
        let shown = desk.ok(&["key", "show", "theirs.pem"]).out;
        assert_eq!(shown, desk.ok(&["key", "show", "theirs.pub"]).out);
        let public = String::from_utf8(desk.read("theirs.pub")).unwrap();
        assert!(String::from_utf8(shown).unwrap().ends_with(&public));
    }
}

#[test]
fn pictures_that_cannot_be_drawn_as_asked() {
    let desk = Desk::furnished("ed25519");
    let before = desk.files();
    let qr = |more: &[&str]| desk.run(&[&["qr", "--file", "code.txt"], more].concat());
    // Version 13: 77 modules with its quiet zone.
    qr(&["--png", "small.png", "--size", "230"]).failed("--size 231 or more, or a lower --level");
    qr(&["--png", "small.png", "--size", "0"]).failed("0 pixels are too few for this code");
    qr(&["--size", "500"]).failed("--png");
    qr(&["--png", "small.png", "--size", "500", "--pixels", "3"]).failed("cannot be used with");
    qr(&["--png", "small.png", "--countdown", "12/30"]).failed("cannot be used with");
    for wrong in ["12", "31/30", "0/0", "/", "a/30"] {
        qr(&["--countdown", wrong]).failed("invalid value");
    }
    let refused = qr(&["--json", "--countdown", "12/30"]);
    assert_eq!(refused.code, 2);
    assert!(refused.json()["help"].as_str().unwrap().contains("--svg FILE"), "{refused:?}");
    assert_eq!(desk.files(), before);

    desk.ok(&["qr", "--file", "code.txt", "--png", "code.png", "--size", "500"]);
    desk.verify(&["--file", "code.png"]).accepted();
    desk.ok(&["qr", "--file", "code.txt", "--svg", "code.svg", "--countdown", "12s/30s"]);
    let svg = String::from_utf8(desk.read("code.svg")).unwrap();
    assert!(svg.contains("dur=\"12.000s\""), "{svg}");
    let plain = desk.ok(&["qr", "--file", "code.txt", "--style", "light"]).out;
    let with_bar =
        desk.ok(&["qr", "--file", "code.txt", "--style", "light", "--countdown", "30/30"]).out;
    let bar = std::str::from_utf8(with_bar.strip_prefix(&plain[..]).unwrap()).unwrap();
    assert_eq!((bar.lines().count(), bar.starts_with("    ━━")), (1, true), "{bar}");
}

#[test]
fn a_result_replaces_no_key_and_no_register() {
    let desk = Desk::furnished("ed25519");
    let keys = (desk.read("issuer.pem"), desk.read("phone.pem"));
    let pass =
        ["issue", "pass", "--key", "issuer.pem", "--issuer", "bj.example", "--subject", "V-1"];
    let pass = [&pass[..], &["--class", "bj.example:residence", "--out"]].concat();
    desk.run(&[&pass[..], &["issuer.pem"]].concat()).failed("issuer.pem is a private key");
    desk.run(&["qr", "--file", "code.txt", "--png", "phone.pem"])
        .failed("phone.pem is a private key");
    assert_eq!((desk.read("issuer.pem"), desk.read("phone.pem")), keys);

    let register = [
        "status",
        "new",
        "--dir",
        "r",
        "--issuer",
        "bj.example",
        "--uri",
        "s:1",
        "--entries",
        "64",
    ];
    desk.ok(&register);
    desk.run(&["status", "sign", "--dir", "r", "--key", "issuer.pem", "--out", "r/register"])
        .failed("r/register is kept by livepermit");
    desk.ok(&["status", "allocate", "--dir", "r"]);
    // What it made itself it makes again.
    for _ in 0..2 {
        desk.ok(&[&pass[..], &["code.txt"]].concat());
    }
}

#[cfg(unix)]
#[test]
fn a_result_goes_where_a_link_leads_and_keeps_its_permissions() {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::furnished("ed25519");
    std::fs::create_dir(desk.path("published")).unwrap();
    desk.write("published/code.svg", "old");
    std::fs::set_permissions(desk.path("published/code.svg"), Permissions::from_mode(0o640))
        .unwrap();
    std::os::unix::fs::symlink("published/code.svg", desk.path("link.svg")).unwrap();
    std::os::unix::fs::symlink("link.svg", desk.path("chain.svg")).unwrap();
    desk.ok(&["qr", "--file", "code.txt", "--svg", "chain.svg"]);
    assert!(desk.read("published/code.svg").starts_with(b"<svg"));
    assert!(std::fs::symlink_metadata(desk.path("chain.svg")).unwrap().is_symlink());
    let mode = std::fs::metadata(desk.path("published/code.svg")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o640);
    // A link to nothing makes what it names; one in a circle is an error.
    std::os::unix::fs::symlink("published/new.svg", desk.path("new.svg")).unwrap();
    desk.ok(&["qr", "--file", "code.txt", "--svg", "new.svg"]);
    assert!(desk.read("published/new.svg").starts_with(b"<svg"));
    std::os::unix::fs::symlink("circle.svg", desk.path("circle.svg")).unwrap();
    assert_eq!(desk.run(&["qr", "--file", "code.txt", "--svg", "circle.svg"]).code, 0);
    assert!(
        desk.ok(&["qr", "--file", "code.txt", "--svg", "/dev/stdout"]).text().starts_with("<svg")
    );
}

#[test]
fn with_json_a_wrong_command_line_is_told_to_programs_too() {
    let desk = Desk::new();
    for words in [&["--json", "verify"][..], &["--json", "nonsense"], &["key", "new", "--json"]] {
        let ran = desk.run(words);
        assert_eq!(ran.code, 2);
        let told = ran.json();
        assert!(
            !told["error"].as_str().unwrap().is_empty()
                && told["help"].as_str().unwrap().contains("--help")
        );
    }
    assert_eq!(desk.run(&["verify"]).text(), "");
}

#[test]
fn registers_that_no_gate_takes_and_dates_that_none_takes_yet() {
    let desk = Desk::furnished("ed25519");
    let new =
        ["status", "new", "--dir", "r", "--issuer", "bj.example", "--uri", "s:1", "--entries"];
    desk.run(&[&new[..], &["67108872"]].concat()).failed("at most 67108864 fit");
    desk.run(&[&new[..], &["99999999999999999"]].concat()).failed("at most 67108864 fit");
    desk.run(&[&new[..], &["134217736", "--bits", "1"]].concat()).failed("at most 134217728 fit");
    assert!(!desk.files().contains(&"r".to_owned()));
    let largest = new.map(|word| if word == "r" { "largest" } else { word });
    desk.ok(&[&largest[..], &["67108864"]].concat());
    desk.ok(&[&new[..], &["64"]].concat());
    let sign = ["status", "sign", "--dir", "r", "--key", "issuer.pem"];
    desk.run(&[&sign[..], &["--at", "2999-01-01T00:00:00Z"]].concat())
        .failed("this machine's clock says");
    desk.ok(&sign);
}

#[test]
fn a_slip_that_is_not_accepted_here_is_not_the_issuers_fault() {
    let desk = Desk::furnished("ed25519");
    let slip = [
        "issue",
        "slip",
        "--key",
        "issuer.pem",
        "--issuer",
        "bj.example",
        "--subject",
        "V-1",
        "--name",
        "Wu",
    ];
    let more = [
        "--class",
        "bj.example:residence",
        "--status-uri",
        "s:1",
        "--status-index",
        "5",
        "--at",
        NOW,
    ];
    desk.ok(&[&slip[..], &more, &["--out", "slip.txt"]].concat());
    desk.verify(&["--file", "slip.txt"]).refused("form-not-accepted");
    desk.verify(&["--file", "slip.txt", "--accept-slips"]).accepted();
}

#[test]
fn a_gates_own_code_is_told_from_a_strangers() {
    let desk = Desk::new();
    let code =
        desk.ok(&["challenge", "--gate", "gate-3", "--at", NOW]).text().trim_end().to_owned();
    let told = desk.ok(&["--json", "inspect", &code]).json();
    assert_eq!(
        (&told["tokens"][0]["gate"], &told["tokens"][0]["expires"]),
        (&"gate-3".into(), &1_790_000_060.into())
    );
    assert!(desk.ok(&["inspect", &code]).text().contains("A GATE'S CODE"));
}
