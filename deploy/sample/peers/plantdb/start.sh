#!/bin/sh
# PostgreSQL on 127.0.0.1:$PORT, database plant: schemas plant and readiness of the sample organisation. Read with
# user maru_reader, password maru-read. As root the server runs as user postgres, who then owns $DATA.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=/usr/lib/postgresql/15/bin
mkdir -p "$DATA"
as() { "$@"; }
if [ "$(id -u)" = 0 ]; then
  chown postgres "$DATA"
  as() { setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; }
fi
cd "$DATA"
if [ ! -e "$DATA/filled" ]; then
  rm -rf "$DATA/cluster"
  as "$bin/initdb" --pgdata="$DATA/cluster" --locale=C.UTF-8 --encoding=UTF8 --auth-local=trust --auth-host=scram-sha-256 >/dev/null
  {
    echo "SET timezone = 'Asia/Seoul';"
    cat "$here/../../manufacturing/plant.sql" "$here/../../defense/readiness.sql"
    echo "CREATE ROLE maru_reader LOGIN PASSWORD 'maru-read';"
    echo "GRANT USAGE ON SCHEMA plant, readiness TO maru_reader;"
    echo "GRANT SELECT ON ALL TABLES IN SCHEMA plant, readiness TO maru_reader;"
  } | as sh -c "cat > '$DATA/fill.sql'"
  as "$bin/pg_ctl" -D "$DATA/cluster" -w -s -o "-c listen_addresses= -k $DATA" start
  as "$bin/createdb" -h "$DATA" plant
  as "$bin/psql" -h "$DATA" -q -v ON_ERROR_STOP=1 -1 -f "$DATA/fill.sql" plant
  as "$bin/pg_ctl" -D "$DATA/cluster" -w -s -m fast stop
  as touch "$DATA/filled"
fi
if [ "$(id -u)" = 0 ]; then
  exec setpriv --reuid=postgres --regid=postgres --clear-groups ${PEER_DEATH_SIGNAL:+--pdeathsig "$PEER_DEATH_SIGNAL"} -- \
    "$bin/postgres" -D "$DATA/cluster" -c listen_addresses=127.0.0.1 -p "$PORT" -k "$DATA"
fi
exec "$bin/postgres" -D "$DATA/cluster" -c listen_addresses=127.0.0.1 -p "$PORT" -k "$DATA"
