"""Which org a token is for: it is used at the configured address, or not at all."""

from c360cli.errors import ConfigError, LoginRefused
from c360cli.http.origins import Origin


def check_place(source: str, base_url: str, instance: object) -> None:
    """Raise LoginRefused where ``instance``, the address a token was issued for, is not the configured one."""
    ours = Origin(source, base_url).name
    try:
        theirs = Origin(source, str(instance)).name
    except ConfigError:
        theirs = "an address that cannot be read"
    if theirs != ours:
        raise LoginRefused(
            source,
            f"this login is for {theirs}, and base_url says {ours}; its token was not used.",
            f"If that is your org, write its address as base_url of {source} in config.yaml.",
        )
