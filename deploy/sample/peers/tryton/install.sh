#!/bin/sh
# Tryton and its modules by requirements.txt, and a database template with the modules activated (about a minute).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/tryton"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if ! cmp -s "$here/requirements.txt" "$to/.installed"; then
  [ -x "$to/venv/bin/python" ] || python3 -m venv "$to/venv"
  "$to/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  rm -f "$to/template.sqlite"
  cp "$here/requirements.txt" "$to/.installed"
fi
if [ ! -s "$to/template.sqlite" ]; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  printf '[database]\nuri = sqlite://\npath = %s\n' "$work" > "$work/trytond.conf"
  echo maru-erp > "$work/password"
  : > "$work/erp.sqlite"
  export TRYTONPASSFILE="$work/password"
  "$to/venv/bin/trytond-admin" -c "$work/trytond.conf" -d erp --all --email admin@gaon.example
  "$to/venv/bin/trytond-admin" -c "$work/trytond.conf" -d erp --activate-dependencies \
    -u stock_supply stock_forecast purchase_requisition production
  mv "$work/erp.sqlite" "$to/template.sqlite"
fi
