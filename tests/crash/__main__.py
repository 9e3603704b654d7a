"""`python -m tests.crash --kills 200`: kill -9 in a loop; exit status 1 when anything was lost."""

from __future__ import annotations

import argparse
import random
import tempfile
from pathlib import Path

from annotator.text.engine import load_engine
from tests.crash.loop import kill_once, make_database

FRESH: int = 25
"""Kills that one database goes through before the next one."""


def main() -> int:
    """Kill so many times and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    engine = load_engine()
    chance = random.Random(options.seed)
    actions = screens = shown = faults = idle = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.kills):
            path = Path(folder) / f"{number // FRESH}.db"
            if number % FRESH == 0:
                make_database(path, engine, options.seed + number)
            done = kill_once(path, chance)
            actions, screens = actions + done.actions, screens + done.screens
            shown, faults = shown + done.shown, faults + len(done.faults)
            idle += done.actions == 0
            for fault in done.faults:
                print(f"kill {number + 1}: {fault}", flush=True)
            if (number + 1) % 10 == 0:
                print(f"{number + 1} kills, {actions} actions, {faults} faults", flush=True)
    print(
        f"\n{options.kills} kills ({idle} of them before any action): {actions} actions in the"
        f" journals, {screens} screens with {shown} facts checked, {faults} faults"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
