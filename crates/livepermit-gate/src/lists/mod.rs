//! The trust list and the status lists of a gate: accepted from files and web servers, remembered in
//! a folder, and loaded again when they change.
//!
//! [`GateLists::open`] restores the lists in the folder and accepts the lists of [`Sources`].
//! [`GateLists::verifier`] makes a verifier with these lists. Later, [`Watch::look`] accepts lists
//! that have changed. A refused list never replaces an earlier list. [`GateLists::ages`] says long
//! before a list is too old that it becomes so.
//!
//! The folder keeps the version of the trust list, the dates of the status lists and the clock
//! floor, so that no older list is accepted after a restart.
//!
//! ```
//! use livepermit_gate::issue::TrustListBuilder;
//! use livepermit_gate::lists::{Folder, GateLists, Sources, TrustListSource, Watch};
//! use livepermit_gate::{Policy, RevocationPolicy};
//! # use livepermit_gate::{SecretKey, Timestamp, TrustedKey, Use};
//! # let root = SecretKey::from_ed25519_seed(&[1; 32]);
//! # let key = SecretKey::from_ed25519_seed(&[7; 32]);
//! # let now = Timestamp::from_unix(1_790_000_000).ok_or("time")?;
//! # let class = "bj.example:residence";
//! # let trusted = TrustedKey::new("bj.example", key.public_key(), [Use::Pass], [class])?;
//! # let temporary = tempfile::tempdir()?;
//! # let path = temporary.path().join("trust.cwt");
//!
//! // The owner of the root key signs the trust list.
//! let list = TrustListBuilder::new("bj.gates", 1, [trusted.clone()])?;
//! let prepared = list.prepare(&root.public_key(), now, now.plus(86_400))?;
//! std::fs::write(&path, prepared.sign(&root)?.as_bytes())?;
//!
//! // The gate starts.
//! let sources = Sources::trust_list(TrustListSource {
//!     from: path.clone().into(),
//!     roots: vec![root.public_key()],
//!     name: Some("bj.gates".to_owned()),
//!     minimum: 1,
//! });
//! let folder = Folder::open(&temporary.path().join("gate-3"))?;
//! let (mut lists, reports) = GateLists::open(&sources, Some(folder), now, 5)?;
//! assert!(reports.is_empty());
//! let policy = Policy::new("gate-3", [class], RevocationPolicy::NotChecked);
//! let verifier = lists.verifier(&policy)?;
//!
//! // Once a second, the gate checks the files.
//! let mut watch = Watch::new(&sources);
//! assert!(watch.look(&mut lists, now).accepted.is_empty());
//! let later = now.plus(60);
//! let list = TrustListBuilder::new("bj.gates", 2, [trusted])?;
//! let prepared = list.prepare(&root.public_key(), later, later.plus(86_400))?;
//! std::fs::write(&path, prepared.sign(&root)?.as_bytes())?;
//! let news = watch.look(&mut lists, later);
//! assert_eq!(news.accepted.len(), 1);
//! let newer = lists.verifier(&policy)?; // for `Gate::replace_verifier`
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod age;
mod error;
mod file;
mod folder;
mod held;
mod kept;
mod reload;
mod report;
mod sources;

pub use age::{Alarm, AlarmLevel, Ending, ListAge, ListKind};
pub use error::{ListError, OpenError};
pub use file::{FileAction, FileError, read_list};
pub use folder::{FileKind, Folder, FolderError, HEALTH};
pub use held::GateLists;
pub use reload::{News, Waiting, Watch};
pub use report::Report;
pub use sources::{ListSource, Sources, TrustListSource};
