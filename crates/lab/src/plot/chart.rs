//! One chart as SVG: axes, bands, lines, legend. It stands on a card of its own colour, so that it can be read on a
//! light and on a dark page alike.

use std::fmt::Write;

use super::scale::Scale;

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 92.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 84.0;
const BOTTOM: f64 = 62.0;
/// About the width of a letter of the legend, in pixels.
const LETTER: f64 = 7.3;

const STYLE: &str = "text{font:14px system-ui,-apple-system,'Segoe UI',sans-serif;fill:#1f2328}\
.title{font-size:17px;font-weight:600}.soft{fill:#59636e}.card{fill:#fff;stroke:#d1d9e0}\
.grid{stroke:#e4e8ec;fill:none}.axis{stroke:#818b98;fill:none}.rule{stroke:#59636e;stroke-dasharray:2 4;fill:none}\
.l{fill:none;stroke-width:2.2}.b{stroke:none;opacity:.16}.d{stroke-dasharray:7 4}\
.s0{stroke:#0969da}.f0{fill:#0969da}.s1{stroke:#bc4c00}.f1{fill:#bc4c00}\
.s2{stroke:#1a7f37}.f2{fill:#1a7f37}.s3{stroke:#8250df}.f3{fill:#8250df}\
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.soft{fill:#9198a1}.card{fill:#0d1117;stroke:#3d444d}\
.grid{stroke:#262c36}.axis{stroke:#656c76}.rule{stroke:#9198a1}.b{opacity:.26}\
.s0{stroke:#4493f8}.f0{fill:#4493f8}.s1{stroke:#f0883e}.f1{fill:#f0883e}\
.s2{stroke:#3fb950}.f2{fill:#3fb950}.s3{stroke:#ab7df8}.f3{fill:#ab7df8}}";

pub struct Axis {
    pub label: String,
    pub scale: Scale,
    /// Values with what is written beside them.
    pub ticks: Vec<(f64, String)>,
}

#[derive(Default)]
pub struct Series {
    pub name: String,
    /// One of four.
    pub colour: usize,
    pub points: Vec<(f64, f64)>,
    /// Lower and upper end at each place; empty for none.
    pub band: Vec<(f64, f64, f64)>,
    pub dashed: bool,
    /// Draws the points too, with the band as bars.
    pub marked: bool,
}

/// A straight dotted line between two points, with a word.
pub struct Rule {
    pub from: (f64, f64),
    pub to: (f64, f64),
    pub word: String,
}

pub struct Chart {
    pub title: String,
    pub subtitle: String,
    pub x: Axis,
    pub y: Axis,
    pub series: Vec<Series>,
    pub rules: Vec<Rule>,
}

