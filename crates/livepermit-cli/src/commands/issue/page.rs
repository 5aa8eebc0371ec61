//! The page on which a slip is printed. Its words stay the same; a page in another language is made
//! from the SVG.

use std::fmt::Write as _;

use livepermit::Timestamp;
use livepermit::qr::QrCode;

use super::args::PermitArgs;
use crate::shared::time;

/// What is written on the page, in words that stay the same. A page of its own language is made
/// from the SVG.
pub(super) fn page(
    name: &str,
    permit: &PermitArgs,
    code: &QrCode,
    check_number: &str,
    (not_before, expires): (Timestamp, Timestamp),
) -> String {
    let mut rows = String::new();
    let mut row = |name: &str, value: &str| {
        let _ = writeln!(rows, "<tr><th>{name}</th><td>{}</td></tr>", escape(value));
    };
    row("Name", name);
    if let Some(date) = &permit.birth_date {
        row("Born", &birth_date(date));
    }
    row("Permit", &permit.subject);
    row("Class", &permit.class);
    row("Issued by", &permit.issuer);
    row("Valid from", &time::text(not_before));
    row("Valid until before", &time::text(expires));
    let spaced: Vec<String> = check_number
        .as_bytes()
        .chunks(4)
        .map(|digits| String::from_utf8_lossy(digits).into_owned())
        .collect();
    row("Check number", &spaced.join(" "));
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" \
         content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Permit slip {title}</title>\n<style>{STYLE}</style>\n\
         </head>\n<body>\n<main>\n<h1>Permit, printed</h1>\n\
         <div class=\"code\">{svg}</div>\n<table>\n{rows}</table>\n\
         <p class=\"say\">Printed: check the identity document.</p>\n\
         <p>This code can be copied. It counts only together with the identity document of the \
         person named here, at gates that accept slips, and until it is withdrawn.</p>\n\
         </main>\n</body>\n</html>\n",
        title = escape(check_number),
        svg = code.to_svg().trim_end(),
    )
}

const STYLE: &str = "\
@page{size:A5;margin:12mm}\
body{font:12pt/1.4 system-ui,\"Noto Sans\",\"Noto Sans CJK SC\",\"PingFang SC\",\
\"Microsoft YaHei\",sans-serif;color:#000;background:#fff;margin:0}\
main{max-width:124mm;margin:0 auto}h1{font-size:16pt;margin:0 0 4mm}\
.code svg{display:block;width:70mm;height:70mm;margin:0 auto 4mm}\
table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:1mm 2mm;\
border-bottom:.2mm solid #999;overflow-wrap:anywhere}\
th{font-weight:normal;white-space:nowrap;color:#333}\
.say{font-weight:bold;font-size:14pt;border:.6mm solid #000;padding:2mm;text-align:center}";

fn birth_date(digits: &str) -> String {
    match digits.as_bytes() {
        [y1, y2, y3, y4, m1, m2, d1, d2] => {
            let text = [*y1, *y2, *y3, *y4, b'-', *m1, *m2, b'-', *d1, *d2];
            String::from_utf8_lossy(&text).into_owned()
        }
        _ => digits.to_owned(),
    }
}

/// Text for a page: nothing in it can become markup.
fn escape(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
        out
    })
}
