"""Connections that end at a deadline, however slowly the other side drips.

A socket timeout starts anew with every byte, so a server that sends one byte a second is never late. Here a
timer shuts the socket when the whole exchange has had its time: connection, headers and body.
"""

import socket
import threading
from types import TracebackType
from typing import Any

import requests.adapters
import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class Deadline:
    """``with Deadline(seconds) as deadline:`` shuts the connection used by this thread when the time is over.

    ``has_passed`` tells it from other faults, because a shut socket looks like a peer that hung up.
    """

    def __init__(self, seconds: float) -> None:
        self.has_passed = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        _this_thread.deadline = self
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._timer.cancel()
        _this_thread.deadline = None
        with self._lock:
            self._socket = None

    def hold(self, connection: socket.socket) -> None:
        """Take ``connection`` as the one to shut."""
        with self._lock:
            self._socket = connection
        if self.has_passed:
            self._end()

    def _end(self) -> None:
        self.has_passed = True
        with self._lock:
            if self._socket is not None:
                # The plain socket's shutdown: the one of a TLS socket takes the session from under the reader.
                try:
                    socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
                except OSError:
                    return  # the other side was quicker


class DeadlineAdapter(requests.adapters.HTTPAdapter):
    """The adapter of a ``requests.Session`` whose connections keep the deadline of their thread."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        """Make the pools of direct connections."""
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        """Return the pools of connections through a proxy."""
        manager = super().proxy_manager_for(*args, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager


_this_thread = threading.local()


def _hold(connection: socket.socket | None) -> None:
    deadline: Deadline | None = getattr(_this_thread, "deadline", None)
    if deadline is not None and connection is not None:
        deadline.hold(connection)


class _Connection(HTTPConnection):
    def request(self, *args: Any, **options: Any) -> None:
        super().request(*args, **options)
        _hold(self.sock)


class _TlsConnection(HTTPSConnection):
    def request(self, *args: Any, **options: Any) -> None:
        super().request(*args, **options)
        _hold(self.sock)


class _Pool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS: dict[str, Any] = {"http": _Pool, "https": _TlsPool}
