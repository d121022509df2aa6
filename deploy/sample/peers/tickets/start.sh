#!/bin/sh
# Redmine on http://127.0.0.1:$PORT, SQLite under $DATA. User maru's API key: sampleredminekey.
set -eu
app="${MARU_CACHE:-$HOME/.cache/maru}/peers/tickets/app"
[ -e "$DATA/app" ] || { mkdir -p "$DATA"; cp -r "$app" "$DATA/app.new"; mv "$DATA/app.new" "$DATA/app"; }
cd "$DATA/app"
export RAILS_ENV=production
exec puma --environment production --bind "tcp://127.0.0.1:$PORT" --threads 1:2 config.ru
