#!/bin/sh
# A Redmine instance in folder $1: Debian's program with its own configuration, SQLite database and files.
set -eu
app=$1
mkdir -p "$(dirname "$app")"
cp -r /usr/share/redmine "$app"
rm -f "$app/instances" "$app/Gemfile.lock"
instance="$app/instances/default"
mkdir -p "$instance/config" "$instance/db" "$instance/files" "$instance/log" "$instance/tmp" "$instance/public/plugin_assets"
cat > "$instance/config/database.yml" <<YML
production:
  adapter: sqlite3
  database: instances/default/db/redmine.sqlite3
  timeout: 5000
YML
echo "$(head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n')" > "$instance/config/secret_key.txt"
