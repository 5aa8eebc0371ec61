//! What the pages need beside the service and the port of wallets.

use std::fmt;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::body::Memory;
use super::secrets::PageSecrets;
use super::texts::Language;
use crate::domain::Class;
use crate::http::wallets::WalletsState;
use crate::service::Service;
use crate::store::Store;

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Named {
    /// The name in this language.
    #[must_use]
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

/// A class of permits that people may apply for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassChoice {
    /// The class, as credentials name it.
    pub class: Class,
    /// What people call it.
    pub name: Named,
}

/// How the pages are set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageSettings {
    /// Who issues, as people read it at the top of each page.
    pub authority: Named,
    /// What people may apply for, in this order. At least one.
    pub classes: Vec<ClassChoice>,
    /// How long a form can be handed in after it was opened.
    pub form: SignedDuration,
    /// How long an applicant can look at a case with its code.
    pub code: SignedDuration,
}

impl PageSettings {
    /// Pages of this authority for these classes, with forms that are good for an hour, and codes
    /// that are good for a year.
    #[must_use]
    pub const fn new(authority: Named, classes: Vec<ClassChoice>) -> Self {
        let code = SignedDuration::from_hours(24 * 366);
        Self { authority, classes, form: SignedDuration::from_hours(1), code }
    }
}

/// All that the handlers share. Clones share it.
pub struct PagesState<S> {
    wallets: WalletsState<S>,
    shared: Arc<Shared>,
}

struct Shared {
    settings: PageSettings,
    secrets: PageSecrets,
    memory: Memory,
}

impl<S: Store> Clone for PagesState<S> {
    fn clone(&self) -> Self {
        Self { wallets: self.wallets.clone(), shared: Arc::clone(&self.shared) }
    }
}

impl<S> fmt::Debug for PagesState<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PagesState")
            .field("settings", &self.shared.settings)
            .finish_non_exhaustive()
    }
}

impl<S: Store> PagesState<S> {
    /// Brings all together. The pages stand under the address of the issuer, beside what wallets ask
    /// for. The secret is the one of the service, the same in all its processes.
    pub fn new(wallets: WalletsState<S>, settings: PageSettings, secret: &[u8; 32]) -> Self {
        let secrets = PageSecrets::derive(secret);
        let shared = Shared { settings, secrets, memory: Memory::default() };
        Self { wallets, shared: Arc::new(shared) }
    }

    /// The port of wallets, to which browsers go back.
    #[must_use]
    pub const fn wallets(&self) -> &WalletsState<S> {
        &self.wallets
    }

    /// What is done below.
    #[must_use]
    pub const fn service(&self) -> &Service<S> {
        self.wallets.service()
    }

    /// How the pages are set.
    #[must_use]
    pub fn settings(&self) -> &PageSettings {
        &self.shared.settings
    }

    /// The path under which the pages stand: empty, or with a slash at the beginning.
    #[must_use]
    pub fn base(&self) -> &str {
        self.wallets.endpoints().issuer().path()
    }

    pub(super) fn memory(&self) -> &Memory {
        &self.shared.memory
    }

    /// The time after this span.
    pub(super) fn after(&self, span: SignedDuration) -> Timestamp {
        self.service().now().saturating_add(span).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn secrets(&self) -> &PageSecrets {
        &self.shared.secrets
    }
}
