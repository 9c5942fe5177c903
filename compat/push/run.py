"""Every scenario of push over real HTTP: `martlet serve` on one side, fake push services and scripted clients on the other.

    run.py MARTLET FOLDER [GROUP or number]...

A line "ok", "FAIL" or "skip" for each; the last line is "end".
"""
import argparse
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from answering import answering
from clocking import clocking
from crashing import crashing
from davx5 import days
from pacing import pacing
from pushservice import Authority
from rebinding import rebinding
from registering import guarded, proxied, registering
from suppressing import suppressing
from telling import people, telling

# Those that take longest first.
GROUPS = [answering, days, clocking, telling, suppressing, pacing, registering, crashing, guarded, people, rebinding, proxied]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("martlet")
    parser.add_argument("folder")
    parser.add_argument("only", nargs="*")
    options = parser.parse_args()
    authority = Authority(os.path.join(options.folder, "authority"))
    counts = {"ok": 0, "FAIL": 0, "skip": 0}

    def report(outcome, numbers, statement, details):
        counts[outcome] += 1
        line = f"{'FAIL push:' if outcome == 'FAIL' else outcome} {numbers}: {statement}\n"
        print(line + "".join(f"  | {line}\n" for line in details.splitlines()), end="", flush=True)

    # Most of the time goes by in waiting, so some run beside each other.
    with ThreadPoolExecutor(int(os.environ.get("COMPAT_PUSH_WORKERS", "3"))) as pool:
        for done in [pool.submit(group.run, options, authority, report) for group in GROUPS]:
            done.result()
    print("end", flush=True)
    sys.exit(1 if counts["FAIL"] else 0)


if __name__ == "__main__":
    main()
