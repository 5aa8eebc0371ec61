//! The browser of an applicant: it goes where a wallet sends it, fills in the form, and comes back.

use super::failure::DemoError;
use super::people::{PAPER, Someone};
use super::web::Web;

const BOUNDARY: &str = "----7f3a9c2e";

/// Applies on the page for a permit of this class. The code with which the browser comes back to
/// the wallet.
pub(super) fn apply(
    public: &str,
    address: &str,
    class: &str,
    someone: &Someone,
) -> Result<String, DemoError> {
    let web = Web::new();
    let sent = web.get(address, &[])?.good("the authorization endpoint", 303)?;
    let page = sent.header("location").unwrap_or_default();
    let form = text_of(web.get(&page, &[])?.good("the page for applicants", 200)?.body);
    let token = attribute(&form, "name=\"token\"", "value")?;
    let action = attribute(&form, "method=\"post\"", "action")?;
    let born = someone.born.to_string();
    let mut body = String::new();
    for (name, value) in [
        ("token", &*token),
        ("class", class),
        ("name", someone.name),
        ("born", &born),
        ("document_kind", someone.kind),
        ("document_number", someone.number),
        ("address", "海淀区示例路1号"),
    ] {
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    }
    // A copy of the document: the form wants one.
    body.push_str(&format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"identity\"; filename=\"copy.pdf\"\r\n\
         Content-Type: application/pdf\r\n\r\n"
    ));
    body.push_str(PAPER);
    body.push_str(&format!("\r\n--{BOUNDARY}--\r\n"));
    let media_type = format!("multipart/form-data; boundary={BOUNDARY}");
    let headers = [("content-type", &*media_type)];
    let receipt = web.post(&format!("{public}{action}"), &headers, body.as_bytes())?;
    let receipt = text_of(receipt.good("the application", 200)?.body);
    let back = attribute(&receipt, "id=\"back\"", "href")?;
    let sent = web.get(&format!("{public}{back}"), &[])?.good("the way back", 303)?;
    let address = sent.header("location").unwrap_or_default();
    let code = address.split_once("code=").map(|(_, rest)| rest.split('&').next());
    code.flatten().map(str::to_owned).ok_or(DemoError::Refused {
        what: "the way back to the wallet",
        why: "no code came".to_owned(),
    })
}

fn text_of(body: Vec<u8>) -> String {
    String::from_utf8_lossy(&body).into_owned()
}

/// An attribute of the first element that has this one too.
fn attribute(page: &str, element: &'static str, name: &str) -> Result<String, DemoError> {
    let found = page.split('<').find(|tag| tag.contains(element)).and_then(|tag| {
        let (_, rest) = tag.split_once(&format!("{name}=\""))?;
        Some(rest.split('"').next()?.replace("&amp;", "&").replace("&#38;", "&"))
    });
    found.ok_or_else(|| DemoError::Refused { what: "a page", why: format!("no {element}") })
}
