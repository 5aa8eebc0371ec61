//! What the desk needs: the port of offices, and what stands on its pages.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use sha2::{Digest as _, Sha256};

use super::api::Api;
use crate::http::office::{OfficeState, router};
use crate::pages::{ClassChoice, Memory, Named, PageSettings};
use crate::protocol::{Key, base64url};
use crate::service::Clock;
use crate::store::Store;

/// All that the handlers share. Clones share it.
#[derive(Clone)]
pub struct DeskState(Arc<Shared>);

struct Shared {
    api: Api,
    clock: Clock,
    zone: TimeZone,
    authority: Named,
    classes: Vec<ClassChoice>,
    forms: Key,
    secure: bool,
    memory: Memory,
}

impl fmt::Debug for DeskState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeskState").field("authority", &self.0.authority).finish_non_exhaustive()
    }
}

impl DeskState {
    /// The desk before this port. `secret` is for the tokens of forms, the same in all processes of
    /// the service. `secure` says that browsers come by HTTPS: then they send the cookie of the
    /// session by HTTPS alone.
    pub fn new<S: Store>(
        office: OfficeState<S>,
        pages: &PageSettings,
        secret: &[u8; 32],
        secure: bool,
    ) -> Self {
        let service = office.service();
        let (clock, zone) = (service.clock().clone(), service.office().zone.clone());
        Self(Arc::new(Shared {
            api: Api::new(router(office)),
            clock,
            zone,
            authority: pages.authority.clone(),
            classes: pages.classes.clone(),
            forms: Key::derive(secret, "livepermit desk form 1"),
            secure,
            memory: Memory::default(),
        }))
    }

    pub(super) fn api(&self) -> &Api {
        &self.0.api
    }

    pub(super) fn authority(&self) -> &Named {
        &self.0.authority
    }

    pub(super) fn classes(&self) -> &[ClassChoice] {
        &self.0.classes
    }

    /// The memory for files that are being read.
    pub(super) fn memory(&self) -> &Memory {
        &self.0.memory
    }

    /// Whether browsers come by HTTPS.
    pub(super) fn secure(&self) -> bool {
        self.0.secure
    }

    /// A time, at the office.
    pub(super) fn local(&self, time: Timestamp) -> DateTime {
        self.0.zone.to_datetime(time)
    }

    /// The time at the office that somebody typed: `2026-11-30T09:15`.
    pub(super) fn typed_time(&self, text: &str) -> Option<Timestamp> {
        self.0.zone.to_timestamp(text.parse().ok()?).ok()
    }

    /// The day at the office.
    pub(super) fn today(&self) -> Date {
        self.local(self.0.clock.now()).date()
    }

    /// A token for a form of this session. Nobody without the session's token can make one.
    pub(super) fn form_token(&self, session: &str) -> String {
        let random: [u8; 16] = rand::random();
        let mac = self.0.forms.over(&[&random, &Sha256::digest(session)]);
        base64url::encode(&[random.as_slice(), &mac].concat())
    }

    /// The key by which a form is done once, if its token is of this session.
    pub(super) fn form_key(&self, token: &str, session: &str) -> Option<String> {
        let bytes: [u8; 48] = base64url::decode_array(token)?;
        let (random, mac) = bytes.split_at(16);
        self.0.forms.check(&[random, &Sha256::digest(session)], mac).ok()?;
        Some(base64url::encode(random))
    }
}
