//! What a holder takes along: an offer for a phone, or a slip on paper. Both are shown once, and the
//! same form shows the same again.

use std::fmt::Write as _;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use livepermit::qr::{ErrorCorrection, QrCode};
use serde_json::{Map, Value};

use super::api::Refused;
use super::seen::{Offer, Permit, Slip};
use super::sent::Sent;
use super::state::DeskState;
use super::stop;
use super::view::View;

/// The white ground around a code, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

#[derive(Template)]
#[template(path = "desk/offer.html")]
struct OfferPage<'a> {
    view: &'a View,
    number: &'a str,
    picture: String,
    digits: String,
    ends: String,
    uri: &'a str,
    back: String,
}

#[derive(Template)]
#[template(path = "desk/slip.html")]
struct SlipPage<'a> {
    view: &'a View,
    class: String,
    name: &'a str,
    born: String,
    number: &'a str,
    from: String,
    until: String,
    today: String,
    check_number: String,
    picture: String,
    back: String,
}

/// Offers a permit to a phone.
pub(super) async fn offer(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let back = format!("/permits/{id}");
    let mut body = Map::new();
    let representative = sent.some("representative");
    body.extend(representative.map(|id| ("representative".to_owned(), id.into())));
    match make::<Offer>(&desk, &id, "offers", &Value::Object(body), &sent).await {
        Ok((permit, offer)) => offered(&sent, &permit, &offer, &back),
        Err(refused) => stop::not_done(&sent, &refused, &back),
    }
}

fn offered(sent: &Sent, permit: &Permit, offer: &Offer, back: &str) -> Response {
    let view = sent.view();
    let picture = match picture(&offer.uri) {
        Ok(picture) => picture,
        Err(error) => return stop::not_done(sent, &Refused::ours(&error), back),
    };
    let (first, second) = offer.tx_code.split_at_checked(3).unwrap_or((&offer.tx_code, ""));
    let page = OfferPage {
        view,
        number: &permit.number,
        picture,
        digits: format!("{first} {second}"),
        ends: view.time(&offer.ends),
        uri: &offer.uri,
        back: view.link(back),
    };
    view.page(StatusCode::OK, &page)
}

/// A code with small letters, which codes of the library itself do not hold.
fn picture(text: &str) -> Result<String, qrcode::types::QrError> {
    let code = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M)?;
    let (width, colors) = (code.width(), code.to_colors());
    let side = width + 2 * QUIET;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{0}\" \
         viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/><path d=\"",
        side * 5
    );
    for (y, row) in colors.chunks(width).enumerate() {
        for (x, color) in row.iter().enumerate() {
            if *color == qrcode::Color::Dark {
                let _ = write!(svg, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
            }
        }
    }
    svg.push_str("\" fill=\"#000\"/></svg>");
    Ok(svg)
}

/// Prints a slip.
pub(super) async fn slip(
    State(desk): State<DeskState>,
    Path(id): Path<String>,
    sent: Sent,
) -> Response {
    let back = format!("/permits/{id}");
    let mut body = Map::new();
    if let Some(last) = sent.some("until") {
        // People name the last day; the port the first day after it.
        let until = last.parse().ok().and_then(|last: jiff::civil::Date| last.tomorrow().ok());
        let Some(until) = until else {
            return stop::malformed(&sent, sent.view().d.no_date, &back);
        };
        body.insert("until".to_owned(), until.to_string().into());
    }
    match make::<Slip>(&desk, &id, "slips", &Value::Object(body), &sent).await {
        Ok((permit, slip)) => printed(&desk, &sent, &permit, &slip, &back),
        Err(refused) => stop::not_done(&sent, &refused, &back),
    }
}

fn printed(desk: &DeskState, sent: &Sent, permit: &Permit, slip: &Slip, back: &str) -> Response {
    let view = sent.view();
    let picture = match QrCode::encode(&slip.token, ErrorCorrection::Medium) {
        Ok(code) => code.to_svg(),
        Err(error) => return stop::not_done(sent, &Refused::ours(&error), back),
    };
    // A slip without its person could be anybody's.
    let Some(holder) = &permit.holder else {
        return stop::not_done(sent, &Refused::ours(&"a slip without a holder"), back);
    };
    let (first, second) = slip.check_number.split_at_checked(4).unwrap_or((&slip.check_number, ""));
    let page = SlipPage {
        view,
        class: view.class(&permit.class),
        name: &holder.name,
        born: view.date(&holder.born),
        number: &permit.number,
        from: view.date(&permit.began),
        until: view.last_day(&slip.until),
        today: view.date(&desk.today()),
        check_number: format!("{first} {second}"),
        picture,
        back: view.link(back),
    };
    view.page(StatusCode::OK, &page)
}

/// Makes something from a permit, and reads the permit.
async fn make<T: serde::de::DeserializeOwned>(
    desk: &DeskState,
    id: &str,
    what: &str,
    body: &Value,
    sent: &Sent,
) -> Result<(Permit, T), Refused> {
    let (session, path) = (&sent.visit.session, format!("/office/permits/{id}"));
    // Before the change: a failure here leaves nothing that nobody has seen.
    let permit = desk.api().get::<Permit>(session, &path).await?.body;
    let path = format!("{path}/{what}");
    let mut change = sent.change(&path, body);
    // The form is done once by its key. It names no version: the page may be older than the permit.
    change.version = "";
    Ok((permit, desk.api().change::<T>(session, change).await?.body))
}
