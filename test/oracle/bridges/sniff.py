"""Prints every frame that an interface of this network namespace takes or sends, until its input ends."""
import select
import socket
import sys

ALL = 3  # ETH_P_ALL
OUTGOING = 4  # PACKET_OUTGOING
LOOPBACK = 772  # ARPHRD_LOOPBACK

sniffer = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL))
sniffer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
print("ready", flush=True)
while True:
    ready, _, _ = select.select([sniffer, sys.stdin], [], [])
    if sniffer in ready:
        octets, (port, _, kind, hardware, _) = sniffer.recvfrom(65535)
        if hardware != LOOPBACK:
            print(port, "out" if kind == OUTGOING else "in", octets.hex(), flush=True)
    elif not sys.stdin.readline():
        break
