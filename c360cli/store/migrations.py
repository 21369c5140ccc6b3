"""The store's schema as numbered steps, each one transaction; a step that was released is never edited.

A new store walks all steps, an old one those it lacks, so both end the same. The SQL is one text for every
engine; what must differ is the adapter's: the type of text (``{text}``), how the id of a searched table is declared
(``{searched_id}``) and how the full-text search is made (``set_up_search``).
"""

import re
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from c360cli.store import views
from c360cli.store.database import Database
from c360cli.store.version import NEWEST as NEWEST
from c360cli.store.version import check_version as check_version


class Step(NamedTuple):
    """One change of the schema; ``sql`` statements are separated by ``;`` at the end of a line."""

    number: int
    name: str
    sql: str
    then: Callable[[Database], None] | None = None


FIRST = """
create table account (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    extra {text},
    name {text},
    domain {text},
    domains {text},
    external_id {text},
    parent_ref {text},
    status {text},
    stage {text},
    industry {text},
    segment {text},
    type {text},
    csm {text},
    owner {text},
    arr bigint,
    one_time_revenue bigint,
    currency {text},
    original_contract_on {text},
    renewal_on {text},
    users bigint,
    employees bigint,
    phone {text},
    website {text},
    billing_address {text},
    timezone {text},
    is_referenceable integer,
    comments {text},
    tags {text},
    name_words {text},
    name_key {text},
    tag_keys {text}
);
create table customer (
    {searched_id},
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    words {text},
    extra {text},
    slug {text} not null unique,
    is_settled integer not null default 0,
    parent_id {text} references customer (id) deferrable initially deferred,
    name {text},
    domain {text},
    domains {text},
    external_id {text},
    status {text},
    stage {text},
    industry {text},
    segment {text},
    type {text},
    csm {text},
    owner {text},
    arr bigint,
    one_time_revenue bigint,
    currency {text},
    original_contract_on {text},
    renewal_on {text},
    users bigint,
    employees bigint,
    phone {text},
    website {text},
    billing_address {text},
    timezone {text},
    is_referenceable integer,
    comments {text},
    tags {text},
    name_words {text},
    name_key {text},
    tag_keys {text}
);
create table contact (
    {searched_id},
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    words {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    name {text},
    email {text},
    title {text},
    phone {text},
    role {text},
    department {text},
    reports_to {text},
    is_active integer
);
create table app_user (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    extra {text},
    name {text},
    email {text},
    title {text},
    role {text},
    is_active integer
);
create table support_case (
    {searched_id},
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    words {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    number {text},
    subject {text},
    description {text},
    status {text},
    priority {text},
    type {text},
    is_open integer,
    opened_at {text},
    closed_at {text},
    requester {text},
    requester_ref {text},
    assignee {text},
    assignee_ref {text}
);
create table opportunity (
    {searched_id},
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    words {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    name {text},
    stage {text},
    amount bigint,
    currency {text},
    close_on {text},
    is_closed integer,
    is_won integer,
    owner {text},
    type {text},
    probability double precision
);
create table subscription (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    name {text},
    product {text},
    quantity double precision,
    status {text},
    start_on {text},
    end_on {text},
    arr bigint,
    currency {text}
);
create table activity (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    type {text},
    subject {text},
    notes {text},
    happened_at {text},
    author {text},
    attendees {text},
    minutes bigint,
    sentiment {text}
);
create table survey (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    survey {text},
    kind {text},
    score double precision,
    scale {text},
    question {text},
    comment {text},
    respondent {text},
    respondent_name {text},
    answered_at {text}
);
create table usage (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    measure {text},
    value double precision,
    day {text},
    instance {text}
);
create table cta (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text},
    extra {text},
    customer_id {text} references customer (id),
    customer_ref {text},
    name {text},
    type {text},
    reason {text},
    priority {text},
    status {text},
    owner {text},
    due_on {text},
    is_important integer,
    is_open integer
);
create table account_domain (
    domain {text} not null,
    account_id {text} not null references account (id),
    primary key (domain, account_id)
);
create table link (
    id {text} primary key,
    source {text} not null,
    source_id {text} not null,
    customer_id {text} not null references customer (id) deferrable initially deferred,
    reason {text} not null,
    is_derived integer not null default 0,
    linked_by {text},
    linked_at {text} not null
);
create table source (
    name {text} primary key,
    connector {text} not null,
    position integer not null,
    is_master integer not null,
    has_customers integer not null default 0,
    is_configured integer not null default 1,
    needs_linking integer not null default 0,
    links {text},
    synced_at {text}
);
create table stream (
    source {text} not null,
    name {text} not null,
    read_cursor {text},
    synced_at {text},
    primary key (source, name)
);
create table set_aside (
    source {text} not null,
    stream {text} not null,
    source_id {text} not null,
    reason {text} not null,
    sample {text},
    recorded_at {text} not null,
    primary key (source, stream, source_id)
);
create table sync_run (
    id {text} primary key,
    number bigint not null,
    started_at {text} not null,
    finished_at {text},
    report {text}
);
create table change (
    kind {text} not null,
    item_id {text} not null,
    field {text} not null,
    old {text},
    new {text},
    source {text},
    author {text},
    changed_at {text},
    recorded_at {text} not null
);
create table tag (
    kind {text} not null,
    item_id {text} not null,
    tag {text} not null,
    tag_key {text} not null,
    author {text} not null,
    tagged_at {text} not null,
    primary key (kind, item_id, tag_key)
);
create table comment (
    id {text} primary key,
    kind {text} not null,
    item_id {text} not null,
    author {text} not null,
    body {text} not null,
    made_at {text} not null,
    deleted_at {text}
);
create table follow (
    follower {text} not null,
    kind {text} not null,
    item_id {text} not null,
    followed_at {text} not null,
    primary key (follower, kind, item_id)
);
create index account_source on account (source);
create index account_external_id on account (external_id);
create index account_parent on account (parent_ref);
create index account_domain_account on account_domain (account_id);
create index customer_name_words on customer (name_words);
create index customer_name_key on customer (name_key);
create index customer_domain on customer (domain);
create index customer_parent on customer (parent_id);
create index customer_source on customer (source);
create index customer_csm on customer (csm);
create index link_source_id on link (source_id);
create index link_customer on link (customer_id);
create index contact_customer on contact (customer_id);
create index contact_email on contact (lower(email));
create index support_case_customer on support_case (customer_id, is_open, opened_at);
create index opportunity_customer on opportunity (customer_id);
create index subscription_customer on subscription (customer_id);
create index activity_customer on activity (customer_id, happened_at);
create index survey_customer on survey (customer_id, answered_at);
create index usage_customer on usage (customer_id, measure, day);
create index usage_instance on usage (instance);
create index cta_customer on cta (customer_id, is_open);
create index app_user_email on app_user (lower(email));
create index change_item on change (kind, item_id);
create index change_recorded on change (recorded_at);
create index comment_item on comment (kind, item_id, made_at);
create index follow_item on follow (kind, item_id)
"""


