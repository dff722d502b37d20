"""Connects to the reader's socket as any program of the person would, and says what came of it."""

import socket

knocking = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
try:
    knocking.connect("/run/selfsame-input/socket")
    print(knocking.recv(4096).hex())
except OSError as refused:
    print(refused.strerror)
