//! Scenes with slips of paper, of rising difficulty.

use super::background::Background;
use super::conditions::{Condition, sample_text};
use super::pose::{Pose, View};
use super::random::Random;
use super::scene::{Scene, Size};
use super::sheet::{Creases, Sheet};
use super::slip::{Finger, Glare, Holding, Print, Slip, SlipFormat};

/// Conditions of slips. Seeds from [`LAST_LOOK`] on are for a last look: no reader is tuned on
/// them.
///
/// [`LAST_LOOK`]: super::LAST_LOOK
pub const PAPER: &[Condition] = &[
    Condition { name: "paper: flat", what: "15 to 23 cm, nearly straight", apply: flat },
    Condition {
        name: "paper: bent",
        what: "around a cylinder, 10, 16, 20, 30 degrees to each side, hollow or not",
        apply: |scene, level, random| bent(scene, level, random, None),
    },
    Condition {
        name: "paper: cone",
        what: "around a cone, 10, 16, 20, 30 degrees to each side in the middle",
        apply: |scene, level, random| {
            let tip = random.between(2.0, 5.0);
            bent(scene, level, random, Some(tip));
        },
    },
    Condition {
        name: "paper: folded",
        what: "one fold through the code, 8, 15, 25, 40 degrees",
        apply: |scene, level, random| {
            let sheet = Sheet::Folded {
                angle: sign(random) * [8.0, 15.0, 25.0, 40.0][level],
                direction: random.between(0.0, 360.0),
                offset: random.between(-8.0, 8.0),
                radius: random.between(0.3, 2.0),
            };
            slips(scene, random, |slip, _| slip.sheet = sheet);
        },
    },
    Condition {
        name: "paper: curled corner",
        what: "one corner curls up, 15, 30, 45, 60 degrees around an edge of 12 mm",
        apply: |scene, level, random| {
            let sheet = Sheet::Folded {
                angle: sign(random) * [15.0, 30.0, 45.0, 60.0][level],
                direction: 45.0 + 90.0 * random.below(4) as f32 + random.between(-15.0, 15.0),
                offset: random.between(6.0, 14.0),
                radius: 12.0,
            };
            slips(scene, random, |slip, _| slip.sheet = sheet);
        },
    },
    Condition {
        name: "paper: printed badly",
        what: "faded, coarse, with ink that spreads",
        apply: |scene, level, random| {
            let print = Print {
                paper: random.between(0.5, 0.9),
                ink: [0.15, 0.22, 0.3, 0.38][level],
                dots_per_inch: [300.0, 203.0, 180.0, 150.0][level],
                spread: [0.05, 0.07, 0.09, 0.11][level],
            };
            slips(scene, random, |slip, _| slip.print = print);
        },
    },
    Condition {
        name: "paper: shadow",
        what: "a shadow across the code takes 40, 60, 80, 90 % of the light",
        apply: |scene, level, random| {
            slips(scene, random, |_, _| ());
            scene.light.shadow = [0.4, 0.6, 0.8, 0.9][level];
        },
    },
    Condition {
        name: "paper: finger",
        what: "a finger covers 1, 2, 3, 4 modules of a corner along the diagonal",
        apply: |scene, level, random| {
            let corner = random.below(4) as u8;
            slips(scene, random, |slip, _| {
                let covers = slip.module() * (level + 1) as f32;
                slip.finger = Some(Finger { corner, covers });
            });
        },
    },
    Condition {
        name: "paper: edge",
        what: "2, 0, -0.5, -1 modules between the code and the edge of the picture",
        apply: |scene, level, random| {
            let side = random.below(4);
            slips(scene, random, |slip, _| {
                let small = (slip.pose.yaw * 0.3, slip.pose.pitch * 0.3, slip.pose.roll * 0.1);
                (slip.pose.yaw, slip.pose.pitch, slip.pose.roll) = small;
                to_edge(slip, side, [2.0, 0.0, -0.5, -1.0][level]);
            });
        },
    },
    Condition {
        name: "paper: crowd",
        what: "one slip before 4, 11, 19, 59 smaller ones",
        apply: |scene, level, random| {
            slips(scene, random, |_, _| ());
            scene.background = Background::Clutter;
            let columns: u32 = [2, 4, 5, 10][level];
            let count: u32 = [4, 11, 19, 59][level];
            let rows = count.div_ceil(columns);
            let mut behind = Vec::new();
            for index in 0..count {
                let (column, row) = (index % columns, index / columns);
                let place = |at: u32, of: u32| (at as f32 + 0.5) / of as f32 - 0.5;
                let pose = Pose {
                    x: place(column, columns),
                    y: place(row, rows),
                    distance: [330.0, 420.0, 500.0, 650.0][level],
                    roll: random.between(-8.0, 8.0),
                    ..Pose::default()
                };
                let slip = Slip::printed(scene.holding.format, &sample_text(60, random), pose);
                behind.push(slip);
            }
            scene.slips.splice(0..0, behind);
        },
    },
    Condition {
        name: "paper: laminate glare",
        what: "a highlight across a laminated slip, some 2, 3, 4.5, 6.5 mm wide, 0.4, 0.8, 1.5, 3 \
               times as bright as a white screen",
        apply: |scene, level, random| {
            let width = [2.0, 3.0, 4.5, 6.5][level] * random.between(0.8, 1.2);
            // Hard as a tube's, or soft as a window's.
            let edge = if random.once_in(2) { 0.3 } else { width };
            let glare = Glare {
                light: [0.4, 0.8, 1.5, 3.0][level],
                direction: random.between(0.0, 360.0),
                offset: random.between(-15.0, 15.0),
                width,
                edge,
            };
            slips(scene, random, |slip, _| slip.glare = Some(glare));
        },
    },
    Condition {
        name: "paper: crumpled",
        what: "crushed and smoothed again, ridges and furrows of up to 4, 8, 13, 20 degrees",
        apply: |scene, level, random| {
            let creases = Creases::random([4.0, 8.0, 13.0, 20.0][level], random);
            slips(scene, random, |slip, _| slip.sheet = Sheet::Crumpled(creases));
        },
    },
    Condition {
        name: "paper: moved",
        what: "moved by 20, 45, 80, 130 pixels while the rows of the picture are exposed",
        apply: |scene, level, random| {
            let far = [20.0, 45.0, 80.0, 130.0][level];
            let (sin, cos) = random.between(0.0, core::f32::consts::TAU).sin_cos();
            let drift = (cos * far, sin * far);
            slips(scene, random, |slip, _| slip.drift = drift);
            // Each row is exposed for a 32nd of the time that all rows take together: a
            // thousandth of a second of thirty.
            scene.optics.motion = (drift.0 / 32.0, drift.1 / 32.0);
        },
    },
];

