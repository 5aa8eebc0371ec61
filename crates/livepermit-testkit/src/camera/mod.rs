//! Camera frames of phones and paper that show QR codes, made from fixed seeds: what the reader of
//! `livepermit::scan` is tested and measured on. Nothing here was photographed; every frame is
//! computed, and the same arguments give the same pixels.
//!
//! A [`Scene`] is a phone or several at a [`Pose`] before a [`Background`], seen through glass
//! ([`Surface`]), a lens ([`Optics`]) and a sensor ([`Sensor`]) in some [`Light`]; or a [`Slip`] of
//! paper whose [`Sheet`] is bent, folded or crumpled. [`CONDITIONS`] and [`PAPER`] name scenes of rising
//! difficulty, [`hostile`] makes frames that are meant to cost a reader time.

mod background;
mod canvas;
mod conditions;
pub mod hostile;
mod light;
mod optics;
mod paper;
mod phone;
mod pose;
mod random;
mod scene;
mod sensor;
mod sheet;
mod slip;
mod surface;

pub use background::Background;
pub use conditions::{CONDITIONS, Condition, LAST_LOOK, LEVELS, sample_text};
pub use light::Light;
pub use optics::Optics;
pub use paper::PAPER;
pub use phone::{Page, Phone, Screen};
pub use pose::Pose;
pub use random::Random;
pub use scene::{Frame, Scene, Size};
pub use sensor::Sensor;
pub use sheet::{Creases, Sheet};
pub use slip::{Finger, Glare, Holding, Print, Slip, SlipFormat};
pub use surface::Surface;
