#!/bin/sh
# PostgreSQL 15 comes with the packages of deploy/packages.txt.
set -eu
. "$(dirname "$0")/../../../say.sh"
[ -x /usr/lib/postgresql/15/bin/postgres ] || {
  words "postgresql-15 is not installed" "postgresql-15 패키지가 설치되어 있지 않습니다" >&2
  exit 1
}
