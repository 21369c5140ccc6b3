"""When a customer was last spoken to, and when anything was last logged: read from the timeline, never kept beside it.

Only what was logged here counts, published, up to the present moment. The last *activity* is a call or a meeting; the
last *timeline activity* is of any type. What a source brings is shown, and moves neither.
"""

_LATEST = (
    "(select max(k.happened_at) from activity k where k.customer_id = {0} and k.source = 'c360' and k.is_draft = 0"
    " and k.deleted_at is null and k.happened_at <= :now"
)

# SQL of the two moments of the customer whose id is ``{0}``, null where there is none; ``:now`` is the present moment.
LAST_ACTIVITY = f"{_LATEST} and k.counts_as is not null)"
LAST_TIMELINE = f"{_LATEST})"

# Who wrote a mail or was on a list of tasks was not met: of what a source brings, these types are meetings.
_MEETINGS = "'call', 'meeting', 'event', 'on-site', 'video call'"

# Whether the activity ``{0}`` was a call or a meeting that anybody may know of, up to the present moment.
IS_MET = (
    "{0}.deleted_at is null and {0}.is_draft = 0 and {0}.happened_at <= :now"
    f" and ({{0}}.counts_as is not null or ({{0}}.source <> 'c360' and lower({{0}}.type) in ({_MEETINGS})))"
)
