//! Windows: an icon in the notification area by tray-icon, on a thread of its own that reads its messages.

use std::{
    sync::mpsc::{self, Receiver, Sender},
    thread,
};

use tokio::sync::mpsc::UnboundedSender;
use tray_icon::{
    Icon, TrayIcon, TrayIconBuilder,
    menu::{IsMenuItem, Menu, MenuEvent, MenuItem, PredefinedMenuItem, Submenu},
};

use super::{
    Shown, icon,
    menu::{Action, Entry, MenuModel},
};
use crate::platform::windows::window::{Waker, read_messages};

/// Side of the icon in pixels; Windows makes it smaller where it needs to.
const SIZE: u16 = 32;
/// Windows shows no more of a tooltip, in 16-bit units with the closing zero.
const LONGEST_TOOLTIP: usize = 127;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// The icon; none when Windows has no place for it.
pub(super) struct NotifyIcon(Option<Remote>);

/// The icon's thread, from outside.
struct Remote {
    models: Sender<MenuModel>,
    waker: Waker,
}

/// Shows the icon.
pub(super) async fn show(model: MenuModel, actions: UnboundedSender<Action>) -> NotifyIcon {
    match start(model, actions).await {
        Ok(remote) => NotifyIcon(Some(remote)),
        Err(error) => {
            tracing::info!("there is no tray here: {error}");
            NotifyIcon(None)
        }
    }
}

impl Shown for NotifyIcon {
    async fn update(&self, model: MenuModel) {
        if let Some(remote) = &self.0 {
            // A thread that is gone shows nothing any more.
            let _ = remote.models.send(model);
            remote.waker.wake();
        }
    }
}

/// The thread ends when this is dropped, and takes the icon with it.
impl Drop for Remote {
    fn drop(&mut self) {
        drop(std::mem::replace(&mut self.models, mpsc::channel().0));
        self.waker.wake();
    }
}

async fn start(model: MenuModel, actions: UnboundedSender<Action>) -> Result<Remote, Error> {
    let (models, changes) = mpsc::channel();
    let (shown, answer) = tokio::sync::oneshot::channel();
    thread::Builder::new()
        .name("tray".to_owned())
        .spawn(move || {
            let waker = Waker::of_this_thread();
            let item = Item::show(&model, actions);
            match item {
                Err(error) => drop(shown.send(Err(error))),
                Ok(item) => {
                    if shown.send(Ok(waker)).is_ok() {
                        read_messages(|| item.follow(&changes));
                    }
                }
            }
        })?;
    let waker = answer.await??;
    Ok(Remote { models, waker })
}

/// The icon, on its own thread.
struct Item {
    icon: TrayIcon,
}

impl Item {
    fn show(model: &MenuModel, actions: UnboundedSender<Action>) -> Result<Self, Error> {
        MenuEvent::set_event_handler(Some(move |event: MenuEvent| {
            if let Some(action) = action(event.id.as_ref()) {
                // The receiver is gone only while the agent ends.
                let _ = actions.send(action);
            }
        }));
        let icon = TrayIconBuilder::new()
            .with_tooltip(tooltip(&model.title))
            .with_icon(picture(model.sign)?)
            .with_menu(Box::new(menu(&model.entries)?))
            .build()?;
        Ok(Self { icon })
    }

    /// Shows the newest model there is; false when there will be none any more.
    fn follow(&self, changes: &Receiver<MenuModel>) -> bool {
        let mut newest = None;
        loop {
            match changes.try_recv() {
                Ok(model) => newest = Some(model),
                Err(mpsc::TryRecvError::Empty) => break,
                Err(mpsc::TryRecvError::Disconnected) => return false,
            }
        }
        if let Some(Err(error)) = newest.map(|model| self.draw(&model)) {
            tracing::warn!("the tray could not be drawn: {error}");
        }
        true
    }

    fn draw(&self, model: &MenuModel) -> Result<(), Error> {
        self.icon.set_tooltip(Some(tooltip(&model.title)))?;
        self.icon.set_icon(Some(picture(model.sign)?))?;
        self.icon.set_menu(Some(Box::new(menu(&model.entries)?)));
        Ok(())
    }
}

fn picture(sign: icon::Sign) -> Result<Icon, Error> {
    let mut pixels = icon::draw(sign, SIZE);
    // Drawn as alpha, red, green, blue; wanted with the alpha last.
    pixels.chunks_mut(4).for_each(|pixel| pixel.rotate_left(1));
    Ok(Icon::from_rgba(pixels, SIZE.into(), SIZE.into())?)
}

fn tooltip(title: &str) -> String {
    let mut units = 0;
    title
        .chars()
        .take_while(|letter| {
            units += letter.len_utf16();
            units <= LONGEST_TOOLTIP
        })
        .collect()
}

fn menu(entries: &[Entry]) -> Result<Menu, Error> {
    let menu = Menu::new();
    for entry in entries {
        menu.append(item(entry)?.as_ref())?;
    }
    Ok(menu)
}

fn item(entry: &Entry) -> Result<Box<dyn IsMenuItem>, Error> {
    Ok(match entry {
        Entry::Label(text) => Box::new(MenuItem::new(mnemonic_free(text), false, None)),
        Entry::Item(text, action) => Box::new(MenuItem::with_id(
            id(*action),
            mnemonic_free(text),
            true,
            None,
        )),
        Entry::Submenu(text, entries) => {
            let submenu = Submenu::new(mnemonic_free(text), true);
            for entry in entries {
                submenu.append(item(entry)?.as_ref())?;
            }
            Box::new(submenu)
        }
        Entry::Separator => Box::new(PredefinedMenuItem::separator()),
    })
}

/// In these menus an ampersand underlines the letter after it; two of them are one.
fn mnemonic_free(text: &str) -> String {
    text.replace('&', "&&")
}

/// What a chosen entry is called in the event.
fn id(action: Action) -> String {
    match action {
        Action::PauseMinutes(minutes) => format!("pause-minutes {minutes}"),
        Action::PauseUntilLock => "pause-until-lock".to_owned(),
        Action::Resume => "resume".to_owned(),
        Action::Report => "report".to_owned(),
        Action::Quit => "quit".to_owned(),
    }
}

fn action(id: &str) -> Option<Action> {
    match id {
        "pause-until-lock" => Some(Action::PauseUntilLock),
        "resume" => Some(Action::Resume),
        "report" => Some(Action::Report),
        "quit" => Some(Action::Quit),
        _ => {
            let minutes = id.strip_prefix("pause-minutes ")?.parse().ok()?;
            Some(Action::PauseMinutes(minutes))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_comes_back_from_its_name() {
        for expected in [
            Action::PauseMinutes(15),
            Action::PauseUntilLock,
            Action::Resume,
            Action::Report,
            Action::Quit,
        ] {
            assert_eq!(action(&id(expected)), Some(expected));
        }
        assert_eq!(action("17"), None);
    }

    #[test]
    fn a_long_title_ends_where_windows_cuts() {
        assert_eq!(tooltip("Ready"), "Ready");
        let long = "\u{1f511}".repeat(100);
        assert!(tooltip(&long).encode_utf16().count() <= LONGEST_TOOLTIP);
    }
}
