"""The kernel's side of the oracle: one machine in a network namespace of its own, and its wires in this process.

Reads a JSON request a line from standard input and answers with a JSON line. The namespace has no name and no process but
this one and what it runs, so it ends with it, however it ends. Every interface of the machine is a TAP device: what is
written to it the machine receives, and what the machine sends can be read. The kernel has done all that a packet causes
when the write returns, so nothing here waits.

  load    makes a fresh namespace with interfaces, settings, addresses, routes, rules and rule sets
  inject  a frame arrives at an interface; the answer is what left, and what was handed to the machine itself
  send    a program on the machine sends a datagram from one address and port to another
  run     a command, for a look at the machine: its output
  spawn   a program that runs on the machine until this process ends
  watch   waits for what programs on the machine send: the first of it, or nothing for so many seconds
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

CLONE_NEWNET = 0x40000000
TUNSETIFF = 0x400454CA
IFF_TAP_NO_PI = 0x1002
SO_RCVMARK = 75
IP_PKTINFO = 8
LARGEST = 65535
PR_SET_PDEATHSIG = 1

libc = ctypes.CDLL(None, use_errno=True)
taps = {}
listening = []
senders = {}
spawned = []


def enter_fresh_namespace():
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "cannot make a network namespace")


def open_tap(name):
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TAP_NO_PI))
    return tap


def listen(family, protocol):
    """A raw socket takes a copy of what passed INPUT, with the mark it had; it answers nothing."""
    one = socket.socket(family, socket.SOCK_RAW | socket.SOCK_NONBLOCK, protocol)
    one.setsockopt(socket.SOL_SOCKET, SO_RCVMARK, 1)
    if family == socket.AF_INET:
        one.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
    else:
        for option in (socket.IPV6_RECVPKTINFO, socket.IPV6_RECVHOPLIMIT, socket.IPV6_RECVTCLASS):
            one.setsockopt(socket.IPPROTO_IPV6, option, 1)
    return family, protocol, one


def forget_machine():
    old = list(taps.values())
    for _, _, one in listening:
        one.close()
    for one in senders.values():
        one.close()
    taps.clear()
    listening.clear()
    senders.clear()
    # Taking an interface down waits for a grace period; nobody has to wait with it.
    threading.Thread(target=lambda: [os.close(tap) for tap in old]).start()


def setting(key, value):
    with open("/proc/sys/" + key, "w", encoding="ascii") as file:
        file.write(str(value))


def run(command, text=""):
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


def load(request):
    forget_machine()
    enter_fresh_namespace()
    for key, value in request["before"]:
        setting(key, value)
    for name in request["interfaces"]:
        taps[name] = open_tap(name)
    for step in request["steps"]:
        if "settings" in step:
            for key, value in step["settings"]:
                setting(key, value)
        else:
            run(step["command"], step["input"])
            await_addresses()
    for protocol in request["listen"][0]:
        listening.append(listen(socket.AF_INET, protocol))
    for protocol in request["listen"][1]:
        listening.append(listen(socket.AF_INET6, protocol))
    return {**drain()}


def await_addresses():
    """An IPv6 address is the machine's once a worker of the kernel has looked at it and made its route."""
    while not set(first_words("/proc/net/if_inet6")) <= set(first_words("/proc/net/ipv6_route")):
        time.sleep(0.001)


def first_words(path):
    with open(path, encoding="ascii") as file:
        return [line.split()[0] for line in file]


def drain():
    """What is on the wires and in the sockets now."""
    frames = []
    for name, tap in taps.items():
        while True:
            try:
                frames.append([name, os.read(tap, LARGEST).hex()])
            except BlockingIOError:
                break
    return {"frames": frames, "local": [one for each in listening for one in received(*each)]}


def received(family, protocol, one):
    while True:
        try:
            data, ancillary, _, source = one.recvmsg(LARGEST, 512)
        except BlockingIOError:
            return
        facts = {"family": 4 if family == socket.AF_INET else 6, "protocol": protocol, "data": data.hex()}
        for level, kind, value in ancillary:
            if level == socket.SOL_SOCKET:
                facts["mark"] = struct.unpack("=I", value[:4])[0]
            elif level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
                facts["dst"] = socket.inet_ntop(family, value[:16])
                facts["src"] = source[0].split("%")[0]
            elif level == socket.IPPROTO_IPV6 and kind == socket.IPV6_HOPLIMIT:
                facts["ttl"] = struct.unpack("=i", value[:4])[0]
            elif level == socket.IPPROTO_IPV6 and kind == socket.IPV6_TCLASS:
                facts["tos"] = struct.unpack("=i", value[:4])[0]
        yield facts


def inject(request):
    os.write(taps[request["port"]], bytes.fromhex(request["frame"]))
    return drain()


def send(request):
    """A UDP datagram, or the SYN of a TCP connection, from a socket that is bound to its address and port."""
    ends = ((request["src"], request["sport"]), (request["dst"], request["dport"]))
    family = socket.AF_INET if request["family"] == 4 else socket.AF_INET6
    try:
        if request["proto"] == "udp":
            if ends not in senders:
                senders[ends] = connected(family, socket.SOCK_DGRAM, *ends)
            send_datagram(senders[ends])
        else:
            # Left alone it would send its SYN again.
            connected(family, socket.SOCK_STREAM, *ends).close()
    except OSError:
        pass
    return drain()


def send_datagram(one):
    """An error that came for an earlier datagram would be told instead."""
    one.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    one.send(b"")


def connected(family, kind, own, other):
    one = socket.socket(family, kind | socket.SOCK_NONBLOCK)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind(own)
    try:
        one.connect(other)
    except BlockingIOError:
        pass
    return one


def spawn(request):
    spawned.append(subprocess.Popen(request["command"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=end_with_parent))
    return {}


def end_with_parent():
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def watch(request):
    select.select(list(taps.values()), [], [], request["seconds"])
    return drain()


def answer(request):
    if request["op"] == "load":
        return load(request)
    if request["op"] == "inject":
        return inject(request)
    if request["op"] == "send":
        return send(request)
    if request["op"] == "spawn":
        return spawn(request)
    if request["op"] == "watch":
        return watch(request)
    return {"output": run(request["command"], request.get("input", ""))}


def main():
    enter_fresh_namespace()
    for line in sys.stdin:
        try:
            answered = answer(json.loads(line))
        except (OSError, RuntimeError) as error:
            answered = {"error": str(error)}
        print(json.dumps(answered), flush=True)
    forget_machine()


if __name__ == "__main__":
    main()
