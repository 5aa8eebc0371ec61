//! Lists that an issuer or a root makes.

use std::sync::{Arc, Mutex, PoisonError};

use livepermit::issue::{self, TrustListBuilder};
use livepermit::status::StatusValue;
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::error::{LivepermitError, Result};
use crate::issue::{Issuer, PreparedList};
use crate::key::{PublicKey, random};
use crate::number::{count, time};
use crate::permit::StatusReference;
use crate::trust::TrustedKey;

/// Prepares a signed trust list. `successor_roots` may sign the next list, beside `root`.
///
/// # Errors
/// The codes of keys, of names and of lists: a list that a gate would refuse is not prepared.
#[cfg_attr(feature = "uniffi", uniffi::export)]
pub fn prepare_trust_list(
    name: &str,
    version: i64,
    keys: Vec<TrustedKey>,
    successor_roots: Vec<Arc<PublicKey>>,
    root: &PublicKey,
    now: i64,
    expires: i64,
) -> Result<Arc<PreparedList>> {
    let keys: Vec<_> = keys.iter().map(TrustedKey::build).collect::<Result<_>>()?;
    let roots = successor_roots.iter().map(|root| root.0.clone());
    let prepared = TrustListBuilder::new(name, count("the version", version)?, keys)?
        .with_successor_roots(roots)
        .prepare(&root.0, time(now)?, time(expires)?)?;
    Ok(Arc::new(PreparedList(prepared)))
}

/// The issuer's side of a status list: it gives entries to permits and withdraws permits. Store
/// `values` and `occupied` after each change.
#[derive(Debug)]
#[cfg_attr(feature = "uniffi", derive(uniffi::Object))]
pub struct StatusListBuilder(Mutex<issue::StatusListBuilder>);

#[cfg_attr(feature = "uniffi", uniffi::export)]
impl StatusListBuilder {
    /// Makes a list of `entries` entries, a multiple of 8, with 1, 2, 4 or 8 bits each.
    ///
    /// # Errors
    /// `entry-bits`, `list-size`, and the codes of names.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn new(uri: &str, bits: i64, entries: i64) -> Result<Self> {
        let entries = count("the number of entries", entries)?;
        let list = issue::StatusListBuilder::new(uri, entry_bits(bits)?, entries)?;
        Ok(Self(Mutex::new(list)))
    }

    /// Restores a list from its stored parts.
    ///
    /// # Errors
    /// `list-stored` if the parts do not fit together.
    #[cfg_attr(feature = "uniffi", uniffi::constructor)]
    pub fn restore(uri: &str, bits: i64, values: Vec<u8>, occupied: Vec<u8>) -> Result<Self> {
        let list = issue::StatusListBuilder::restore(uri, entry_bits(bits)?, &values, &occupied)?;
        Ok(Self(Mutex::new(list)))
    }

    /// Gives a free, random entry to a permit: one for each device, slip, or permit that is shown as
    /// passes.
    ///
    /// # Errors
    /// `list-full`, `no-randomness`.
    pub fn allocate(&self) -> Result<StatusReference> {
        let mut rng = StdRng::from_seed(*random()?);
        Ok((&self.list().allocate(&mut rng)?).into())
    }

    /// Marks an entry as given, for example one that was given after the stored parts were written.
    /// Says whether the entry was free.
    ///
    /// # Errors
    /// `index-out-of-range`.
    pub fn mark_given(&self, index: u64) -> Result<bool> {
        Ok(self.list().mark_given(index)?)
    }

    /// Sets an entry: 0 valid, 1 withdrawn for good, 2 suspended, others as the application says.
    ///
    /// # Errors
    /// `index-out-of-range`, `value-too-large`.
    pub fn set(&self, index: u64, value: i64) -> Result<()> {
        let value = u8::try_from(value).map_err(|_| {
            let reason = format!("an entry holds 0 to 255, not {value}");
            LivepermitError::compared("value-too-large", reason, value, 255)
        })?;
        Ok(self.list().set(index, StatusValue::from(value))?)
    }

    /// The value of an entry; nothing behind the end.
    #[must_use]
    pub fn get(&self, index: u64) -> Option<i64> {
        self.list().get(index).map(|value| value.as_u8().into())
    }

    /// The bytes of the values, to be stored.
    #[must_use]
    pub fn values(&self) -> Vec<u8> {
        self.list().values().into()
    }

    /// One bit for each entry that was given, to be stored.
    #[must_use]
    pub fn occupied(&self) -> Vec<u8> {
        self.list().occupied().as_bytes().into()
    }

    /// Prepares the list for signing.
    ///
    /// # Errors
    /// `validity-empty` if the list would end before it begins.
    pub fn prepare(&self, issuer: &Issuer, now: i64, expires: i64) -> Result<Arc<PreparedList>> {
        let prepared = self.list().prepare(&issuer.0, time(now)?, time(expires)?)?;
        Ok(Arc::new(PreparedList(prepared)))
    }
}

impl StatusListBuilder {
    fn list(&self) -> std::sync::MutexGuard<'_, issue::StatusListBuilder> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A number that is no width is told by the library.
fn entry_bits(bits: i64) -> Result<u8> {
    u8::try_from(bits).map_err(|_| {
        let reason = format!("an entry has 1, 2, 4 or 8 bits, not {bits}");
        LivepermitError::compared("entry-bits", reason, bits, 8)
    })
}
