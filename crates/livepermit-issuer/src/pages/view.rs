//! In which language a page is answered, and how its addresses are written.

use std::convert::Infallible;

use askama::Template;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};

use super::state::{Named, PagesState};
use super::texts::{Language, Texts};
use crate::protocol::{Form, redirect_with};
use crate::store::Store;

/// What every page needs.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// The texts of its language.
    pub(crate) t: &'static Texts,
    pub(crate) language: Language,
    /// Who issues.
    pub(crate) authority: String,
    base: String,
    path: String,
    /// Whether the address names the language.
    named: bool,
    /// Whether a link to the same page in the other language makes sense.
    switch: bool,
    query: Form,
}

impl<S: Store> FromRequestParts<PagesState<S>> for View {
    type Rejection = Infallible;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &PagesState<S>,
    ) -> Result<Self, Infallible> {
        Ok(Self::of(parts, state.base(), &state.settings().authority))
    }
}

/// The language that the browser's headers wish for (RFC 9110 §12.5.4); English if they wish for
/// neither.
fn wished(headers: &HeaderMap) -> Language {
    let wishes = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let mut best = (Language::En, 0);
    for wish in wishes.unwrap_or_default().split(',').take(32) {
        let mut parts = wish.split(';').map(str::trim);
        let tag = parts.next().unwrap_or_default().to_ascii_lowercase();
        let language = match tag.split('-').next() {
            Some("zh") => Language::Zh,
            Some("en") => Language::En,
            _ => continue,
        };
        let quality = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
        if quality > best.1 {
            best = (language, quality);
        }
    }
    best.0
}

/// `0.7` in thousandths; 0 for what is no quality.
fn thousandths(quality: &str) -> u32 {
    let (whole, part) = quality.split_once('.').unwrap_or((quality, ""));
    let part = format!("{part:0<3}");
    match (whole.parse::<u32>(), part.get(..3).map(str::parse::<u32>)) {
        (Ok(whole @ 0..=1), Some(Ok(part))) => (whole * 1000 + part).min(1000),
        _ => 0,
    }
}

impl View {
    /// What the head of a request asks for, of pages under this path.
    pub(crate) fn of(parts: &Parts, base: &str, authority: &Named) -> Self {
        // A query that cannot be read says nothing.
        let query = parts.uri.query().unwrap_or_default();
        let query = Form::read(query.as_bytes()).unwrap_or_default();
        let named = query.get("lang").and_then(Language::read);
        let language = named.unwrap_or_else(|| wished(&parts.headers));
        Self {
            t: language.texts(),
            language,
            authority: authority.of(language).to_owned(),
            base: base.to_owned(),
            path: parts.uri.path().to_owned(),
            named: named.is_some(),
            switch: parts.method == axum::http::Method::GET,
            query,
        }
    }

    /// A parameter of the address.
    pub(crate) fn asked(&self, name: &str) -> Option<&str> {
        self.query.get(name)
    }

    /// The address of a page, which keeps the language if the address of this one names it.
    pub(crate) fn link(&self, path: &str) -> String {
        self.link_with(path, &[])
    }

    /// The same with parameters. Those with an empty value are left out.
    pub(crate) fn link_with(&self, path: &str, parameters: &[(&str, &str)]) -> String {
        let language = if self.named { self.language.name() } else { "" };
        let address = redirect_with(&format!("{}{path}", self.base), parameters);
        redirect_with(&address, &[("lang", language)])
    }

    /// The address of the style sheet.
    pub(crate) fn style(&self) -> String {
        format!("{}/style.css", self.base)
    }

    /// This page in the other language.
    pub(crate) fn other(&self) -> Option<(Language, String)> {
        let other = self.language.other();
        let kept = self.query.all().filter(|(name, _)| *name != "lang");
        let parameters: Vec<_> = kept.chain([("lang", other.name())]).collect();
        self.switch.then(|| (other, redirect_with(&self.path, &parameters)))
    }

    /// Answers with a page.
    pub(crate) fn page(&self, status: StatusCode, page: &impl Template) -> Response {
        match page.render() {
            Ok(text) => (status, Html(text)).into_response(),
            Err(error) => {
                tracing::error!("a page was not made: {error}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header};

    use super::wished;
    use crate::pages::texts::Language;

    #[test]
    fn the_language_that_is_wished_most_is_spoken() {
        for (wishes, language) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Language::Zh),
            ("en-GB,en;q=0.9,zh;q=0.8", Language::En),
            ("de, zh;q=0.5, en;q=0.4", Language::Zh),
            ("en;q=0.4, zh-Hant-TW;q=0.51", Language::Zh),
            ("zh;q=0", Language::En),
            ("zh;q=x, en;q=0.1", Language::En),
            ("fr", Language::En),
            ("ZH", Language::Zh),
            ("", Language::En),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_LANGUAGE, HeaderValue::from_static(wishes));
            assert_eq!(wished(&headers), language, "{wishes}");
        }
        assert_eq!(wished(&HeaderMap::new()), Language::En);
    }
}
