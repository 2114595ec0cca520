"""Sends one echo request; the kernel does the rest."""
import socket
import struct
import sys

address = sys.argv[1]
if ":" in address:  # the kernel adds the checksum
    sender = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
    sender.sendto(struct.pack("!BBHHH", 128, 0, 0, 1, 1), (address, 0))
else:
    sender = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
    sender.sendto(struct.pack("!BBHHH", 8, 0, 0xFFFF - (0x0800 + 2), 1, 1), (address, 0))
