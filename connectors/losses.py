"""How much may be gone at once before a source is rather broken than smaller."""

# Of a handful, a few may go.
_LARGEST_LOSS = 0.3
_LEAST_LOSS = 3


def is_too_much(lost: int, had: int) -> bool:
    """Tell if nobody can have meant to lose ``lost`` of ``had`` records."""
    return lost >= _LEAST_LOSS and lost > had * _LARGEST_LOSS
