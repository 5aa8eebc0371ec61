//! Who looks at a page of the desk, and in which language.

use std::convert::Infallible;
use std::ops::Deref;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;

use super::seen::Who;
use super::session;
use super::state::DeskState;
use super::stop;
use super::texts::{self, Texts};
use super::words;
use crate::domain::Class;
use crate::pages::{self, filled};
use crate::staff::Role;

/// What every page of the desk needs.
#[derive(Clone, Debug)]
pub(super) struct View {
    page: pages::View,
    /// The texts of the desk.
    pub(super) d: &'static Texts,
    pub(super) who: Option<Who>,
    desk: DeskState,
    session: String,
}

impl Deref for View {
    type Target = pages::View;

    fn deref(&self) -> &pages::View {
        &self.page
    }
}

impl View {
    fn of(parts: &Parts, desk: &DeskState) -> Self {
        let page = pages::View::of(parts, "/desk", desk.authority());
        let d = texts::of(page.language);
        Self { page, d, who: None, desk: desk.clone(), session: String::new() }
    }

    /// A new token for a form.
    pub(super) fn token(&self) -> String {
        self.desk.form_token(&self.session)
    }

    pub(super) fn may(&self, role: Role) -> bool {
        self.who.as_ref().is_some_and(|who| who.may(role))
    }

    pub(super) fn may_intake(&self) -> bool {
        self.may(Role::Intake)
    }

    pub(super) fn may_decide(&self) -> bool {
        self.may(Role::Decide)
    }

    pub(super) fn may_audit(&self) -> bool {
        self.may(Role::Audit)
    }

    /// Whether the officer works with cases and permits.
    pub(super) fn works(&self) -> bool {
        [Role::Intake, Role::Check, Role::Decide].into_iter().any(|role| self.may(role))
    }

    /// The names of the officer's roles.
    pub(super) fn roles(&self) -> String {
        let roles = self.who.iter().flat_map(|who| &who.roles);
        let names: Vec<_> = roles.map(|role| words::role(self.d, *role)).collect();
        names.join(self.language.comma())
    }

    /// The address of a page of this thing.
    pub(super) fn at(&self, before: &str, id: &str, behind: &str) -> String {
        self.link(&format!("{before}{id}{behind}"))
    }

    /// The address at which a part of this thing is closed.
    pub(super) fn under(&self, before: &str, id: &str, part: &str, part_id: &str) -> String {
        self.link(&format!("{before}{id}{part}{part_id}/close"))
    }

    /// The address of what the audit log has about this thing.
    pub(super) fn log_of(&self, kind: &str, id: &str) -> String {
        self.link_with("/audit", &[("subject", &format!("{kind}:{id}"))])
    }

    /// A text with a value.
    #[expect(clippy::unused_self, reason = "a template calls it, and knows no paths")]
    pub(super) fn filled(&self, text: &str, value: impl std::fmt::Display) -> String {
        filled(text, value)
    }

    pub(super) fn date(&self, date: &Date) -> String {
        self.language.date(*date)
    }

    /// The last day before this one.
    pub(super) fn last_day(&self, until: &Date) -> String {
        self.language.date(until.yesterday().unwrap_or(*until))
    }

    /// The day and the time at the office.
    pub(super) fn time(&self, time: &Timestamp) -> String {
        let local = self.desk.local(*time);
        format!("{} {}", self.language.date(local.date()), local.strftime("%H:%M"))
    }

    /// What people call a class.
    pub(super) fn class(&self, class: &str) -> String {
        let same = |known: &Class| known.as_str() == class;
        let choice = self.desk.classes().iter().find(|choice| same(&choice.class));
        choice.map_or(class, |choice| choice.name.of(self.language)).to_owned()
    }
}

impl FromRequestParts<DeskState> for View {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, desk: &DeskState) -> Result<Self, Infallible> {
        Ok(Self::of(parts, desk))
    }
}

/// A page that an officer opens who has logged in.
#[derive(Clone, Debug)]
pub(super) struct Visit {
    pub(super) view: View,
    pub(super) who: Who,
    /// The token of the session.
    pub(super) session: String,
}

impl FromRequestParts<DeskState> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, desk: &DeskState) -> Result<Self, Response> {
        let mut view = View::of(parts, desk);
        // Ids and steps become parts of the port's addresses: nothing else does.
        let plain = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'-';
        let params = RawPathParams::from_request_parts(parts, desk).await;
        let params = params.map_err(|_| stop::missing(&view))?;
        let fit = params.iter().all(|(_, value)| value.bytes().all(plain));
        let Some(session) = cookie(&parts.headers, session::name(desk.secure())) else {
            return Err(stop::to_login(&view, false));
        };
        match desk.api().get::<Who>(&session, "/office/session").await {
            Ok(who) => {
                let who = who.body;
                (view.who, view.session) = (Some(who.clone()), session.clone());
                if fit { Ok(Self { view, who, session }) } else { Err(stop::missing(&view)) }
            }
            Err(refused) => Err(stop::refused(&view, &refused, None)),
        }
    }
}

/// A cookie, by its name.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    let all = headers.get_all(header::COOKIE).into_iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|all| all.split(';')).filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(known, _)| known.trim() == name);
    found.map(|(_, value)| value.trim().to_owned()).filter(|value| !value.is_empty())
}
