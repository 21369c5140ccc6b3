"""How long ``c360 show`` takes as a whole process, against Python opening click and sqlite3, at two sizes of store.

And how long the tab key takes: a shell waits for a process that completes a word.
"""

import argparse
import os
import tempfile

from company import make_home
from installed import install
from timing import aim, interleaved, machine, run, table

AIM_TEXT, AIM_JSON, AIM_GROWTH, AIM_TAB = 1.5, 1.25, 1.15, 1.0
TAB = "tab:"
TYPED = {
    "a customer": "c360 show customer-{}",
    "a tag": "c360 tag customer-{} a",
    "a section": "c360 show customer-{} -s su",
}


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rows", type=int, default=100_000, help="customers in the large store")
    words.add_argument("--rounds", type=int, default=25)
    words.add_argument("--quick", action="store_true", help="a smaller store and fewer rounds")
    options = words.parse_args()
    large, rounds = (10_000, 7) if options.quick else (options.rows, options.rounds)
    with tempfile.TemporaryDirectory() as folder:
        programs = install(folder)
        sizes = {"1k": 1000, f"{large // 1000}k": large}
        for name, customers in sizes.items():
            make_home(os.path.join(folder, name), customers)
        c360, python = os.path.join(programs, "c360"), os.path.join(programs, "python")
        commands = {"python -c 'import click, sqlite3'": [python, "-c", "import click, sqlite3"]}
        for name, customers in sizes.items():
            show = [c360, "--home", os.path.join(folder, name), "show", f"customer-{customers // 2}"]
            commands |= {f"show, {name} customers": show, f"show --json, {name} customers": [*show, "--json"]}
            ask = ["/usr/bin/env", "_C360_COMPLETE=bash_complete", f"C360_HOME={os.path.join(folder, name)}"]
            for word, line in TYPED.items():
                commands[f"{TAB} {word}, {name} customers"] = [*ask, f"C360_LINE={line.format(customers // 2)}", c360]
        found = interleaved({name: lambda command=command: run(command) for name, command in commands.items()}, rounds)
    floor, *others = found
    shown = [name for name in others if not name.startswith(TAB)]
    rows = [
        (name, f"{each.wall * 1000:.1f}", f"{each.wall / found[floor].wall:.2f}x", f"{each.peak_mb:.0f}")
        for name, each in found.items()
    ]
    print(table(f"show ({machine()}, {rounds} rounds)", ("whole process", "ms", "of floor", "peak MB"), rows))
    small_text, small_json, large_text, large_json = (found[name].wall for name in shown)
    print(f"\ntext    {aim(small_text / found[floor].wall, AIM_TEXT)}")
    print(f"json    {aim(small_json / found[floor].wall, AIM_JSON)}")
    for name in sizes:
        shows = found[f"show, {name} customers"].wall
        worst = max(found[f"{TAB} {word}, {name} customers"].wall for word in TYPED)
        print(f"tab     {name}: {aim(worst / shows, AIM_TAB)} of show")
    print(f"growth  text {aim(large_text / small_text, AIM_GROWTH)}, json {aim(large_json / small_json, AIM_GROWTH)}")


if __name__ == "__main__":
    main()
