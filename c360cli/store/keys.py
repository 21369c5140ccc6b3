"""By what an account, or whatever else names a customer, can be known: pairs of a rule and its key."""

from c360cli.names import FREE_MAIL, domain_of, long_salesforce_id, name_key, name_words
from c360cli.records import Row


def keys_of(row: Row, has_customers: bool) -> list[tuple[str, str]]:
    """Return the (rule, key) pairs of ``row``, the domains of an account aside.

    ``row`` has id, external_id, name_words, name_key and mail; without a ``name_key`` its id is all that names it.
    ``has_customers`` tells whether its source has any.
    """
    if row["name_key"] is not None:
        keys = [("exact name", row["name_words"]), ("name", row["name_key"])]
        if row["external_id"]:
            keys += [("external id", row["external_id"]), ("external id", long_salesforce_id(row["external_id"]))]
    else:
        word = row["id"].partition(":")[2]
        # The id of an organization that has not come yet is an id in its own source, and nowhere else.
        keys = _keys_of_word(word) if not has_customers or "@" in word else []
        keys += _keys_of_word(row["mail"]) if row["mail"] else []
    return [(rule, key) for rule, key in keys if key]


def _keys_of_word(word: str) -> list[tuple[str, str]]:
    """Return the (rule, key) pairs by which a bare word could name a customer."""
    keys = [("external id", word), ("external id", long_salesforce_id(word))]
    keys += [("exact name", name_words(word)), ("name", name_key(word))]
    domain = domain_of(word)
    if "@" in word:
        keys.append(("e-mail", word.lower()))
    if domain and domain not in FREE_MAIL:
        keys.append(("domain", domain))
    return [(rule, key) for rule, key in dict.fromkeys(keys) if key]
