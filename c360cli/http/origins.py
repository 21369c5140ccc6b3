"""Which URLs belong to a source: its credentials go to one scheme, host and port, and nowhere else."""

import ipaddress
import re

from c360cli.errors import ConfigError, RequestRefused

# Only what a URL needs when it is written plainly. Two readers of one odd URL may see two hosts in it, so odd
# ones (backslashes, user names, spaces, controls, letters beyond ASCII) are not read at all.
_PATH_TEXT = r"/(?!/)[A-Za-z0-9\-._~!$&'()*+,;=:@%/?\[\]]*"
_PATH = re.compile(_PATH_TEXT)
_URL = re.compile(
    rf"(?P<scheme>https?)://(?P<host>[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::(?P<port>\d{{1,5}}))?(?P<path>{_PATH_TEXT})?",
    re.IGNORECASE | re.ASCII,
)


class Origin:
    """The place ``base_url`` of a source names; ConfigError unless it is https, or http on this machine."""

    def __init__(self, source: str, base_url: str) -> None:
        self._source = source
        self._base_url = base_url.rstrip("/")
        found = _URL.fullmatch(self._base_url)
        if not found or "?" in base_url:
            raise ConfigError(
                f"{source}: base_url is not the address of a server.", "Write it like https://example.my.salesforce.com"
            )
        self._scheme, self.host, self._port = _parts(found)
        if self._scheme != "https" and not self.is_this_machine:
            raise ConfigError(
                f"{source}: base_url is plain http, and a token must not travel in the open.",
                "Write https:// instead.",
            )

    @property
    def name(self) -> str:
        """The origin as ``scheme://host:port``, the port left out where it goes without saying."""
        is_usual = self._port == {"http": 80, "https": 443}[self._scheme]
        return f"{self._scheme}://{self.host}" + ("" if is_usual else f":{self._port}")

    @property
    def is_this_machine(self) -> bool:
        """Whether the host is this machine itself, by a name no name server is asked for."""
        try:
            return self.host == "localhost" or ipaddress.ip_address(self.host.strip("[]")).is_loopback
        except ValueError:
            return False

    def locate(self, url: str) -> str:
        """Return the full URL of ``url``: a path below the base URL, or a URL of this origin as a source hands it out.

        The scheme, host and port of the result are ours, never copied. Raises RequestRefused for any other URL.
        """
        if _PATH.fullmatch(url):
            return self._base_url + url
        found = _URL.fullmatch(url)
        if found and _parts(found) == (self._scheme, self.host, self._port):
            return f"{self._scheme}://{self.host}:{self._port}{found['path'] or '/'}"
        where = found["host"] if found else "an address that cannot be read"
        raise RequestRefused(
            self._source,
            f"sent us on to {where}, which is not the place configured; nothing was sent there.",
            f"If the source has moved, change base_url of {self._source} in config.yaml.",
        )


def _parts(found: re.Match[str]) -> tuple[str, str, int]:
    scheme = found["scheme"].lower()
    return scheme, found["host"].lower(), int(found["port"] or {"http": 80, "https": 443}[scheme])
