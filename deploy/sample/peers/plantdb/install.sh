#!/bin/sh
# PostgreSQL 15 comes with the packages of deploy/packages.txt.
set -eu
[ -x /usr/lib/postgresql/15/bin/postgres ] || { echo "postgresql-15 is not installed" >&2; exit 1; }
