//! Scenes of rising difficulty, each with a name.

use super::background::Background;
use super::phone::{Page, Phone, Screen};
use super::pose::Pose;
use super::random::Random;
use super::scene::{Frame, Scene, Size};
use super::slip::Holding;

/// Strengths of each condition, counted from 0: mild, clear, strong, extreme.
pub const LEVELS: u32 = 4;
/// Seeds from this one on are kept for a last look at a reader that is finished.
pub const LAST_LOOK: u64 = 2_000_000;

/// One difficulty that a reader meets at a gate.
#[derive(Debug, Clone, Copy)]
pub struct Condition {
    /// In a word or two.
    pub name: &'static str,
    /// What its strengths are.
    pub what: &'static str,
    pub(super) apply: fn(&mut Scene, usize, &mut Random),
}

impl Condition {
    /// A frame of it. The same arguments give the same pixels.
    ///
    /// # Panics
    ///
    /// When `level` is not below [`LEVELS`].
    #[must_use]
    pub fn frame(&self, size: Size, level: u32, seed: u64) -> Frame {
        self.frame_of(Screen::default(), size, level, seed)
    }

    /// The same where permits are shown in another way; conditions that say themselves how are as
    /// always.
    ///
    /// # Panics
    ///
    /// As [`Self::frame`].
    #[must_use]
    pub fn frame_of(&self, screen: Screen, size: Size, level: u32, seed: u64) -> Frame {
        let mut random = self.random(level, seed);
        // A presentation with defaults takes 519 characters (version 14), a pass some 262 (version
        // 9).
        let length = if random.once_in(3) { 262 } else { 519 };
        let text = sample_text(length, &mut random);
        self.render(screen, &text, size, level, random)
    }

    /// A frame with a phone that shows this text, such as that of a real permit: not the scene that
    /// [`Self::frame`] makes of the same numbers.
    ///
    /// # Panics
    ///
    /// As [`Self::frame`], and for a text that [`Phone::showing`] does not take.
    #[must_use]
    pub fn frame_showing(&self, text: &str, size: Size, level: u32, seed: u64) -> Frame {
        self.render(Screen::default(), text, size, level, self.random(level, seed))
    }

    /// A frame of this condition with a slip that shows this text and is printed and held so. Of
    /// one seed, slips of different formats lie alike. For the conditions of [`PAPER`]; others show
    /// no slip.
    ///
    /// # Panics
    ///
    /// As [`Self::frame_showing`].
    ///
    /// [`PAPER`]: super::PAPER
    #[must_use]
    pub fn frame_of_slip(
        &self,
        holding: Holding,
        text: &str,
        size: Size,
        level: u32,
        seed: u64,
    ) -> Frame {
        let mut random = self.random(level, seed);
        let mut scene = Scene::new(vec![Phone::showing(text, pose(&mut random))]);
        scene.holding = holding;
        (self.apply)(&mut scene, level as usize, &mut random);
        scene.render(size, &mut random)
    }

