"""Tags that people put on customers, people and CTAs and take off again; those of a source stay the source's."""

from collections.abc import Sequence
from typing import NamedTuple

from c360cli.actions.author import author
from c360cli.actions.tagged_thing import Thing, find_thing, is_thing
from c360cli.errors import UsageError
from c360cli.names import fold
from c360cli.records import Row
from c360cli.store import Store
from c360cli.store import tagging as kept
from c360cli.store.tagging import Tag
from c360cli.text import visible

LONGEST = 50


class Tagged(NamedTuple):
    """What became of the tags of a thing: ``already`` were there before, ``absent`` were not there to be removed."""

    thing: Thing
    tags: list[Tag]
    added: tuple[str, ...]
    already: tuple[Tag, ...]
    removed: tuple[str, ...]
    absent: tuple[str, ...]


def tags_of(store: Store, word: str) -> tuple[Thing, list[Tag]]:
    """Return the customer, person or CTA named ``word`` and all its tags, a source's first; NotFound for none."""
    if is_thing(word):
        thing = find_thing(store, word)
    else:
        customer = store.find_customer(word)
        thing = Thing(kept.CUSTOMER, customer.id, customer.slug, customer.name or customer.slug)
    return thing, _tags(store, thing)


def counts(store: Store) -> list[Row]:
    """Return every tag in use as {tag, customers, people, ctas}, those on most of them first."""
    return kept.counts(store)


def write(store: Store, word: str, add: Sequence[str], remove: Sequence[str], user: str | None) -> Tagged:
    """Put ``add`` on the customer, person or CTA named ``word`` and take ``remove`` off, all or nothing, as ``user``.

    What is so already is no error. Raises UsageError for a text that is no tag, for one that is both to come and to go,
    and for a tag of a source to be removed; NotFound for the word; ConfigError without a user.
    """
    who = author(user)
    wanted, unwanted = _by_key(add), _by_key(remove)
    for key in wanted.keys() & unwanted.keys():
        raise UsageError(f"#{wanted[key]} is to be put on and taken off at once.", "Leave one of the two out.")
    thing, before = tags_of(store, word)
    there = {tag.key: tag for tag in before}
    for key in unwanted:
        source = there[key].source if key in there else None
        if source:
            raise UsageError(
                f"#{there[key].tag} comes from {source} and cannot be removed here.",
                f"Remove it in {source}; the next sync brings that in.",
            )
    new = [tag for key, tag in wanted.items() if key not in there]
    done = kept.write_on(store, thing.kind, thing.item_id, thing.word, new, list(unwanted.values()), who)
    after = _tags(store, thing)
    added = {fold(tag) for tag in done.added}
    removed = {fold(tag) for tag in done.removed}
    return Tagged(
        thing,
        after,
        tuple(tag for key, tag in wanted.items() if key in added),
        tuple(tag for tag in after if tag.key in wanted and tag.key not in added),
        done.removed,
        tuple(tag for key, tag in unwanted.items() if key not in removed),
    )


def _tags(store: Store, thing: Thing) -> list[Tag]:
    if thing.kind == kept.CUSTOMER:
        return kept.of_customer(store, thing.item_id)
    return kept.of_thing(store, thing.kind, thing.item_id)


def read_tag(text: str) -> str:
    """Return a tag as it is kept: trimmed, without the # it may begin with; UsageError for a text that is no tag."""
    tag = text.strip().removeprefix("#").strip()
    if not tag:
        raise UsageError("a tag cannot be empty.", "c360 tag CUSTOMER vip")
    if visible(tag) != tag:
        raise UsageError(f'the tag "{visible(tag[:LONGEST])}" has characters that nobody can see.')
    if "," in tag:
        raise UsageError(f'a tag has no comma, as in "{tag[:LONGEST]}".', "Several tags are several words: vip eu")
    if len(tag) > LONGEST:
        raise UsageError(f"a tag has at most {LONGEST} characters, this one has {len(tag):,}.", "Is it a comment?")
    if not fold(tag).strip():
        raise UsageError(f'the tag "{tag}" has no letter in it.')
    return tag


def _by_key(texts: Sequence[str]) -> dict[str, str]:
    tags: dict[str, str] = {}
    for text in texts:
        tag = read_tag(text)
        tags.setdefault(fold(tag), tag)
    return tags
