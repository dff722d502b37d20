//! Whether hardware is behind an input device, told by where the kernel keeps it.

use std::path::Path;

/// Whether the kernel device at `place`, below `/sys/devices`, is hardware.
///
/// Devices made through uinput live below `virtual/input`. Bluetooth LE keyboards come through uhid
/// and live below `virtual/misc/uhid`: they are real. The bus a device names tells nothing: whoever
/// makes one through uinput chooses it.
#[must_use]
pub fn is_hardware(place: &Path) -> bool {
    place.starts_with("/sys/devices") && !place.starts_with("/sys/devices/virtual/input")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_uinput_device_is_not_hardware_and_a_bluetooth_keyboard_is() {
        for (place, expected) in [
            ("/sys/devices/virtual/input/input17/event5", false),
            (
                "/sys/devices/virtual/misc/uhid/0005:046D:B35B.0003/input/input21/event9",
                true,
            ),
            (
                "/sys/devices/platform/i8042/serio0/input/input3/event3",
                true,
            ),
            (
                "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-3/1-3:1.0/input/input8/event2",
                true,
            ),
            ("/home/somebody/event3", false),
        ] {
            assert_eq!(is_hardware(Path::new(place)), expected, "{place}");
        }
    }
}
