//! Tallies as stacked bars, in the units of an SVG drawing that is 100 high. Pure.

use super::tally::Tally;

const BAR: usize = 8;
const GAP: usize = 2;

/// A drawing of bars.
#[derive(Debug)]
pub struct Chart {
    /// How wide it is.
    pub width: usize,
    /// What its upper edge stands for.
    pub top: u32,
    /// What its middle stands for.
    pub middle: u32,
    /// One for each tally.
    pub bars: Vec<Bar>,
}

/// One bar.
#[derive(Debug)]
pub struct Bar {
    /// Its left edge.
    pub x: usize,
    /// How wide it is.
    pub width: usize,
    /// From the bottom up.
    pub parts: Vec<Part>,
}

/// One part of a bar.
#[derive(Debug)]
pub struct Part {
    /// The name of its colour.
    pub class: &'static str,
    /// Its upper edge.
    pub y: String,
    /// How high it is.
    pub height: String,
}

impl Chart {
    /// Draws tallies side by side.
    pub fn of(tallies: &[Tally]) -> Self {
        let most = tallies.iter().map(Tally::sum).max().unwrap_or(0);
        let top = round_up(most);
        let bars = tallies.iter().enumerate();
        Self {
            width: tallies.len() * (BAR + GAP),
            top,
            middle: top / 2,
            bars: bars
                .map(|(place, tally)| Bar {
                    x: place * (BAR + GAP) + GAP / 2,
                    width: BAR,
                    parts: stack(tally, top),
                })
                .collect(),
        }
    }
}

fn stack(tally: &Tally, top: u32) -> Vec<Part> {
    let scale = 100.0 / f64::from(top);
    let mut below = 0;
    let parts = [
        ("answered", tally.answered),
        ("would", tally.would),
        ("other", tally.other),
    ];
    parts
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(class, count)| {
            below += count;
            Part {
                class,
                y: format!("{:.2}", 100.0 - f64::from(below) * scale),
                height: format!("{:.2}", f64::from(count) * scale),
            }
        })
        .collect()
}

/// The least even number of the form 2, 4, 6, 8 or 10 times a power of ten that is not smaller.
fn round_up(most: u32) -> u32 {
    let mut unit = 1;
    while most > unit * 10 {
        unit *= 10;
    }
    most.div_ceil(2 * unit).max(1) * 2 * unit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_edge_is_an_even_round_number() {
        let cases = [
            (0, 2),
            (1, 2),
            (7, 8),
            (10, 10),
            (11, 20),
            (83, 100),
            (401, 600),
            (1000, 1000),
        ];
        for (most, top) in cases {
            assert_eq!(round_up(most), top, "{most}");
        }
    }

    #[test]
    fn parts_stand_on_each_other_and_fill_the_drawing_at_its_most() {
        let tally = Tally {
            answered: 5,
            would: 3,
            other: 2,
        };
        let chart = Chart::of(&[tally, Tally::default()]);
        let edges: Vec<_> = chart.bars[0]
            .parts
            .iter()
            .map(|part| (part.class, part.y.as_str(), part.height.as_str()))
            .collect();
        let expected = [
            ("answered", "50.00", "50.00"),
            ("would", "20.00", "30.00"),
            ("other", "0.00", "20.00"),
        ];
        assert_eq!(edges, expected);
        assert!(chart.bars[1].parts.is_empty());
        assert_eq!((chart.top, chart.middle, chart.width), (10, 5, 20));
    }
}
