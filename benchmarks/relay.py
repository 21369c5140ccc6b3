"""A relay in front of a PostgreSQL server that counts bytes each way, statements, and waits for answers."""

import os
import socket
import struct
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SOCKET = ".s.PGSQL.5432"


class Counts:
    """What went through: ``there`` and ``back`` in bytes; each round trip is one wait for the server."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self.connections = self.statements = self.round_trips = self.there = self.back = 0


@contextmanager
def relay(server: str) -> Iterator[tuple[str, Counts]]:
    """Give the folder of a socket that leads to the one in the folder ``server``, and the counts of what takes it."""
    counts = Counts()
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as ours:
        ours.bind(os.path.join(folder, SOCKET))
        ours.listen(64)

        def accept() -> None:
            with suppress(OSError):  # closed at the end
                while True:
                    client, _ = ours.accept()
                    counts.connections += 1
                    theirs = socket.socket(socket.AF_UNIX)
                    theirs.connect(os.path.join(server, SOCKET))
                    threading.Thread(target=_there, args=(client, theirs, counts), daemon=True).start()
                    threading.Thread(target=_back, args=(theirs, client, counts), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield folder, counts


def _there(client: socket.socket, server: socket.socket, counts: Counts) -> None:
    """Pass on what the client says, message by message: a letter, a length, the rest; the first has no letter."""
    waiting, is_first = bytearray(), True
    with suppress(OSError):
        while block := client.recv(1 << 16):
            server.sendall(block)
            counts.there += len(block)
            waiting += block
            while len(waiting) >= (4 if is_first else 5):
                head = 0 if is_first else 1
                (size,) = struct.unpack_from("!I", waiting, head)
                if len(waiting) < head + size:
                    break
                if not is_first:
                    letter = bytes(waiting[:1])
                    counts.statements += letter in (b"Q", b"E")  # a query; the execution of a parsed one
                    counts.round_trips += letter in (b"Q", b"S")  # a query; a sync after a parsed one
                is_first = False
                del waiting[: head + size]
        server.shutdown(socket.SHUT_WR)


def _back(server: socket.socket, client: socket.socket, counts: Counts) -> None:
    with suppress(OSError):
        while block := server.recv(1 << 16):
            counts.back += len(block)
            client.sendall(block)
        client.close()
