"""Who writes: what people add carries their name."""

from c360cli.errors import ConfigError
from c360cli.text import visible

LONGEST = 254  # letters of an e-mail address


def author(user: str | None) -> str:
    """Return the user as the author of what is about to be written; ConfigError where c360 does not know who it is."""
    name = (user or "").strip()
    if not name:
        raise ConfigError(
            "c360 does not know who you are: what is yours, and what you write, goes by your name.",
            "Say --user you@example.com, set C360_USER, or write user: you@example.com into config.yaml.",
        )
    if len(name) > LONGEST or visible(name) != name:
        raise ConfigError(
            f'"{visible(name[:60])}" is no name to write under.', "Use your e-mail address: --user you@example.com"
        )
    return name
