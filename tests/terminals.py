"""What a person sees on a pseudo terminal."""

import os


def read_all(ours: int) -> str:
    """Return all that is written on the other side of a pseudo terminal until nobody holds it; closes our side."""
    seen = bytearray()
    while True:
        try:
            seen += os.read(ours, 65536)
        except OSError:  # the other side has gone
            break
    os.close(ours)
    return seen.decode()
