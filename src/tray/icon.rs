//! The tray's icons, drawn here: each state has a shape and a colour of its own, so that neither is
//! needed to tell them apart.

/// What the icon says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// Answers checks: a green disc with a tick.
    Ready,
    /// Learns: a blue ring, half filled.
    Learning,
    /// Paused by its person: two grey bars.
    Paused,
    /// Something is to be done: an amber triangle.
    Attention,
    /// Not enrolled: an empty grey ring.
    Off,
}

/// Red, green, blue.
type Colour = [u8; 3];

const GREEN: Colour = [0x1e, 0x8e, 0x3e];
const BLUE: Colour = [0x1a, 0x73, 0xe8];
const GREY: Colour = [0x80, 0x86, 0x8b];
const AMBER: Colour = [0xe3, 0x74, 0x00];
const WHITE: Colour = [0xff, 0xff, 0xff];

/// Sub-samples along each side of a pixel, for smooth edges.
const SAMPLES: u32 = 4;

/// Draws a sign as `size` rows of `size` pixels of four bytes: alpha, red, green, blue.
pub fn draw(sign: Sign, size: u16) -> Vec<u8> {
    let size = u32::from(size);
    (0..size * size)
        .flat_map(|at| pixel(sign, at % size, at / size, size))
        .collect()
}

fn pixel(sign: Sign, column: u32, row: u32, size: u32) -> [u8; 4] {
    let samples = SAMPLES * SAMPLES;
    let (mut covered, mut sum) = (0, [0_u32; 3]);
    for sample in 0..samples {
        let x = unit(column * SAMPLES + sample % SAMPLES, size * SAMPLES);
        let y = unit(row * SAMPLES + sample / SAMPLES, size * SAMPLES);
        if let Some(colour) = colour_at(sign, x, y) {
            covered += 1;
            sum.iter_mut()
                .zip(colour)
                .for_each(|(sum, part)| *sum += u32::from(part));
        }
    }
    let [red, green, blue] = sum.map(|part| byte(part.checked_div(covered).unwrap_or(0)));
    [byte(covered * 255 / samples), red, green, blue]
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// The middle of a sample on a side that runs from -1 to 1.
fn unit(sample: u32, samples: u32) -> f32 {
    (sample as f32 + 0.5) / samples as f32 * 2.0 - 1.0
}

/// The colour at a point of the square from -1 to 1, y downwards.
fn colour_at(sign: Sign, x: f32, y: f32) -> Option<Colour> {
    let radius = x.hypot(y);
    match sign {
        Sign::Ready if is_tick(x, y) => Some(WHITE),
        Sign::Ready => (radius < 0.9).then_some(GREEN),
        Sign::Learning => (radius < 0.9 && (radius > 0.65 || y > 0.0)).then_some(BLUE),
        Sign::Paused => ((0.2..0.65).contains(&x.abs()) && y.abs() < 0.8).then_some(GREY),
        Sign::Attention if x.abs() < 0.12 && (-0.3..0.3).contains(&y) => Some(WHITE),
        Sign::Attention if x.hypot(y - 0.52) < 0.13 => Some(WHITE),
        Sign::Attention => (y < 0.8 && x.abs() < (y + 0.9) * 0.55).then_some(AMBER),
        Sign::Off => (0.65..0.9).contains(&radius).then_some(GREY),
    }
}

/// A tick: a short stroke down and a long one up.
fn is_tick(x: f32, y: f32) -> bool {
    near_stroke(x, y, (-0.45, 0.0), (-0.12, 0.35))
        || near_stroke(x, y, (-0.12, 0.35), (0.45, -0.35))
}

fn near_stroke(x: f32, y: f32, from: (f32, f32), to: (f32, f32)) -> bool {
    let (along_x, along_y) = (to.0 - from.0, to.1 - from.1);
    let length = along_x.mul_add(along_x, along_y * along_y);
    let part = ((x - from.0) * along_x + (y - from.1) * along_y) / length;
    let part = part.clamp(0.0, 1.0);
    let (near_x, near_y) = (from.0 + part * along_x, from.1 + part * along_y);
    (x - near_x).hypot(y - near_y) < 0.13
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Sign; 5] = [
        Sign::Ready,
        Sign::Learning,
        Sign::Paused,
        Sign::Attention,
        Sign::Off,
    ];

    /// Which pixels are drawn at all, without their colours.
    fn shape(sign: Sign) -> Vec<bool> {
        draw(sign, 22)
            .chunks(4)
            .map(|pixel| pixel[0] > 127)
            .collect()
    }

    #[test]
    fn no_two_signs_look_alike_even_without_colours() {
        for (at, one) in ALL.iter().enumerate() {
            for other in &ALL[..at] {
                let differing = shape(*one)
                    .iter()
                    .zip(shape(*other))
                    .filter(|(a, b)| **a != *b)
                    .count();
                let ticked = *one == Sign::Ready || *other == Sign::Ready;
                assert!(differing > 40 || ticked, "{one:?} and {other:?}");
            }
        }
    }

    #[test]
    fn an_icon_has_the_size_it_says_and_clear_corners() {
        for sign in ALL {
            let pixels = draw(sign, 22);
            assert_eq!(pixels.len(), 22 * 22 * 4);
            assert_eq!(pixels[..4], [0, 0, 0, 0]);
        }
    }
}