fn flat(scene: &mut Scene, _: usize, random: &mut Random) {
    slips(scene, random, |_, _| ());
}

/// The angles are those of a square of 40 mm. Paper that is as round covers a larger arc behind a
/// larger square.
fn bent(scene: &mut Scene, level: usize, random: &mut Random, tip: Option<f32>) {
    let larger = scene.holding.format.side / SlipFormat::SMALL.side;
    let sheet = Sheet::Bent {
        half_angle: sign(random) * [10.0, 16.0, 20.0, 30.0][level] * larger,
        direction: random.between(0.0, 360.0),
        tip: tip.unwrap_or(f32::INFINITY),
    };
    slips(scene, random, |slip, _| slip.sheet = sheet);
}

/// Slips with the texts of the phones, in their place, as people hold them: 15 to 23 cm away unless
/// set otherwise.
fn slips(scene: &mut Scene, random: &mut Random, change: impl Fn(&mut Slip, &mut Random)) {
    let Holding { format, distance: (nearest, farthest) } = scene.holding;
    for phone in scene.phones.drain(..) {
        let pose = Pose {
            distance: random.between(nearest, farthest),
            yaw: random.between(-10.0, 10.0),
            pitch: random.between(-10.0, 10.0),
            roll: random.between(-15.0, 15.0),
            ..phone.pose
        };
        let mut slip = Slip::printed(format, &phone.text, pose);
        change(&mut slip, random);
        scene.slips.push(slip);
    }
}

fn sign(random: &mut Random) -> f32 {
    if random.once_in(2) { 1.0 } else { -1.0 }
}

/// Moves a slip until `modules` of room are left between its code and one side of the picture: 0
/// left, 1 top, 2 right, 3 bottom.
fn to_edge(slip: &mut Slip, side: u32, modules: f32) {
    let Size { width, height } = Size::HD;
    let (width, height) = (width as f32, height as f32);
    for _ in 0..4 {
        let view = View::new(&slip.pose, width, height);
        let half = slip.half_code();
        let corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
            .map(|(x, y)| slip.to_image(&view, x, y));
        let ((ax, ay), (bx, by)) = (corners[0], corners[1]);
        let room = modules * slip.module() * (bx - ax).hypot(by - ay) / (2.0 * half);
        let extreme = |pick: fn(&(f32, f32)) -> f32, choose: fn(f32, f32) -> f32| {
            corners.iter().map(pick).reduce(choose).unwrap_or(0.0)
        };
        match side {
            0 => slip.pose.x -= (extreme(|c| c.0, f32::min) - room) / width,
            1 => slip.pose.y -= (extreme(|c| c.1, f32::min) - room) / height,
            2 => slip.pose.x -= (extreme(|c| c.0, f32::max) + room - width) / width,
            _ => slip.pose.y -= (extreme(|c| c.1, f32::max) + room - height) / height,
        }
    }
}
