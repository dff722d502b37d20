//! Systems whose tray is not drawn yet: the agent runs without one.

use tokio::sync::mpsc::UnboundedSender;

use super::{
    Shown,
    menu::{Action, MenuModel},
};

/// No tray. It keeps the sender, so that whoever waits for actions waits on.
pub(super) struct Absent(#[allow(dead_code)] UnboundedSender<Action>);

pub(super) async fn show(_model: MenuModel, actions: UnboundedSender<Action>) -> Absent {
    Absent(actions)
}

impl Shown for Absent {
    async fn update(&self, _model: MenuModel) {}
}