    fn random(&self, level: u32, seed: u64) -> Random {
        assert!(level < LEVELS, "there are {LEVELS} levels");
        let name = self
            .name
            .bytes()
            .fold(17_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        Random::new(name ^ u64::from(level) << 48 ^ seed.wrapping_mul(0x9E37_79B9))
    }

    fn render(
        &self,
        screen: Screen,
        text: &str,
        size: Size,
        level: u32,
        mut random: Random,
    ) -> Frame {
        let pose = pose(&mut random);
        let mut scene = Scene::new(vec![Phone::showing_on(screen, text, pose)]);
        (self.apply)(&mut scene, level as usize, &mut random);
        scene.render(size, &mut random)
    }
}

/// A text as long as that of a permit, of the same characters.
pub fn sample_text(length: usize, random: &mut Random) -> String {
    const ALPHABET: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let rest = (4..length).map(|_| char::from(ALPHABET[random.below(45) as usize]));
    "LP1:".chars().chain(rest).collect()
}

/// As people hold a phone when told to: 28 to 34 cm away, nearly straight.
fn pose(random: &mut Random) -> Pose {
    Pose {
        distance: random.between(280.0, 340.0),
        yaw: random.between(-6.0, 6.0),
        pitch: random.between(-6.0, 6.0),
        roll: random.between(-8.0, 8.0),
        x: random.between(-0.12, 0.12),
        y: random.between(-0.06, 0.06),
    }
}

fn sign(random: &mut Random) -> f32 {
    if random.once_in(2) { 1.0 } else { -1.0 }
}

fn change_pose(scene: &mut Scene, change: impl Fn(&mut Pose)) {
    for phone in &mut scene.phones {
        change(&mut phone.pose);
    }
}

/// All of them; those without a code come last.
pub const CONDITIONS: &[Condition] = &[
    Condition { name: "clean", what: "28 to 34 cm, nearly straight", apply: |_, _, _| {} },
    Condition {
        name: "distance",
        what: "16, 25, 45, 60 cm",
        apply: |scene, level, _| {
            let distance = [160.0, 250.0, 450.0, 600.0][level];
            change_pose(scene, |pose| {
                // Near by, it fills the picture.
                let room = if distance < 200.0 { 0.2 } else { 1.0 };
                (pose.distance, pose.x, pose.y) = (distance, pose.x * room, pose.y * room);
            });
        },
    },
    Condition {
        name: "tilt",
        what: "15, 25, 35, 45 degrees",
        apply: |scene, level, random| {
            let angle = [15.0, 25.0, 35.0, 45.0][level];
            let (sin, cos) = random.between(0.0, core::f32::consts::TAU).sin_cos();
            change_pose(scene, |pose| {
                (pose.yaw, pose.pitch) = (angle * sin, angle * cos);
                pose.distance = 260.0;
            });
        },
    },
    Condition {
        name: "rotation",
        what: "any angle",
        apply: |scene, _, random| {
            let roll = random.between(0.0, 360.0);
            change_pose(scene, |pose| pose.roll = roll);
        },
    },
    Condition {
        name: "defocus",
        what: "blurred over a disc of radius 1.5, 2.5, 3.5, 4.5 pixels",
        apply: |scene, level, _| scene.optics.defocus = [1.5, 2.5, 3.5, 4.5][level],
    },
    Condition {
        name: "motion",
        what: "moved 3, 5, 7, 9 pixels while exposed",
        apply: |scene, level, random| {
            let (sin, cos) = random.between(0.0, core::f32::consts::TAU).sin_cos();
            let length = [3.0, 5.0, 7.0, 9.0][level];
            scene.optics.motion = (cos * length, sin * length);
        },
    },
    Condition {
        name: "flicker",
        what: "bands of a rolling shutter, 40, 65, 85, 95 % deep",
        apply: |scene, level, random| {
            scene.light.bands = [0.40, 0.65, 0.85, 0.95][level];
            scene.light.band_count = random.between(2.0, 9.0);
        },
    },
    Condition {
        name: "reflections",
        what: "1, 1, 2, 3 lamps or windows in the glass, 0.4 to 3 times as bright as the screen",
        apply: |scene, level, random| {
            scene.light.reflections = [1, 1, 2, 3][level];
            scene.light.glare = [0.4, 0.9, 1.5, 3.0][level] * random.between(0.8, 1.2);
            scene.light.veil = 0.08;
        },
    },
    Condition {
        name: "moire",
        what: "coarse screen pixels, their gaps 30, 50, 70, 90 % deep",
        apply: |scene, level, random| {
            let pitch = random.between(0.1, 0.28);
            let depth = [0.3, 0.5, 0.7, 0.9][level];
            scene.phones = scene.phones.drain(..).map(|phone| phone.grid(pitch, depth)).collect();
        },
    },
    Condition {
        name: "jpeg",
        what: "JPEG of quality 30, 15, 8, 4",
        apply: |scene, level, _| scene.sensor.jpeg = Some([30, 15, 8, 4][level]),
    },
    Condition {
        name: "noise",
        what: "noise of 10, 20, 32, 45 grey levels",
        apply: |scene, level, _| scene.sensor.noise = [10.0, 20.0, 32.0, 45.0][level],
    },
    Condition {
        name: "dark",
        what: "white comes out at a tenth down to a 200th",
        apply: |scene, level, _| {
            scene.sensor.exposure = [0.1, 0.03, 0.012, 0.005][level];
            scene.sensor.noise = 2.0;
        },
    },
    Condition {
        name: "blown",
        what: "exposed 3, 8, 20, 50 times too long, light spilling over",
        apply: |scene, level, _| {
            scene.sensor.exposure = [3.0, 8.0, 20.0, 50.0][level];
            scene.optics.bloom = [0.05, 0.08, 0.08, 0.06][level];
        },
    },
    Condition {
        name: "low contrast",
        what: "daylight on the glass 2, 6, 14, 30 times the screen's own light",
        apply: |scene, level, _| {
            scene.light.veil = [2.0, 6.0, 14.0, 30.0][level];
            scene.sensor.exposure = 0.8 / (1.0 + scene.light.veil);
        },
    },
    Condition {
        name: "fingerprints",
        what: "3, 6, 10, 15 of them",
        apply: |scene, level, _| scene.surface.fingerprints = [3, 6, 10, 15][level],
    },
    Condition {
        name: "cracked glass",
        what: "3, 6, 10, 15 cracks from one point",
        apply: |scene, level, _| scene.surface.cracks = [3, 6, 10, 15][level],
    },
    Condition {
        name: "inverted",
        what: "light on dark, blurred 0, 1, 1.6, 2.2 pixels",
        apply: |scene, level, _| {
            scene.phones = scene.phones.drain(..).map(|phone| phone.page(Page::Dark)).collect();
            scene.optics.defocus = [0.0, 1.0, 1.6, 2.2][level];
        },
    },
    Condition {
        name: "mirrored",
        what: "mirrored, at any angle, blurred 0, 1, 1.6, 2.2 pixels",
        apply: |scene, level, random| {
            scene.phones = scene.phones.drain(..).map(Phone::mirrored).collect();
            scene.optics.defocus = [0.0, 1.0, 1.6, 2.2][level];
            let roll = random.between(0.0, 360.0);
            change_pose(scene, |pose| pose.roll = roll);
        },
    },
    Condition {
        name: "in a hand",
        what: "before clutter, tilted 5, 12, 20, 28 degrees, shaking",
        apply: |scene, level, random| {
            scene.background = Background::Clutter;
            scene.phones = scene.phones.drain(..).map(Phone::held).collect();
            let tilt = [5.0, 12.0, 20.0, 28.0][level];
            let (yaw, pitch, roll) =
                (sign(random) * tilt, random.between(-tilt, tilt), random.between(-20.0, 20.0));
            change_pose(scene, |pose| (pose.yaw, pose.pitch, pose.roll) = (yaw, pitch, roll));
            let shake = [0.5, 1.0, 2.0, 3.0][level];
            scene.optics.motion = (sign(random) * shake, random.between(-shake, shake));
        },
    },
    Condition {
        name: "several",
        what: "2, 2, 3, 4 phones side by side",
        apply: |scene, level, random| {
            let places: &[(f32, f32)] = match level {
                0 | 1 => &[(-0.25, 0.0), (0.25, 0.0)],
                2 => &[(-0.33, 0.0), (0.0, 0.0), (0.33, 0.0)],
                _ => &[(-0.36, -0.1), (-0.12, 0.05), (0.12, -0.1), (0.36, 0.05)],
            };
            let distance = [300.0, 330.0, 340.0, 400.0][level];
            scene.background = Background::Clutter;
            scene.phones = places
                .iter()
                .map(|&(x, y)| {
                    let pose = Pose { distance, x, y, ..pose(random) };
                    Phone::showing(&sample_text(262, random), pose)
                })
                .collect();
        },
    },
    Condition {
        name: "everything",
        what: "hand, tilt, shake, a lamp, fingerprints, noise, moire and JPEG, all in part",
        apply: |scene, level, random| {
            let part = (level + 1) as f32 / 4.0;
            scene.background = Background::Clutter;
            let (pitch, depth) = (random.between(0.1, 0.2), 0.5 * part);
            scene.phones =
                scene.phones.drain(..).map(|phone| phone.held().grid(pitch, depth)).collect();
            let (yaw, lean, roll, distance) = (
                random.between(-30.0, 30.0) * part,
                random.between(-30.0, 30.0) * part,
                random.between(-25.0, 25.0),
                random.between(220.0, 320.0),
            );
            change_pose(scene, |pose| {
                (pose.yaw, pose.pitch, pose.roll, pose.distance) = (yaw, lean, roll, distance);
            });
            scene.optics.motion =
                (random.between(-3.0, 3.0) * part, random.between(-3.0, 3.0) * part);
            scene.optics.defocus = random.between(0.0, 1.5) * part;
            scene.light.reflections = random.below(2);
            scene.light.glare = part;
            scene.light.veil = random.between(0.05, 0.5);
            scene.surface.fingerprints = random.below(3);
            scene.sensor.noise = 3.0 + 6.0 * part;
            scene.sensor.exposure = random.between(0.5, 1.2) / (1.0 + scene.light.veil);
            scene.sensor.jpeg = Some([60, 45, 30, 20][level]);
        },
    },
    no_code("no code: wall", Background::Wall),
    no_code("no code: clutter", Background::Clutter),
    no_code("no code: text", Background::Text),
    no_code("no code: faces", Background::Faces),
    no_code("no code: tiles", Background::Tiles),
    no_code("no code: noise", Background::Noise),
];

const fn no_code(name: &'static str, background: Background) -> Condition {
    // A function pointer cannot capture, so one for each.
    let apply: fn(&mut Scene, usize, &mut Random) = match background {
        Background::Wall => |scene, level, random| empty(scene, Background::Wall, level, random),
        Background::Clutter => {
            |scene, level, random| empty(scene, Background::Clutter, level, random)
        }
        Background::Text => |scene, level, random| empty(scene, Background::Text, level, random),
        Background::Faces => |scene, level, random| empty(scene, Background::Faces, level, random),
        Background::Tiles => |scene, level, random| empty(scene, Background::Tiles, level, random),
        Background::Noise => |scene, level, random| empty(scene, Background::Noise, level, random),
    };
    Condition { name, what: "with noise of 2, 4, 8, 16 grey levels", apply }
}

fn empty(scene: &mut Scene, background: Background, level: usize, random: &mut Random) {
    scene.phones.clear();
    scene.background = background;
    scene.sensor.noise = [2.0, 4.0, 8.0, 16.0][level];
    scene.sensor.exposure = random.between(0.5, 1.5);
}
