"""Types as a program does: makes a keyboard through uinput, presses A forty times on it, and takes it away."""

import fcntl
import os
import struct
import time

UI_SET_EVBIT, UI_SET_KEYBIT = 0x40045564, 0x40045565
UI_DEV_SETUP, UI_DEV_CREATE, UI_DEV_DESTROY = 0x405C5503, 0x5501, 0x5502
EV_SYN, EV_KEY, KEY_A, BUS_USB = 0, 1, 30, 3


def tell(kind, code, value):
    os.write(device, struct.pack("llHHi", 0, 0, kind, code, value))


device = os.open("/dev/uinput", os.O_WRONLY)
fcntl.ioctl(device, UI_SET_EVBIT, EV_KEY)
for code in range(1, 100):
    fcntl.ioctl(device, UI_SET_KEYBIT, code)
# It calls itself a USB keyboard: what it says of itself must not count.
fcntl.ioctl(device, UI_DEV_SETUP, struct.pack("HHHH80sI", BUS_USB, 0x046D, 0xC31C, 1, b"Logitech USB Keyboard", 0))
fcntl.ioctl(device, UI_DEV_CREATE)
time.sleep(3)
for _ in range(40):
    for down in (1, 0):
        tell(EV_KEY, KEY_A, down)
        tell(EV_SYN, 0, 0)
        time.sleep(0.03)
time.sleep(1)
fcntl.ioctl(device, UI_DEV_DESTROY)
