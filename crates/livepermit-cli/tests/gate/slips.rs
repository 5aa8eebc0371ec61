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
        "2026-09-21T14:13:20Z",
        "2026-12-20T14:13:20Z",
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