def _search(database: Database) -> None:
    database.set_up_search()


RECONCILED = "alter table stream add column reconciled_at {text}"

# What people do: each write with its steps, so that it can be taken back, and the rows they write.
WORK = """
alter table change add column write_id {text};
alter table source add column first_synced_at {text};
create table local_write (
    id {text} primary key,
    number bigint not null,
    author {text} not null,
    words {text} not null,
    made_at {text} not null,
    undone_at {text},
    undoes {text}
);
create table write_step (
    write_id {text} not null references local_write (id),
    number integer not null,
    place {text} not null,
    item {text} not null,
    before {text},
    after {text},
    primary key (write_id, number)
);
alter table contact add column location {text};
alter table cta add column outcome {text};
alter table cta add column opened_at {text};
alter table cta add column closed_at {text};
alter table cta add column snoozed_through {text};
alter table cta add column snooze_reason {text};
alter table cta add column notes {text};
alter table cta add column playbook {text};
alter table cta add column plan_id {text};
alter table cta add column made_by {text};
alter table cta add column is_external integer;
create table task (
    id {text} primary key,
    cta_id {text} not null references cta (id),
    number integer not null,
    name {text} not null,
    type {text},
    status {text},
    priority {text},
    owner {text},
    due_on {text},
    notes {text},
    playbook {text},
    is_done integer not null default 0,
    done_at {text},
    made_by {text},
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text}
);
create table item_link (
    kind {text} not null,
    item_id {text} not null,
    to_kind {text} not null,
    to_id {text} not null,
    linked_by {text},
    linked_at {text} not null,
    primary key (kind, item_id, to_kind, to_id)
);
alter table activity add column is_draft integer not null default 0;
alter table activity add column message_id {text};
alter table activity add column counts_as {text};
create table judgement (
    id {text} primary key,
    customer_id {text} not null references customer (id),
    measure {text} not null,
    value {text} not null,
    note {text},
    author {text} not null,
    judged_at {text} not null,
    activity_id {text},
    recorded_at {text} not null,
    deleted_at {text}
);
create table plan (
    id {text} primary key,
    customer_id {text} not null references customer (id),
    name {text} not null,
    type {text},
    template {text},
    status {text},
    owner {text},
    start_on {text},
    due_on {text},
    notes {text},
    closed_at {text},
    made_by {text},
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text}
);
create table person (
    id {text} primary key,
    customer_id {text} not null references customer (id),
    email {text} not null,
    name {text},
    title {text},
    phone {text},
    roles {text},
    reports_to_email {text},
    is_sponsor integer not null default 0,
    notes {text},
    made_by {text},
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text}
);
create table sponsor_due (
    email {text} not null,
    contact_id {text} not null,
    field {text} not null,
    recorded_at {text} not null,
    primary key (email, contact_id, field)
);
create table influence (
    id {text} primary key,
    customer_id {text} not null references customer (id),
    from_email {text} not null,
    to_email {text} not null,
    sentiment {text},
    notes {text},
    made_by {text},
    changed_at {text},
    recorded_at {text} not null,
    deleted_at {text}
);
create table customer_field (
    customer_id {text} not null references customer (id),
    field {text} not null,
    value {text},
    base {text},
    author {text} not null,
    set_at {text} not null,
    is_pending integer not null default 0,
    primary key (customer_id, field)
);
create table notice_setting (
    follower {text} not null,
    event {text} not null,
    frequency {text} not null,
    set_at {text} not null,
    primary key (follower, event)
);
create table notice_read (
    reader {text} not null,
    notice_id {text} not null,
    read_at {text} not null,
    primary key (reader, notice_id)
);
create index change_write on change (write_id);
create index local_write_author on local_write (lower(author), number);
create index cta_source_id on cta (source_id);
create index cta_owner on cta (owner);
create index cta_owner_folded on cta (lower(owner));
create index cta_plan on cta (plan_id);
create index task_cta on task (cta_id, number);
create index task_owner on task (owner);
create index task_owner_folded on task (lower(owner));
create index item_link_to on item_link (to_kind, to_id);
create index activity_message on activity (message_id);
create index activity_happened on activity (happened_at);
create index activity_draft on activity (lower(author)) where is_draft = 1;
create index judgement_customer on judgement (customer_id, measure, judged_at);
create index plan_customer on plan (customer_id);
create index plan_owner_folded on plan (lower(owner));
create index customer_field_pending on customer_field (set_at) where is_pending = 1;
create index person_sponsor on person (lower(email)) where is_sponsor = 1;
create unique index person_email on person (customer_id, email);
create index influence_customer on influence (customer_id)
"""