impl Chart {
    pub fn svg(&self) -> String {
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
             height=\"{HEIGHT}\" role=\"img\"><title>{}</title><style>{STYLE}</style>\n\
             <rect class=\"card\" x=\".5\" y=\".5\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
            escaped(&self.title),
            WIDTH - 1.0,
            HEIGHT - 1.0
        );
        self.heading(&mut svg);
        self.axes(&mut svg);
        self.series
            .iter()
            .for_each(|series| self.band(&mut svg, series));
        self.rules.iter().for_each(|rule| self.rule(&mut svg, rule));
        self.series
            .iter()
            .for_each(|series| self.line(&mut svg, series));
        svg + "</svg>\n"
    }

    fn heading(&self, svg: &mut String) {
        text(svg, (LEFT, 28.0), "title", "start", &self.title);
        text(svg, (LEFT, 48.0), "soft", "start", &self.subtitle);
        let mut x = LEFT;
        for series in self.series.iter().filter(|series| !series.name.is_empty()) {
            let dashed = if series.dashed { " d" } else { "" };
            let colour = series.colour;
            push(
                svg,
                format_args!("<path class=\"l s{colour}{dashed}\" d=\"M{x:.1} 66h24\"/>"),
            );
            text(svg, (x + 31.0, 71.0), "", "start", &series.name);
            x += 31.0 + LETTER * chars(&series.name) + 22.0;
        }
    }

    fn axes(&self, svg: &mut String) {
        let (bottom, right) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
        for (value, word) in &self.x.ticks {
            let x = self.across(*value);
            push(
                svg,
                format_args!("<path class=\"grid\" d=\"M{x:.1} {TOP}V{bottom}\"/>"),
            );
            text(svg, (x, bottom + 20.0), "soft", "middle", word);
        }
        for (value, word) in &self.y.ticks {
            let y = self.up(*value);
            push(
                svg,
                format_args!("<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>"),
            );
            text(svg, (LEFT - 9.0, y + 5.0), "soft", "end", word);
        }
        push(
            svg,
            format_args!("<path class=\"axis\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>"),
        );
        let middle = f64::midpoint(LEFT, right);
        text(svg, (middle, HEIGHT - 16.0), "", "middle", &self.x.label);
        let middle = f64::midpoint(TOP, bottom);
        push(
            svg,
            format_args!(
                "<text transform=\"translate(24 {middle:.1}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
                escaped(&self.y.label)
            ),
        );
    }

    fn band(&self, svg: &mut String, series: &Series) {
        let known = |(_, low, high): &&(f64, f64, f64)| low.is_finite() && high.is_finite();
        let band: Vec<_> = series.band.iter().filter(known).collect();
        let colour = series.colour;
        if series.marked {
            for (at, low, high) in band {
                let (x, low, high) = (self.across(*at), self.up(*low), self.up(*high));
                push(
                    svg,
                    format_args!("<path class=\"s{colour}\" d=\"M{x:.1} {low:.1}V{high:.1}\"/>"),
                );
            }
            return;
        }
        let there = band.iter().map(|(at, low, _)| (*at, *low));
        let back = band.iter().rev().map(|(at, _, high)| (*at, *high));
        let path = self.path(there.chain(back));
        if !path.is_empty() {
            push(
                svg,
                format_args!("<path class=\"b f{colour}\" d=\"{path}Z\"/>"),
            );
        }
    }

    fn line(&self, svg: &mut String, series: &Series) {
        let colour = series.colour;
        let dashed = if series.dashed { " d" } else { "" };
        let path = self.path(series.points.iter().copied());
        push(
            svg,
            format_args!("<path class=\"l s{colour}{dashed}\" d=\"{path}\"/>"),
        );
        for (x, y) in series.points.iter().filter(|_| series.marked) {
            let (x, y) = (self.across(*x), self.up(*y));
            push(
                svg,
                format_args!("<circle class=\"f{colour}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\"/>"),
            );
        }
    }

    fn rule(&self, svg: &mut String, rule: &Rule) {
        let path = self.path([rule.from, rule.to].into_iter());
        push(svg, format_args!("<path class=\"rule\" d=\"{path}\"/>"));
        // Beside a level line where it begins; above a rising one where it ends.
        let level = (rule.from.1 - rule.to.1).abs() < f64::EPSILON;
        let (end, away, anchor) = if level {
            (rule.from, 6.0, "start")
        } else {
            (rule.to, -6.0, "end")
        };
        let place = (self.across(end.0) + away, self.up(end.1) - 6.0);
        text(svg, place, "soft", anchor, &rule.word);
    }

    fn path(&self, points: impl Iterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for (x, y) in points.filter(|(x, y)| x.is_finite() && y.is_finite()) {
            let to = if path.is_empty() { 'M' } else { 'L' };
            push(
                &mut path,
                format_args!("{to}{:.1} {:.1}", self.across(x), self.up(y)),
            );
        }
        path
    }

    fn across(&self, value: f64) -> f64 {
        LEFT + self.x.scale.place(value) * (WIDTH - RIGHT - LEFT)
    }

    fn up(&self, value: f64) -> f64 {
        let bottom = HEIGHT - BOTTOM;
        bottom - self.y.scale.place(value) * (bottom - TOP)
    }
}

fn text(svg: &mut String, (x, y): (f64, f64), class: &str, anchor: &str, words: &str) {
    let words = escaped(words);
    push(
        svg,
        format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{words}</text>\n"
        ),
    );
}

/// Writing to a string does not fail.
fn push(svg: &mut String, words: std::fmt::Arguments) {
    let _ = svg.write_fmt(words);
}

fn escaped(words: &str) -> String {
    words.replace('&', "&amp;").replace('<', "&lt;")
}

#[allow(clippy::cast_precision_loss)] // a few letters
fn chars(words: &str) -> f64 {
    words.chars().count() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_a_number_is_not_drawn_and_words_are_escaped() {
        let axis = || Axis {
            label: "a < b".to_owned(),
            scale: Scale::Linear(0.0, 1.0),
            ticks: vec![(0.0, "0".to_owned())],
        };
        let chart = Chart {
            title: "R&D".to_owned(),
            subtitle: String::new(),
            x: axis(),
            y: axis(),
            series: vec![Series {
                points: vec![(0.0, 0.5), (0.5, f64::NAN), (1.0, 0.5)],
                band: vec![(0.0, f64::NAN, 1.0)],
                ..Series::default()
            }],
            rules: Vec::new(),
        };
        let svg = chart.svg();
        assert!(!svg.contains("NaN"));
        assert!(svg.contains("R&amp;D") && svg.contains("a &lt; b"));
    }
}
