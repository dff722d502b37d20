//! Reads the display's slave devices: what each is called, and whether hardware is behind it.

use selfsame_behaviour::Provenance;
use selfsame_input::tag_of;
use x11rb::{
    errors::ReplyError,
    protocol::{
        xinput::{
            ConnectionExt as _, DeviceClassData, DeviceType, ValuatorMode, XIDeviceInfo,
            XIGetPropertyItems,
        },
        xproto::{Atom, AtomEnum},
    },
};

use super::{
    connection::{ALL_DEVICES, Display},
    layout,
};
use crate::{
    capture::device::{Device, DeviceTable},
    platform,
};

/// The longest property that is read, in 32-bit units.
const LONGEST: u32 = 64;

/// Every slave of the display.
pub fn read(display: &Display) -> Result<DeviceTable, ReplyError> {
    let layout = layout::read(display)?;
    let all = display
        .connection()
        .xinput_xi_query_device(ALL_DEVICES)?
        .reply()?;
    let mut table = DeviceTable::default();
    for info in all.infos.iter().filter(|info| is_slave(info.type_)) {
        table.insert(info.deviceid, device(display, info, &layout)?);
    }
    Ok(table)
}

fn is_slave(kind: DeviceType) -> bool {
    [
        DeviceType::SLAVE_KEYBOARD,
        DeviceType::SLAVE_POINTER,
        DeviceType::FLOATING_SLAVE,
    ]
    .contains(&kind)
}

fn device(display: &Display, info: &XIDeviceInfo, layout: &[u8]) -> Result<Device, ReplyError> {
    let node = property(display, info, display.atoms().device_node)?;
    let product = property(display, info, display.atoms().product_id)?;
    let is_keyboard = info.type_ == DeviceType::SLAVE_KEYBOARD;
    Ok(Device {
        tag: tag_of(&[&info.name, &product, if is_keyboard { layout } else { &[] }]),
        provenance: provenance(&info.name, &node),
        absolute: is_absolute(info),
    })
}

/// Hardware has a device file whose kernel device is not a virtual one. XTEST, Xvnc, xrdp and Xephyr
/// have no device file at all.
fn provenance(name: &[u8], node: &[u8]) -> Provenance {
    let name = String::from_utf8_lossy(name);
    let node = String::from_utf8_lossy(node);
    let node = node.trim_end_matches('\0');
    let is_hardware =
        !name.contains("XTEST") && !node.is_empty() && platform::is_hardware_node(node.as_ref());
    if is_hardware || counts_as_hardware_in_a_demonstration(&name) {
        Provenance::Physical
    } else {
        Provenance::Injected
    }
}

/// Only a demonstration build takes the devices of a nested Xephyr for hardware.
fn counts_as_hardware_in_a_demonstration(name: &str) -> bool {
    cfg!(feature = "demo") && name.starts_with("Xephyr virtual")
}

fn is_absolute(info: &XIDeviceInfo) -> bool {
    info.classes.iter().any(|class| match &class.data {
        DeviceClassData::Valuator(axis) => axis.number == 0 && axis.mode == ValuatorMode::ABSOLUTE,
        _ => false,
    })
}

fn property(display: &Display, info: &XIDeviceInfo, name: Atom) -> Result<Vec<u8>, ReplyError> {
    let reply = display
        .connection()
        .xinput_xi_get_property(info.deviceid, false, name, AtomEnum::ANY.into(), 0, LONGEST)?
        .reply();
    match reply {
        Ok(reply) => Ok(bytes(&reply.items)),
        // The device went away between the two questions; the hierarchy event is on its way.
        Err(ReplyError::X11Error(_)) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

fn bytes(items: &XIGetPropertyItems) -> Vec<u8> {
    match items {
        XIGetPropertyItems::Data8(items) => items.clone(),
        XIGetPropertyItems::Data32(items) => {
            items.iter().flat_map(|item| item.to_le_bytes()).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_of_programs_and_other_computers_are_not_hardware() {
        for name in [
            "Virtual core XTEST keyboard",
            "xrdpKeyboard",
            "VNC keyboard",
            "Xvfb virtual mouse",
        ] {
            assert_eq!(
                provenance(name.as_bytes(), b""),
                Provenance::Injected,
                "{name}"
            );
        }
        // A device file alone is not enough: it must lead to hardware.
        assert_eq!(
            provenance(b"ydotoold virtual device", b"/dev/input/event9999\0"),
            Provenance::Injected
        );
    }

    #[test]
    fn only_a_demonstration_build_takes_xephyr_for_hardware() {
        let expected = if cfg!(feature = "demo") {
            Provenance::Physical
        } else {
            Provenance::Injected
        };
        assert_eq!(provenance(b"Xephyr virtual keyboard", b""), expected);
    }
}
