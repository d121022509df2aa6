#!/bin/sh
# PostgreSQL on 127.0.0.1:$PORT: database `office` (role maru_reader may only read) and database `documents`, the
# document register (role maru_documents). Password of both: sample.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
bin=/usr/lib/postgresql/15/bin
mkdir -p "$DATA"
if [ "$(id -u)" = 0 ]; then
  # The server never runs as root: it gets its folder, and every folder above it lets it pass.
  as="setpriv --reuid=postgres --regid=postgres --clear-groups ${PEER_DEATH_SIGNAL:+--pdeathsig $PEER_DEATH_SIGNAL}"
  folder=$(dirname "$DATA")
  while [ "$folder" != / ]; do chmod o+x "$folder"; folder=$(dirname "$folder"); done
  chown postgres "$DATA"
else
  as=""
fi
if ! [ -e "$DATA/cluster/PG_VERSION" ]; then
  [ -s "$DATA/superuser" ] || head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$DATA/superuser"
  [ -z "$as" ] || chown postgres "$DATA/superuser"
  chmod 600 "$DATA/superuser"
  rm -rf "$DATA/cluster.new"
  (cd / && $as $bin/initdb -D "$DATA/cluster.new" -U postgres -E UTF8 --locale=C.UTF-8 --auth=scram-sha-256 --pwfile="$DATA/superuser" > /dev/null)
  mv "$DATA/cluster.new" "$DATA/cluster"
fi
"$here/seed.sh" &
cd /
exec $as $bin/postgres -D "$DATA/cluster" -p "$PORT" -c listen_addresses=127.0.0.1 -c unix_socket_directories= \
  -c timezone=Asia/Seoul -c log_min_messages=fatal
