"""pyrad as a client and as a server of RADIUS packets, one JSON line for each on standard input and output.

`requests SEED COUNT` makes requests and says what is in them; `answers` says of each {secret, request, answer} whether a
client takes the answer; `read` says what a server reads in each {secret, request}.
"""

import json
import random
import sys

from pyrad.packet import AccessRequest, AuthPacket

USER_NAME, USER_PASSWORD, PROXY_STATE = 1, 2, 33


def some_text(source, longest):
    return "".join(source.choice("abcdefgXYZ0189 -äß€") for _ in range(source.randint(1, longest)))


def some_octets(source, longest):
    return bytes(source.randrange(256) for _ in range(source.randint(1, longest)))


def make(source):
    secret, user, password = some_octets(source, 40), some_text(source, 20), some_text(source, 30)
    states = [some_octets(source, 30) for _ in range(source.randint(0, 4))]
    packet = AuthPacket(AccessRequest, id=source.randrange(256), secret=secret, authenticator=some_octets(source, 1) * 16)
    packet.message_authenticator = True
    packet[USER_NAME] = [user.encode()]
    packet[USER_PASSWORD] = [packet.PwCrypt(password)]
    if states:
        packet[PROXY_STATE] = states
    return {"secret": secret.hex(), "request": packet.RequestPacket().hex(), "user": user, "password": password,
            "proxy_states": [state.hex() for state in states]}


def parse(line):
    secret, request = bytes.fromhex(line["secret"]), bytes.fromhex(line["request"])
    return AuthPacket(secret=secret, packet=request)


def answers(line):
    request = parse(line)
    reply = request.CreateReply(packet=bytes.fromhex(line["answer"]))
    return {"taken": request.VerifyReply(reply, enforce_ma=True), "code": reply.code}


def read(line):
    request = parse(line)
    return {"verified": request.verify_message_authenticator(), "user": request[USER_NAME][0].decode(),
            "password": request.PwDecrypt(request[USER_PASSWORD][0])}


def main():
    if sys.argv[1] == "requests":
        source = random.Random(int(sys.argv[2]))
        for _ in range(int(sys.argv[3])):
            print(json.dumps(make(source)))
        return
    say = {"answers": answers, "read": read}[sys.argv[1]]
    for line in sys.stdin:
        print(json.dumps(say(json.loads(line))))


main()
