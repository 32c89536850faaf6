"""What a process has of this machine: addresses it listens on, and memory."""

import re
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

_LISTENS = "0A"
_SOCKET = re.compile(r"socket:\[(\d+)\]")


def memory_of(pid: int) -> int:
    """Return the resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    (kibibytes,) = re.findall(r"VmRSS:\s+(\d+) kB", status)
    return int(kibibytes) * 1024 // 1_000_000


def listening(pid: int) -> set[tuple[str, int]]:
    """Return the addresses and ports on which a process listens."""
    targets = (str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir())
    sockets = {found[1] for target in targets if (found := _SOCKET.fullmatch(target))}
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == _LISTENS and fields[9] in sockets:
                address, port = fields[1].split(":")
                addresses.add((_address(address), int(port, 16)))
    return addresses


def _address(text: str) -> str:
    """Return an address that the kernel has written as words of its own byte order."""
    words = [bytes.fromhex(text[i : i + 8])[::-1] for i in range(0, len(text), 8)]
    packed = b"".join(words)
    return str(IPv4Address(packed) if len(packed) == 4 else IPv6Address(packed))
