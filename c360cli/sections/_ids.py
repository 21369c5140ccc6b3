"""The ids of a customer's fields as a layout says them: alone, or with the object they are of before them."""

from c360cli.kinds import bare, is_extra


class Ids(tuple[str, ...]):
    """Ids of fields; each is there as ``account.arr`` and ``customer.arr`` too."""

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and super().__contains__(bare(word))


class OpenIds(Ids):
    """Ids of fields, and any ``extra.KEY``: a field of the source's own."""

    def __contains__(self, word: object) -> bool:
        return super().__contains__(word) or (isinstance(word, str) and is_extra(bare(word)))
