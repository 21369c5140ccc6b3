"""What is compiled of a YAML file keeps its form, or ``compiled.SHAPE`` moves: no old cache is read as a new one."""

import json
import os
from pathlib import Path

import pytest

from c360cli import compiled, config
from c360cli.layout import activity_types, cta_words, fields, load, plan_templates, playbooks, scorecards
from c360cli.layout.assignment import load_assignment

GOLDEN = Path(__file__).parent / "golden" / "compiled.json"
# One file for each compiler, with everything in it that may be said there.
FILES = {
    "config.yaml": """\
user: jane@example.com
timezone: Europe/Berlin
currency: EUR
layout: ours
owners: {stage: local, csm: push}
presets: [gitlab]
contacts: {survey_role: [GitLab admin, Admin]}
show: {all: true, pager: false}
sources:
  crm: {connector: files, path: crm.csv, kind: customer, columns: {source_id: Id, name: Name}}
""",
    "layouts/ours.yaml": """\
title: Ours
extends: default
without: [hierarchy]
sections:
  - summary
  - section: support
    title: Tickets
    when: segment = Enterprise and user.role ~ vp
    show_in: [c360, widget]
    options: {limit: 10, view: urgent}
    views: {urgent: {where: "priority in (urgent, high)", columns: [number, subject, age], sort: -opened_at, limit: 3}}
  - report: opportunities
    title: Pipeline
    where: not is_closed
    by: stage
    columns: [count, sum amount]
    sort: -count
  - rest
""",
    "layouts/assignment.yaml": "rules:\n  - {layout: executive, when: user.role ~ vp}\ndefault: ours\n",
    "layouts/scorecards/ours.yaml": """\
title: Ours
scheme: grade
bands: {C: {up_to: 40, colour: red}, B: {up_to: 70, colour: yellow}, A: {up_to: 100, colour: green}}
edges: lower-inclusive
na_policy: flat
na_first_days: 30
groups:
  product:
    title: The product
    weight: 62.5
    measures:
      use:
        weight: 1
        unit: percent
        automated: {data: usage, take: last_sum value, where: measure = users, days: 90, if_none: 0}
        thresholds:
          - {from: 1, below: 2.5, months_below: 6, where: segment = Mid, score: B}
          - {above: 10, up_to: 20, score: 99.5}
          - {score: NA}
      depth:
        weight: 2
        help: how deep it goes
        na_first_days: 0
        combine: worst
        parts:
          one:
            automated: {as: number, ratio: {of: {data: cases, take: count}, to: {data: customers, take: last users}}}
          two: {title: Second, automated: {data: roles, take: distinct role, by: last_met_at, days: 90}}
measures:
  sentiment: {weight: 37.5, manual: true, stale_after_days: 90, na_after_days: 120}
overrides:
  - {measure: sentiment, is: [C], set: C, note: sentiment decides}
  - {where: stage = Will Churn, set: 10}
""",
    "layouts/scorecards/assignment.yaml": "scorecards:\n  - {scorecard: ours, where: segment = Mid}\n",
    "layouts/activities/ours.yaml": "types:\n  workshop: {counts_as: meeting, label: On-site workshop}\n  note: {}\n",
    "layouts/ctas/ours.yaml": """\
extends: gainsight
types: {Escalation: [Outage, Data loss]}
reasons: [Outage]
priorities: [P1, P2]
priority: P2
task_types: [Drill]
statuses: {Parked: open, Solved: {outcome: success, types: [Escalation]}}
task_statuses: {Waiting: open}
""",
    "layouts/fields/ours.yaml": """\
fields:
  stage: {definition: Where they stand., values: [New, Live]}
  go_live: {label: Go-live, type: day, owner: local}
""",
    "layouts/playbooks/ours.yaml": """\
title: Ours
about: What to do.
types: [Risk]
tasks:
  - {name: Write it down, due: +1bd, priority: High, type: Email, notes: In their words.}
  - name: Agree on a way back
""",
    "layouts/plans/ours.yaml": """\
title: Ours
about: What for.
type: Adoption
due: +26w
objectives:
  - {name: Half of the licences are in use, reason: Adoption, due: +13w, priority: High}
""",
}


@pytest.fixture
def compiled_of(tmp_path, monkeypatch):
    """Return a function: what the compilers make of ``FILES``, by file."""
    said = {}
    real = compiled.load

    def listening(path, label, check, cache, *error):
        data = real(path, label, check, cache, *error)
        if label in FILES:
            said[label] = json.loads(json.dumps(data))
        return data

    def run():
        home = str(tmp_path)
        for name, text in FILES.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text)
        monkeypatch.setattr(compiled, "load", listening)
        config.load(home)
        load.load("ours", home)
        load_assignment(home)
        scorecards.load("ours", home)
        scorecards.assignment(home)
        activity_types.load(home)
        cta_words.load(home, "ours")
        fields.load(home)
        playbooks.load("ours", home)
        plan_templates.load("ours", home)
        return said

    return run


def test_the_form_of_what_is_compiled_moves_only_with_its_number(compiled_of, request):
    """Where this fails: raise ``SHAPE`` in compiled.py, then pytest --update-golden."""
    said = compiled_of()
    assert said.keys() == FILES.keys()
    kept = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {"shape": 0, "said": {}}
    if request.config.getoption("--update-golden") and kept["shape"] != compiled.SHAPE:
        kept = {"shape": compiled.SHAPE, "said": said}
        GOLDEN.write_text(json.dumps(kept, indent=1, ensure_ascii=False) + "\n")
    assert kept["shape"] == compiled.SHAPE, "pytest --update-golden keeps the form that goes with the new number"
    assert said == kept["said"], "what is compiled has another form now: raise compiled.SHAPE"


def test_a_cache_of_another_form_is_not_read(tmp_path, monkeypatch):
    file = tmp_path / "a.yaml"
    file.write_text("a: 1\n")
    os.utime(file, ns=(10**18, 10**18))
    checked = []

    def read():
        return compiled.load(str(file), "a.yaml", lambda node, label: checked.append(label), str(tmp_path / "a.json"))

    read()
    read()
    monkeypatch.setattr(compiled, "SHAPE", compiled.SHAPE + 1)
    read()
    assert len(checked) == 2
