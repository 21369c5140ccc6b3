"""Where people's writes go: the tables, what tells their rows apart, and how their changes are logged.

There are two forms. A *thing* (a CTA, an activity, a comment) is one row with an ``id`` and a ``deleted_at``: it is
never deleted, and each of its fields that changes is logged. A *mark* (a tag, a follower, a link) is a row that is
there or not: what is logged is the thing it is on, one change of one of its fields.
"""

from c360cli.tuples import NamedTuple

# Which of our tables hold rows whose ids people type: no id means two things.
IDS = ("cta", "activity", "contact", "plan", "person", "influence", "judgement", "comment", "score_override")


class Place(NamedTuple):
    """One table people write into.

    ``kind`` is what the change log calls its rows; "" where each row has its own column for that. Of a thing ``born``
    is the field whose change tells that it was made; of a mark ``field`` is the field of what it is on, and ``told``
    the column that is its value there. What stands in ``children`` (table, column) hangs on a thing, and
    ``begun`` are the fields that let it: they stay with what hangs there. Fields ``as_one`` say one thing together: who
    changes one of them has said the others, too. A thing that ``is_stamped`` has a
    ``changed_at``; what is not ``is_logged`` shows in the change log as something else.
    """

    kind: str = ""
    key: tuple[str, ...] = ("id",)
    born: str = "recorded_at"
    field: str = ""
    told: str = ""
    children: tuple[tuple[str, str], ...] = ()
    begun: tuple[str, ...] = ()
    as_one: tuple[tuple[str, ...], ...] = ()
    is_stamped: bool = False
    is_logged: bool = True

    @property
    def is_mark(self) -> bool:
        """Whether its rows are marks: there or not."""
        return bool(self.field)


PLACES = {
    "customer": Place("customer"),
    "cta": Place(
        "cta",
        children=(("task", "cta_id"),),
        as_one=(("is_open", "status", "outcome", "closed_at"), ("snoozed_through", "snooze_reason")),
        is_stamped=True,
    ),
    "task": Place("task", as_one=(("is_done", "status", "done_at"),), is_stamped=True),
    "activity": Place(
        "activity", children=(("judgement", "activity_id"),), as_one=(("type", "counts_as"),), is_stamped=True
    ),
    "contact": Place("contact", is_stamped=True),
    "judgement": Place("judgement"),
    "score_override": Place("score_override"),
    "plan": Place(
        "plan",
        children=(("cta", "plan_id"),),
        begun=("status", "closed_at"),
        as_one=(("status", "closed_at"),),
        is_stamped=True,
    ),
    "person": Place("person", is_stamped=True),
    "influence": Place("influence", is_stamped=True),
    "comment": Place("comment", born="body"),
    "tag": Place(key=("kind", "item_id", "tag_key"), field="tags", told="tag"),
    "follow": Place(key=("follower", "kind", "item_id"), field="followers", told="follower"),
    "item_link": Place(key=("kind", "item_id", "to_kind", "to_id"), field="links", told="to_id"),
    "customer_field": Place(key=("customer_id", "field"), field="field", told="value", is_logged=False),
    "notice_setting": Place(key=("follower", "event"), field="event", told="frequency", is_logged=False),
    "notice_read": Place(key=("reader", "notice_id"), field="notice_id", told="read_at", is_logged=False),
}


def called(field: str) -> str:
    """Return what people call a column of a thing: "due", "open", "reports to"."""
    return field.removesuffix("_on").removesuffix("_email").removeprefix("is_").replace("_", " ")
