"""Drives a real marud with its own PostgreSQL, the shipped planner and real peers: the main job, and every error that
the README shows.

usage: drive_platform.py MARUD MARU SOURCE_DIR asking|faults|starting

Ends with 1 at the first thing that is not as it should be. Everything listens on loopback and is stopped by its own
process id.
"""

import pathlib
import sys

import asking
import faults
import slow_way
import starting
from world import new_world

SUBJECTS = {
    "asking": (asking.main_job, asking.metrics, asking.bad_requests, asking.people, asking.restarted, asking.clearance),
    "faults": (faults.goes_away, faults.killed, faults.database_killed, faults.disk_full, faults.clock_back,
               slow_way.slow_way, faults.connectors, faults.connector_down),
    "starting": (starting.first_killed, starting.encrypted, starting.taken, starting.configuration, starting.weights,
                 starting.newer),
}


def main():
    marud, maru, source = (pathlib.Path(path).resolve() for path in sys.argv[1:4])
    with new_world(marud, maru, source) as world:
        for part in SUBJECTS[sys.argv[4]]:
            part(world)


if __name__ == "__main__":
    main()
