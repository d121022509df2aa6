#!/bin/sh
# Waits for the server and fills it once; $DATA/seeded says that it is done.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$DATA/seeded" ] && exit 0
sample="$here/../../administration"
python="${MARU_CACHE:-$HOME/.cache/maru}/peers/hwpx/venv/bin/python"
export PGHOST=127.0.0.1 PGPORT="$PORT" PGUSER=postgres PGPASSWORD="$(cat "$DATA/superuser")" PGOPTIONS="-c client_min_messages=warning"
sql() { psql -q -X -v ON_ERROR_STOP=1 "$@"; }

tries=0
until pg_isready -q; do tries=$((tries + 1)); [ $tries -lt 300 ] || exit 1; sleep 0.2; done
sql -d postgres <<SQL
DROP DATABASE IF EXISTS office; DROP DATABASE IF EXISTS documents;
DROP ROLE IF EXISTS maru_reader; DROP ROLE IF EXISTS maru_documents;
CREATE ROLE maru_reader LOGIN PASSWORD 'sample';
ALTER ROLE maru_reader SET default_transaction_read_only = on;
CREATE ROLE maru_documents LOGIN PASSWORD 'sample';
CREATE DATABASE office;
CREATE DATABASE documents OWNER maru_documents;
SQL
sql -d office -f "$sample/office.sql"
sql -d office -c "GRANT USAGE ON SCHEMA office TO maru_reader; GRANT SELECT ON ALL TABLES IN SCHEMA office TO maru_reader"

work=$(mktemp -d "$DATA/seed.XXXXXX")
export PGUSER=maru_documents PGPASSWORD=sample
sql -d documents -f "$here/../../../../connectors/administration/register.sql"
"$python" "$here/documents.py" "$sample/documents.json" "$work" > "$work/list"
while IFS="$(printf '\t')" read -r number kind days label title file; do
  base64 -w0 "$file" > "$work/base64"
  sql -d documents -v number="$number" -v kind="$kind" -v days="$days" -v label="$label" -v title="$title" \
    -v bytes="$(cat "$work/base64")" -f "$here/document.sql"
done < "$work/list"
rm -rf "$work"
touch "$DATA/seeded"
