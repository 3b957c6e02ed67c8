"""Does what the body asks for."""

import ctypes
import os
import signal
import sys
import time


def handle(data, context):
    if data is None:
        return None
    do, _, argument = (data[0].get("body") or b"ok").decode().partition(" ")
    return ACTS[do](argument)


def fork(argument):
    """A child that keeps everything open and never ends; answers with its number."""
    child = os.fork()
    if child == 0:
        while True:
            time.sleep(1)
    return [str(child)]


def junk(argument):
    """So many bytes of anything, without a single line break."""
    piece = bytes(range(11, 256)) * 512
    for _ in range(int(argument) // len(piece) + 1):
        os.write(1, piece)
    os.write(2, b"\nsaid it all\n")
    return ["printed"]


def lines(argument):
    for number in range(int(argument)):
        print("printed line", number)
    print("the last line")
    return ["printed"]


ACTS = {
    "ok": lambda argument: ["fine"],
    "pid": lambda argument: [str(os.getpid())],
    "raise": lambda argument: [{}["no such key"]],
    "few": lambda argument: [],
    "many": lambda argument: ["a", "b"],
    "text": lambda argument: "not a list",
    "nothing": lambda argument: None,
    "generator": lambda argument: (str(number) for number in range(3)),
    "object": lambda argument: [object()],
    "large": lambda argument: ["x" * int(argument)],
    "_exit": lambda argument: os._exit(int(argument)),
    "exit": lambda argument: sys.exit(int(argument)),
    "crash": lambda argument: [ctypes.string_at(0)],
    "kill": lambda argument: os.kill(os.getpid(), signal.SIGKILL),
    "hang": lambda argument: time.sleep(60),
    "fork": fork,
    "twice": lambda argument: [str(os.fork() >= 0)],
    "junk": junk,
    "lines": lines,
}
