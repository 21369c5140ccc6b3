"""c360: Customer 360 in the terminal."""

__version__ = "0.1.0"
