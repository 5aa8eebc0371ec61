//! Permits on paper.

use crate::desk::{CLASS, Desk, NOW};

fn words<'w>(more: &[&'w str]) -> Vec<&'w str> {
    let base = [
        "issue",
        "slip",
        "--key",
        "issuer.pem",
        "--issuer",
        "bj.example",
        "--subject",
        "BJ-OLD",
        "--class",
        CLASS,
        "--at",
        "1790000000",
    ];
    [&base[..], more].concat()
}

const STATUS: [&str; 4] = ["--status-uri", "s:1", "--status-index", "5"];

#[test]
fn a_slip_is_a_page_of_its_own() {
    let desk = Desk::new();
    let name = "王<script>alert(1)</script> \"小\" & O'Neil";
    let slip = words(&[
        "--name",
        name,
        "--birth-date",
        "19490731",
        "--check-number",
        "12345678",
        "--html",
        "slip.html",
        "--svg",
        "slip.svg",
        "--png",
        "slip.png",
        "--out",
        "slip.txt",
        "--format",
        "qr-text",
    ]);
    desk.ok(&[&slip[..], &STATUS].concat());
    let page = desk.text("slip.html");
    assert!(page.contains(
        "<td>王&lt;script&gt;alert(1)&lt;/script&gt; &quot;小&quot; &amp; O&#39;Neil</td>"
    ));
    assert!(!page.contains("<script"));
    for part in [
        "Printed: check the identity document.",
        "1234 5678",
        "1949-07-31",
        CLASS,
        "2026-09-21 14:13:20 +00:00",
        "2026-12-20 14:13:20 +00:00",
    ] {
        assert!(page.contains(part), "{part}");
    }
    // Nothing is loaded from elsewhere: the only address is the name of SVG.
    let addresses = page.replace("http://www.w3.org/2000/svg", "").replace("http-equiv", "");
    assert!(
        !addresses.contains("http") && !addresses.contains("url(") && !addresses.contains("src=\"")
    );
    assert!(
        page.contains(desk.text("slip.svg").as_str()) && page.contains("<meta charset=\"utf-8\">")
    );

    // Refused unless the policy names it; then with the caution, the name and the number.
    let input = format!("@{NOW} {}\n", desk.text("slip.txt"));
    let refused = desk.run_with(&desk.gate_words(&[]), input.as_bytes()).json();
    assert_eq!((&refused["code"], &refused["light"]), (&"form-not-accepted".into(), &"red".into()));
    let taken = desk.run_with(&desk.gate_words(&["--accept-slips"]), input.as_bytes()).json();
    assert_eq!((&taken["light"], &taken["check_number"]), (&"yellow".into(), &"12345678".into()));
    assert!(taken["instruction"].is_null() && taken["person"]["full_name"] == name);
    assert!(
        taken["cautions"].as_array().unwrap().iter().any(|caution| caution["code"] == "printed")
    );
    // The picture is the same code.
    let args = [
        "--json",
        "verify",
        "--file",
        "slip.png",
        "--trust",
        "trust.cwt",
        "--root",
        "root.pub",
        "--class",
        CLASS,
        "--gate",
        "gate-3",
        "--revocation",
        "not-checked",
        "--accept-slips",
        "--at",
        "1790000000",
    ];
    assert_eq!(desk.ok(&args).json()["form"], "slip");
}

#[test]
fn what_a_slip_needs() {
    let desk = Desk::new();
    let before = desk.files(".");
    desk.run(&[&words(&["--html", "x.html"])[..], &STATUS].concat())
        .failed("a slip names the person");
    desk.run(&words(&["--html", "x.html", "--name", "王芳"])).failed("so it must name its status");
    let named = [&words(&["--html", "x.html", "--name", "王芳"])[..], &STATUS].concat();
    desk.run(&[&named[..], &["--check-number", "12a456"]].concat()).failed("check number");
    desk.run(&[&named[..], &["--lifetime", "0"]].concat()).failed("--lifetime");
    desk.run(&[&named[..], &["--birth-date", "19491331"]].concat()).failed("birth date");
    assert_eq!(desk.files("."), before, "nothing half written");
    desk.run(&[&named[..], &["--svg", "no/such/folder.svg"]].concat()).failed("there is no folder");
}

/// Issues a slip and gives the code and what the command says.
fn slip(desk: &Desk, more: &[&str]) -> (String, serde_json::Value) {
    let named = [&["--json"], &words(&["--name", "Ada"])[..], &STATUS, more].concat();
    let told = desk.ok(&named).json();
    (told["qr_text"].as_str().unwrap().to_owned(), told)
}

/// What a gate with the issuer's key says: no list ends before the slip does.
fn verdict(desk: &Desk, code: &str, now: u64, more: &[&str]) -> String {
    let by_hand = ["--issuer", "bj.example", "--issuer-key", "issuer.pub", "--accept-slips"];
    let told = desk.verify(code, now, &[&by_hand[..], more].concat()).json();
    told["code"].as_str().or(told["verdict"].as_str()).unwrap().to_owned()
}

#[test]
fn a_slip_is_valid_from_when_and_until_when_it_was_said() {
    let desk = Desk::new();
    let times = [NOW + 100, NOW + 200].map(|time| time.to_string());
    let [begin, end] = [&times[0], &times[1]].map(String::as_str);
    let cases: [(&[&str], u64, u64); 5] = [
        (&[], 0, 2160 * 3600),
        (&["--lifetime", "1h"], 0, 3600),
        (&["--not-before", begin, "--lifetime", "1h"], 100, 3700),
        (&["--expires", end], 0, 200),
        (&["--not-before", begin, "--expires", end], 100, 200),
    ];
    for (options, begins, ends) in cases {
        let (code, _) = slip(&desk, options);
        let at = |later: u64| verdict(&desk, &code, NOW + later, &[]);
        assert_eq!(at(begins), "accepted", "{options:?}");
        assert_eq!(at(ends - 1), "accepted", "{options:?}");
        assert_eq!(at(ends), "expired", "{options:?}");
        if begins > 50 {
            assert_eq!(at(begins - 50), "not-yet-valid", "{options:?}");
        }
    }
    let both = [&words(&["--name", "Ada"])[..], &STATUS, &["--lifetime", "1h", "--expires", end]];
    desk.run(&both.concat()).failed("cannot be used with");
}

#[test]
fn a_slip_has_a_number_of_its_own_and_the_algorithm_that_was_named() {
    let desk = Desk::new();
    let numbers: std::collections::BTreeSet<String> = (0..5)
        .map(|_| slip(&desk, &[]).1["qr"]["check_number"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(numbers.len(), 5, "{numbers:?}");
    for number in numbers {
        assert!(number.len() == 8 && number.bytes().all(|byte| byte.is_ascii_digit()), "{number}");
    }
    let (code, told) = slip(&desk, &["--check-number", "123456"]);
    assert_eq!(told["qr"]["check_number"], "123456");
    assert_eq!(verdict(&desk, &code, NOW, &[]), "accepted");
    assert_eq!(verdict(&desk, &code, NOW, &["--eddsa"]), "algorithm-mismatch");
    let (code, _) = slip(&desk, &["--eddsa"]);
    assert_eq!(verdict(&desk, &code, NOW, &[]), "algorithm-mismatch");
    assert_eq!(verdict(&desk, &code, NOW, &["--eddsa"]), "accepted");
}