# What customers are worth by which definition, and what of it has to be looked at again.
SCORES = """
create table scorecard_version (
    hash {text} primary key,
    name {text} not null,
    definition {text} not null,
    used_at {text} not null,
    is_in_force integer not null default 0
);
create table score (
    customer_id {text} not null references customer (id),
    number bigint not null,
    scorecard {text} not null,
    definition {text} references scorecard_version (hash),
    computed_at {text} not null,
    checked_at {text} not null,
    computed double precision,
    effective double precision,
    band {text},
    colour {text},
    inputs {text},
    why {text},
    basis {text} not null,
    holds_until {text} not null,
    primary key (customer_id, number)
);
create table score_override (
    id {text} primary key,
    customer_id {text} not null references customer (id),
    said {text} not null,
    reason {text} not null,
    until_on {text},
    author {text} not null,
    set_at {text} not null,
    recorded_at {text} not null,
    deleted_at {text}
);
create table score_due (
    customer_id {text} primary key references customer (id)
);
create index score_override_customer on score_override (customer_id)
"""

# The day for which all scores hold, and what they rest on beside their customers.
PRESENT = """
create table score_present (
    day {text} not null,
    basis {text} not null
)
"""

# When each customer's last score was looked at: most are every night, and their long rows stay as they are.
CHECKED = """
create table score_checked (
    customer_id {text} primary key references customer (id),
    checked_at {text} not null
);
insert into score_checked (customer_id, checked_at)
    select s.customer_id, max(s.checked_at) from score s group by s.customer_id
"""

