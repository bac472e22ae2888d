"""Runs a command where no namespaces can be made, as in most containers.

    python3 no_namespaces.py [--no-filters] COMMAND...

A system call filter refuses unshare, setns, mount, clone with a flag for a namespace, and
personality (addresses stay random), as Docker's does; children inherit it. With --no-filters
the kernel seems to have no system call filters either.
"""

import ctypes
import os
import struct
import sys

NUMBERS = {"x86_64": {"clone": 56, "unshare": 272, "setns": 308, "mount": 165, "clone3": 435,
                      "seccomp": 317, "personality": 135},
           "aarch64": {"clone": 220, "unshare": 97, "setns": 268, "mount": 40, "clone3": 435,
                       "seccomp": 277, "personality": 92}}
NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET

LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
EPERM, ENOSYS = 1, 38
NUMBER_AT, FLAGS_AT = 0, 16  # in struct seccomp_data

PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, FILTER = 38, 22, 2


def program(filters):
    numbers = NUMBERS[os.uname().machine]
    rules = [(LOAD, 0, 0, NUMBER_AT)]
    for name in ("unshare", "setns", "mount", "personality"):
        rules += [(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, REFUSE | EPERM)]
    for name in ("clone3",) if filters else ("clone3", "seccomp"):
        rules += [(EQUAL, 0, 1, numbers[name]), (RETURN, 0, 0, REFUSE | ENOSYS)]
    rules += [(EQUAL, 0, 3, numbers["clone"]), (LOAD, 0, 0, FLAGS_AT),
              (ANY_BIT, 0, 1, NAMESPACES), (RETURN, 0, 0, REFUSE | EPERM),
              (RETURN, 0, 0, ALLOW)]
    return b"".join(struct.pack("HBBI", *rule) for rule in rules), len(rules)


def forbid_namespaces(filters):
    code, length = program(filters)
    room = ctypes.create_string_buffer(code)
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", length,
                                                     ctypes.addressof(room)))
    libc = ctypes.CDLL(None, use_errno=True)
    for words in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, FILTER, header, 0, 0)):
        if libc.prctl(*words) != 0:
            sys.exit(f"no filter: {os.strerror(ctypes.get_errno())}")


if __name__ == "__main__":
    command = sys.argv[1:]
    bare = command[0] == "--no-filters"
    forbid_namespaces(filters=not bare)
    os.execvp(command[bare], command[bare:])
