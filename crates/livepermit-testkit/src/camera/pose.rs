//! Where a phone is, and which point of its screen a pixel of the camera sees.

/// How the screen is held before the camera.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pose {
    /// From the camera to the middle of the code, in millimetres.
    pub distance: f32,
    /// Turned about the upright axis, in degrees.
    pub yaw: f32,
    /// Leaning back or forward, in degrees.
    pub pitch: f32,
    /// Turned in the plane of the picture, in degrees.
    pub roll: f32,
    /// Middle of the code, from the middle of the picture to the right, in parts of the picture's
    /// width.
    pub x: f32,
    /// The same downwards, in parts of the picture's height.
    pub y: f32,
}

impl Default for Pose {
    fn default() -> Self {
        Self { distance: 300.0, yaw: 0.0, pitch: 0.0, roll: 0.0, x: 0.0, y: 0.0 }
    }
}

/// Focal length in parts of the picture's width: a field of view of 40 degrees, as a reader's
/// camera has.
const FOCAL_LENGTH: f32 = 1.4;

/// Between pixels and millimetres on the screen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View {
    to_image: [[f32; 3]; 3],
    to_screen: [[f32; 3]; 3],
    /// What a millimetre away from the camera, square to the plane, adds to `to_image`.
    away: [f32; 3],
}

impl View {
    pub(crate) fn new(pose: &Pose, width: f32, height: f32) -> Self {
        let focal = FOCAL_LENGTH * width;
        let (sy, cy) = pose.yaw.to_radians().sin_cos();
        let (sp, cp) = pose.pitch.to_radians().sin_cos();
        let (sr, cr) = pose.roll.to_radians().sin_cos();
        // Rolled in its own plane first, then leaned, then turned.
        let right = [cr * cy + sr * sp * sy, sr * cp, -cr * sy + sr * sp * cy];
        let down = [-sr * cy + cr * sp * sy, cr * cp, sr * sy + cr * sp * cy];
        let middle = [
            pose.x * width / focal * pose.distance,
            pose.y * height / focal * pose.distance,
            pose.distance,
        ];
        let row = |axis: usize, centre: f32| {
            [right, down, middle].map(|column| focal * column[axis] + centre * column[2])
        };
        let to_image = [
            row(0, width / 2.0),
            row(1, height / 2.0),
            [right, down, middle].map(|column| column[2]),
        ];
        let normal = [
            right[1] * down[2] - right[2] * down[1],
            right[2] * down[0] - right[0] * down[2],
            right[0] * down[1] - right[1] * down[0],
        ];
        let away = [
            focal * normal[0] + width / 2.0 * normal[2],
            focal * normal[1] + height / 2.0 * normal[2],
            normal[2],
        ];
        Self { to_image, to_screen: inverse(&to_image), away }
    }

    /// The same for a point that is not in the plane: its last coordinate is the distance from the
    /// plane, away from the camera.
    pub(crate) fn to_image_from_space(self, [x, y, away]: [f32; 3]) -> (f32, f32) {
        let row = |i: usize| {
            self.to_image[i][0] * x
                + self.to_image[i][1] * y
                + self.to_image[i][2]
                + self.away[i] * away
        };
        (row(0) / row(2), row(1) / row(2))
    }

    pub(crate) fn to_screen(self, x: f32, y: f32) -> (f32, f32) {
        project(&self.to_screen, x, y)
    }

    pub(crate) fn to_image(self, x: f32, y: f32) -> (f32, f32) {
        project(&self.to_image, x, y)
    }
}

fn project(m: &[[f32; 3]; 3], x: f32, y: f32) -> (f32, f32) {
    let row = |i: usize| m[i][0] * x + m[i][1] * y + m[i][2];
    (row(0) / row(2), row(1) / row(2))
}

/// Up to a factor, which a projection does not see.
fn inverse(m: &[[f32; 3]; 3]) -> [[f32; 3]; 3] {
    let minor = |r: usize, c: usize| {
        let (r1, r2, c1, c2) = ((r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3);
        m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]
    };
    [0, 1, 2].map(|row| [0, 1, 2].map(|column| minor(column, row)))
}
