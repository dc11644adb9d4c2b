"""Captures, written by hand: a file of pcap is 24 bytes, then 16 bytes and a packet, and so on."""

import struct
from collections.abc import Iterable
from pathlib import Path

ETHERNET, WIRESHARK_UPPER_PDU = 1, 252
# What Wireshark takes for one packet.
LARGEST_PACKET = 262_144


def write(path: Path, link: int, packets: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, LARGEST_PACKET, link))
        for number, packet in enumerate(packets):
            file.write(struct.pack("<IIII", 1 + number // 1_000_000, number % 1_000_000, len(packet), len(packet)) + packet)


def exported(data: bytes, dissector: str = "dashstream") -> bytes:
    """An exported PDU: tag 12 names the dissector, tag 0 ends the tags."""
    name = dissector.encode()
    name += bytes(-len(name) % 4)
    return struct.pack(">HH", 12, len(name)) + name + struct.pack(">HH", 0, 0) + data


def checksum(data: bytes) -> int:
    words = struct.unpack(f">{len(data) // 2}H", data)
    total = sum(words)
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


class Stream:
    """A connection of TCP over IPv4, whose bytes go out in segments. Client and server are 10.0.0.1 and 10.0.0.2."""

    def __init__(self, port: int, client_port: int, segment: int) -> None:
        self.ports = (client_port, port)
        self.sent = [1, 1]
        self.segment = segment
        self.packets: list[bytes] = []
        self.put(0, 0x02, b"", number=0)
        self.put(1, 0x12, b"", number=0)

    def put(self, side: int, flags: int, data: bytes, number: int) -> None:
        """A packet of one side: 0 the client, 1 the server."""
        ack = self.sent[1 - side] if flags & 0x10 else 0
        tcp = struct.pack(">HHIIBBHHH", self.ports[side], self.ports[1 - side], number, ack, 0x50, flags, 0xFFFF, 0, 0)
        addresses = [bytes([10, 0, 0, 1]), bytes([10, 0, 0, 2])]
        head = struct.pack(">BBHHHBBH", 0x45, 0, 40 + len(data), 0, 0, 64, 6, 0)
        head += addresses[side] + addresses[1 - side]
        ip = head[:10] + struct.pack(">H", checksum(head)) + head[12:]
        self.packets.append(bytes(12) + b"\x08\x00" + ip + tcp + data)

    def send(self, side: int, data: bytes) -> None:
        for at in range(0, len(data), self.segment):
            part = data[at : at + self.segment]
            self.put(side, 0x18, part, self.sent[side])
            self.sent[side] += len(part)