# Only the last step that changes them makes the views: they ask for all that is there then.
STEPS: tuple[Step, ...] = (
    Step(1, "the first schema", FIRST, _search),
    Step(2, "when the ids of a stream were compared", RECONCILED),
    Step(3, "what people do", WORK),
    Step(4, "scores", SCORES),
    Step(5, "views for those who speak SQL", ""),
    Step(6, "the day that scores hold for", PRESENT),
    Step(7, "when scores were looked at", CHECKED),
    Step(8, "views with all tags and fields", "", views.make),
)
LEDGER = "schema_step"


def migrate(database: Database, steps: tuple[Step, ...] = STEPS) -> int:
    """Bring the schema up to the newest of ``steps`` and return how many were walked.

    Each step and its entry in the ledger are one transaction: killed between, a store is at the old or at the new
    step, never in the middle. Raises StoreError for a store that a newer c360 has written.
    """
    found = version(database)
    check_version(found, steps[-1].number)
    walked = [step for step in steps if step.number > found and database.whole(partial(_walk, database, step))]
    check_version(version(database), steps[-1].number)
    return len(walked)


def _walk(database: Database, step: Step) -> bool:
    """Walk one step; False where somebody else has done so in the meantime."""
    database.alone()
    # Here, not with the first step: its entry in the ledger is what makes a step walked.
    database.execute(f"create table if not exists {LEDGER} (number integer primary key, name {database.text} not null)")
    if version(database) >= step.number:
        return False
    for statement in step.sql.split(";\n"):
        if statement.strip():
            words = statement.replace("{searched_id}", database.searched_id)
            database.execute(words.replace("{text}", database.text))
    if step.then:
        step.then(database)
    database.execute(
        f"insert into {LEDGER} (number, name) values (:number, :name)", {"number": step.number, "name": step.name}
    )
    return True


def version(database: Database) -> int:
    """Return the number of the last step this store has walked, 0 for a new one."""
    if LEDGER not in database.tables():
        return 0
    return int(database.one(f"select coalesce(max(number), 0) from {LEDGER}"))


def table_names(steps: tuple[Step, ...] = STEPS) -> list[str]:
    """Return the names of the tables of a store, the ledger among them, each before those that refer to it."""
    return [LEDGER, *(name for step in steps for name in re.findall(r"^create table (\w+)", step.sql, re.MULTILINE))]
