#!/bin/sh
# Tryton on http://127.0.0.1:$PORT, database erp (SQLite under $DATA), user admin, password maru-erp. The first start
# copies the template and fills it from deploy/sample/defense/supply.json and deploy/sample/manufacturing/plant.json.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
from="${MARU_CACHE:-$HOME/.cache/maru}/peers/tryton"
mkdir -p "$DATA"
printf '[database]\nuri = sqlite://\npath = %s\n[web]\nlisten = 127.0.0.1:%s\n[session]\nauthentications = password\n' \
  "$DATA" "$PORT" > "$DATA/trytond.conf"
if [ ! -s "$DATA/erp.sqlite" ]; then
  rm -rf "$DATA/seed"; mkdir -p "$DATA/seed"
  cp "$from/template.sqlite" "$DATA/seed/erp.sqlite"
  printf '[database]\nuri = sqlite://\npath = %s\n' "$DATA/seed" > "$DATA/seed/trytond.conf"
  "$from/venv/bin/python" -W ignore "$here/seed.py" "$DATA/seed/trytond.conf" \
    "$here/../../defense/supply.json" "$here/../../manufacturing/plant.json"
  mv "$DATA/seed/erp.sqlite" "$DATA/erp.sqlite"
fi
exec "$from/venv/bin/trytond" -c "$DATA/trytond.conf" -d erp
