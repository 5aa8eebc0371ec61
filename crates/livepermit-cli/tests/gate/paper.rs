//! The printed slip: an office's own page, in the language of the paper, on one sheet.

use std::process::Command;

use livepermit_testkit::servers::or_skip;

use crate::desk::Desk;
use crate::slips::{STATUS, words};

fn issue(desk: &Desk, more: &[&str]) -> String {
    let slip = words(&["--name", "王小明", "--birth-date", "19490731", "--html", "slip.html"]);
    desk.ok(&[&slip[..], &["--check-number", "12345678"], &STATUS, more].concat());
    desk.text("slip.html")
}

#[test]
fn a_slip_is_written_in_the_language_of_the_paper() {
    let desk = Desk::new();
    let page = issue(&desk, &["--lang", "zh", "--authority", "北京市示例局"]);
    for part in [
        "<html lang=\"zh\">",
        "北京市示例局",
        "<h1>许可凭条</h1>",
        "1949年07月31日",
        "2026年09月21日 14:13:20",
        "1234 5678",
        "盖章处",
        "请核对身份证件",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let page = issue(&desk, &["--title", "Residence permit <of> Haidian"]);
    assert!(page.contains("<h1>Residence permit &lt;of&gt; Haidian</h1>"), "{page}");
    assert!(!page.contains("class=\"authority\""));
}

/// The camera's figures are of a code of this size; the page says how to keep it.
#[test]
fn a_slip_says_how_it_is_printed() {
    let desk = Desk::new();
    let side = livepermit::qr::PAPER_SIDE_MM;
    for (lang, told) in [
        ("en", format!("The code with its white border must be {side} mm wide.")),
        ("zh", format!("二维码连同白边的边长应为{side}毫米。")),
    ] {
        let page = issue(&desk, &["--lang", lang]);
        assert!(page.contains(&format!("width: {side}mm; height: {side}mm;")), "{page}");
        let hint = page.lines().find(|line| line.contains("class=\"print\"")).unwrap();
        assert!(hint.contains(&told), "{hint}");
        // The hint is for the screen.
        assert!(page.contains("@media print { .print { display: none } }"));
    }
    let slip = words(&["--name", "王小明", "--html", "slip.html"]);
    let noted = desk.ok(&[&slip[..], &STATUS].concat()).err;
    let noted = noted.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(noted.contains(&format!("must be {side} mm wide")), "{noted}");
}

#[test]
fn an_office_changes_the_page() {
    let desk = Desk::new();
    let template = desk.ok(&["issue", "template"]).out;
    let built_in = issue(&desk, &[]);
    desk.write("own.html", &template);
    // The code has a signature of its own each time; the rest is the same.
    let own = issue(&desk, &["--template", "own.html"]);
    assert_eq!(own.lines().count(), built_in.lines().count());
    desk.write("own.html", "{{ permit.name }}|{{ check_number }}|{{ title }}");
    assert_eq!(issue(&desk, &["--template", "own.html"]), "王小明|1234 5678|Permit, printed");
    // A misspelt value is not missing on the paper without a word.
    desk.write("own.html", "a\n{{ permit.nmae }}");
    let slip = words(&["--name", "王小明", "--html", "x.html", "--template", "own.html"]);
    desk.run(&[&slip[..], &STATUS].concat()).failed("own.html line 2");
    assert!(!desk.path("x.html").exists());
}

/// A usual slip has level Q. With long claims, lower levels keep its modules large.
#[test]
fn modules_on_paper_stay_large() {
    let desk = Desk::new();
    let side = |claims: usize| {
        let claims = format!("{{\"zone\":\"{}\"}}", "A".repeat(claims));
        issue(&desk, &["--claims", &claims, "--svg", "slip.svg"]);
        let drawing = desk.text("slip.svg");
        // Eight units a module, four modules of quiet zone on each side.
        let width = drawing.split("width=\"").nth(1).unwrap().split('"').next().unwrap();
        width.parse::<usize>().unwrap() / 8
    };
    // Level Q; level M, where Q would have more than 112 modules; level L, where M would.
    assert_eq!([side(1), side(400), side(800)], [81, 105, 117]);
}

/// A browser prints the page, and the print is one sheet with the texts and a code that is read.
#[test]
fn a_browser_prints_one_sheet() {
    let browser = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok());
    let tools = Command::new("pdftoppm").arg("-v").output().is_ok();
    let browser = or_skip(browser.filter(|_| tools), "chromium or pdftoppm (poppler-utils)");
    let Some(browser) = browser else { return };
    let desk = Desk::new();
    for lang in ["zh", "en"] {
        let long = "居住证办理机构".repeat(4);
        issue(
            &desk,
            &["--lang", lang, "--authority", &long, "--out", "slip.txt", "--format", "qr-text"],
        );
        let run = |program: &str, arguments: &[&str]| {
            let ran = Command::new(program)
                .args(arguments)
                .current_dir(desk.path("."))
                .env("HOME", desk.path("."))
                .output()
                .unwrap();
            assert!(ran.status.success(), "{program}: {}", String::from_utf8_lossy(&ran.stderr));
            String::from_utf8_lossy(&ran.stdout).into_owned()
        };
        let page = format!("file://{}", desk.path("slip.html").canonicalize().unwrap().display());
        run(
            browser,
            &[
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-pdf-header-footer",
                "--print-to-pdf=slip.pdf",
                &page,
            ],
        );
        let pages = run("pdfinfo", &["slip.pdf"]);
        assert!(
            pages.lines().any(|line| line.starts_with("Pages:") && line.ends_with(" 1")),
            "{pages}"
        );
        // The size that the page asks for.
        assert!(pages.contains("A5"), "{pages}");
        run("pdftoppm", &["-png", "-r", "150", "-singlefile", "slip.pdf", "print"]);
        // The code on the paper is the slip.
        let read = desk.ok(&["--json", "inspect", "--file", "print.png"]).json();
        let sent = desk.ok(&["--json", "inspect", "--file", "slip.txt"]).json();
        assert_eq!(read, sent);
        if let Some(folder) = std::env::var_os("LIVEPERMIT_SCREENS") {
            let to = std::path::Path::new(&folder).join(format!("slip-{lang}.png"));
            std::fs::copy(desk.path("print.png"), to).unwrap();
        }
    }
}
