//! A page with everything that evaluations printed and drew: Markdown, and the same as HTML. It computes nothing: each
//! figure is one that stands in the findings.

mod card;
mod page;
mod printed;
mod sections;

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::refusal::Refusal;
use page::Page;
use printed::Printed;

/// One evaluation: `NAME.json`, with its plots in the folder `NAME`.
pub struct Run {
    name: String,
    findings: Vec<Printed>,
    /// Relative to the page.
    plots: Vec<PathBuf>,
}

impl Run {
    /// The plot of a kind, if it was drawn.
    fn plot(&self, kind: &str) -> Option<&Path> {
        let ending = format!("-{kind}.svg");
        let is = |path: &&PathBuf| path.to_string_lossy().ends_with(&ending);
        self.plots.iter().find(is).map(PathBuf::as_path)
    }
}

/// Reads the findings in a folder and writes `README.md` and `index.html` beside them.
pub fn write(dir: &Path) -> anyhow::Result<()> {
    let runs = runs(dir)?;
    if runs.is_empty() {
        return Err(Refusal::unfit(dir, "no findings (*.json) in this folder").into());
    }
    let mut page = Page::default();
    sections::head(&mut page, &runs);
    card::card(&mut page, &runs);
    sections::overview(&mut page, &runs);
    runs.iter().for_each(|run| sections::run(&mut page, run));
    for (name, text) in [("README.md", page.markdown()), ("index.html", page.html())] {
        let path = dir.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// In the order of their names.
fn runs(dir: &Path) -> anyhow::Result<Vec<Run>> {
    let mut runs = Vec::new();
    for path in listed(dir)? {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let findings = serde_json::from_str(&text)
            .map_err(|error| Refusal::malformed(&path, error.line() as u64, error.to_string()))?;
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let drawn = dir.join(&name);
        let plots = if drawn.is_dir() {
            listed(&drawn)?
        } else {
            Vec::new()
        };
        let relative = plots.iter().filter_map(|plot| plot.strip_prefix(dir).ok());
        runs.push(Run {
            findings,
            plots: relative.map(Path::to_owned).collect(),
            name,
        });
    }
    runs.sort_by(|a: &Run, b: &Run| a.name.cmp(&b.name));
    Ok(runs)
}

fn listed(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(dir).with_context(|| format!("cannot read {}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    Ok(paths)
}
