//! The figures of an evaluation as SVG files.

mod chart;
mod drawings;
mod scale;

use std::{fs, path::Path};

use anyhow::Context;

use crate::{
    progress::say,
    trial::{
        continuous::Continuous,
        typing::{Measured, Trace},
    },
};

/// Error rates and calibration of the windows of an evaluation.
pub fn windows(dir: &Path, measured: &[Measured]) -> anyhow::Result<()> {
    let Some(first) = measured.first() else {
        return Ok(());
    };
    let name = stem(&first.findings);
    write(dir, &name, "det", &drawings::det(measured))?;
    write(dir, &name, "reliability", &drawings::reliability(measured))?;
    if measured
        .iter()
        .any(|measured| measured.findings.drift.len() > 1)
    {
        write(dir, &name, "drift", &drawings::drift(measured))?;
    }
    if let Some(changes) = first
        .findings
        .handovers
        .as_ref()
        .filter(|c| c.handovers > 0)
    {
        write(
            dir,
            &name,
            "seat-change",
            &drawings::seat_change(&name, changes),
        )?;
    }
    Ok(())
}

/// The score of one genuine and one impostor stream as it goes.
pub fn traces(dir: &Path, measured: &[Measured], traces: &[Trace; 2]) -> anyhow::Result<()> {
    let Some(first) = measured.first() else {
        return Ok(());
    };
    let name = stem(&first.findings);
    write(dir, &name, "traces", &drawings::traces(&name, traces))
}

/// Those found against the keys it took.
pub fn detection(dir: &Path, continuous: &Continuous) -> anyhow::Result<()> {
    let name = stem(&continuous.findings);
    let chart = drawings::detection(&name, continuous);
    write(dir, &name, "time-to-detect", &chart)
}

fn stem(findings: &crate::findings::Findings) -> String {
    match findings.background_people {
        Some(_) => format!("{}-background", findings.protocol),
        None => findings.protocol.to_owned(),
    }
}

fn write(dir: &Path, name: &str, kind: &str, chart: &chart::Chart) -> anyhow::Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let path = dir.join(format!("{name}-{kind}.svg"));
    fs::write(&path, chart.svg()).with_context(|| format!("cannot write {}", path.display()))?;
    say(&format!("drew {}", path.display()));
    Ok(())
}
