//! From a value to its place along an axis.

/// How an axis is stretched between its ends.
#[derive(Debug, Clone, Copy)]
pub enum Scale {
    Linear(f64, f64),
    Log(f64, f64),
    /// Normal deviates, for rates: the usual axes of a detection error tradeoff (Martin et al. 1997).
    Deviate(f64, f64),
}

impl Scale {
    /// 0 at the lower end, 1 at the upper; what lies outside is drawn at the end.
    pub fn place(self, value: f64) -> f64 {
        let (low, high, value) = match self {
            Self::Linear(low, high) => (low, high, value),
            Self::Log(low, high) => (low.ln(), high.ln(), value.max(low).ln()),
            Self::Deviate(low, high) => {
                (deviate(low), deviate(high), deviate(value.clamp(low, high)))
            }
        };
        ((value - low) / (high - low)).clamp(0.0, 1.0)
    }
}

/// The inverse of the normal distribution function, by Acklam's rational approximation (2003), to 1e-9 relative.
fn deviate(share: f64) -> f64 {
    const A: [f64; 6] = [
        -39.696_830_286_653_76,
        220.946_098_424_520_5,
        -275.928_510_446_968_7,
        138.357_751_867_269,
        -30.664_798_066_147_16,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -54.476_098_798_224_06,
        161.585_836_858_040_9,
        -155.698_979_859_886_6,
        66.801_311_887_719_72,
        -13.280_681_552_885_72,
    ];
    const C: [f64; 6] = [
        -0.007_784_894_002_430_293,
        -0.322_396_458_041_136_5,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] = [
        0.007_784_695_709_041_462,
        0.322_467_129_070_039_8,
        2.445_134_137_142_996,
        3.754_408_661_907_416,
    ];
    const TAIL: f64 = 0.024_25;
    let horner = |terms: &[f64], x: f64| terms.iter().fold(0.0, |sum, term| sum * x + term);
    let tail = |share: f64| {
        let q = (-2.0 * share.ln()).sqrt();
        horner(&C, q) / (horner(&D, q) * q + 1.0)
    };
    if share < TAIL {
        return tail(share);
    }
    if share > 1.0 - TAIL {
        return -tail(1.0 - share);
    }
    let q = share - 0.5;
    let r = q * q;
    horner(&A, r) * q / (horner(&B, r) * r + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deviates_are_those_of_the_tables() {
        for (share, expected) in [(0.5, 0.0), (0.975, 1.959_964), (0.001, -3.090_232)] {
            assert!((deviate(share) - expected).abs() < 1e-5, "{share}");
        }
    }

    #[test]
    fn what_lies_outside_is_drawn_at_the_end() {
        assert!(Scale::Log(1.0, 100.0).place(0.0).abs() < 1e-12);
        assert!((Scale::Log(1.0, 100.0).place(10.0) - 0.5).abs() < 1e-12);
        assert!((Scale::Linear(0.0, 4.0).place(9.0) - 1.0).abs() < 1e-12);
        assert!((Scale::Deviate(0.01, 0.99).place(0.5) - 0.5).abs() < 1e-9);
    }
}
