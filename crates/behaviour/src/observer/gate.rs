//! Keeps input that is not from hardware away from learning and trust, and remembers that there was some.

use crate::{Event, Micros, Provenance, Reason};

/// How long input that is not from known hardware keeps the verdict at `unsure`.
const SHADOW: Micros = Micros::from_secs(60);

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Gate {
    injected: Option<Micros>,
    unknown: Option<Micros>,
}

impl Gate {
    /// Whether the event may train and raise trust.
    pub fn admits(&mut self, event: &Event) -> bool {
        match event.provenance {
            Provenance::Physical => return true,
            Provenance::Injected => self.injected = self.injected.max(Some(event.at)),
            Provenance::Unknown => self.unknown = self.unknown.max(Some(event.at)),
        }
        false
    }

    pub fn reasons(&self, now: Micros) -> impl Iterator<Item = Reason> {
        let near = |at: &Micros| now.since(*at) < SHADOW;
        let injected = self.injected.filter(near).map(|_| Reason::InjectedInput);
        let unknown = self.unknown.filter(near).map(|_| Reason::UnknownProvenance);
        injected.into_iter().chain(unknown)
    }
}
