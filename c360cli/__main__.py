"""``python -m c360cli`` is ``c360``."""

from c360cli.main import run

if __name__ == "__main__":
    run()
