//! Where the system keeps its input devices and what is known about them.

/// The device files.
pub const DEVICES: &str = "/dev/input";
/// Leads from the name of a device file to its kernel device.
pub const CLASSES: &str = "/sys/class/input";
/// The kernel's devices.
pub const KERNEL: &str = "/sys/devices";
/// What udev found out about devices.
pub const UDEV: &str = "/run/udev/data";
