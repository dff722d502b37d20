//! Linux: a StatusNotifierItem over D-Bus. Without a tray host it waits for one to appear.

use ksni::{
    Icon, ToolTip, Tray, TrayMethods,
    menu::{MenuItem, StandardItem, SubMenu},
};
use tokio::sync::mpsc::UnboundedSender;

use super::{
    Shown, icon,
    menu::{Action, Entry, MenuModel},
};

/// Sides of the icon in pixels: for ordinary and for dense displays.
const SIZES: [u16; 2] = [22, 44];

struct Item {
    model: MenuModel,
    actions: UnboundedSender<Action>,
}

/// The item; none when there is no session bus.
pub(super) struct Notifier(Option<ksni::Handle<Item>>);

/// Shows the item as soon as there is a tray host.
pub(super) async fn show(model: MenuModel, actions: UnboundedSender<Action>) -> Notifier {
    let item = Item { model, actions };
    match item.assume_sni_available(true).spawn().await {
        Ok(handle) => Notifier(Some(handle)),
        Err(error) => {
            tracing::info!("there is no tray here: {error}");
            Notifier(None)
        }
    }
}

impl Shown for Notifier {
    async fn update(&self, model: MenuModel) {
        if let Some(handle) = &self.0 {
            handle.update(|item| item.model = model).await;
        }
    }
}

impl Tray for Item {
    const MENU_ON_ACTIVATE: bool = true;

    fn id(&self) -> String {
        "selfsame".to_owned()
    }

    fn title(&self) -> String {
        self.model.title.clone()
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: self.model.title.clone(),
            ..ToolTip::default()
        }
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        SIZES
            .iter()
            .map(|&size| pixmap(self.model.sign, size))
            .collect()
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.model.entries.iter().map(item).collect()
    }
}

fn pixmap(sign: icon::Sign, size: u16) -> Icon {
    Icon {
        width: size.into(),
        height: size.into(),
        data: icon::draw(sign, size),
    }
}

fn item(entry: &Entry) -> MenuItem<Item> {
    match entry {
        Entry::Label(text) => StandardItem {
            label: mnemonic_free(text),
            enabled: false,
            ..Default::default()
        }
        .into(),
        Entry::Item(text, action) => clickable(text, *action).into(),
        Entry::Submenu(text, entries) => SubMenu {
            label: mnemonic_free(text),
            submenu: entries.iter().map(item).collect(),
            ..Default::default()
        }
        .into(),
        Entry::Separator => MenuItem::Separator,
    }
}

fn clickable(text: &str, action: Action) -> StandardItem<Item> {
    StandardItem {
        label: mnemonic_free(text),
        // The receiver is gone only while the agent ends.
        activate: Box::new(move |item: &mut Item| {
            let _ = item.actions.send(action);
        }),
        ..Default::default()
    }
}

/// In these menus an underscore underlines the letter after it; two of them are one.
fn mnemonic_free(text: &str) -> String {
    text.replace('_', "__")
}
