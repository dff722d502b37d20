"""Stands in for systemd's socket unit: makes the socket, then becomes the reader's user and the reader."""

import os
import socket

READER, READERS_GROUP, INPUT_GROUP = 990, 990, 104
PLACE = "/run/selfsame-input/socket"

if os.path.exists(PLACE):
    os.unlink(PLACE)
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind(PLACE)
os.chown(PLACE, 0, READERS_GROUP)
os.chmod(PLACE, 0o660)
listener.listen(8)
os.dup2(listener.fileno(), 0)
os.setgroups([INPUT_GROUP])
os.setresgid(READERS_GROUP, READERS_GROUP, READERS_GROUP)
os.setresuid(READER, READER, READER)
os.execv("/opt/selfsame-input", ["selfsame-input"])
