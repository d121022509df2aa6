#!/bin/sh
# Debian's redmine (GPL-2), and a database that is migrated and seeded once: a start copies it.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
to="${MARU_CACHE:-$HOME/.cache/maru}/peers/tickets"
mkdir -p "$to"
exec 9>"$to/.lock"; flock 9
if ! [ -e /usr/share/redmine/config.ru ] || ! command -v puma > /dev/null; then
  sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
  # Debian would make an instance of its own; ours lies under $DATA.
  echo "redmine redmine/instances/default/dbconfig-install boolean false" | $sudo debconf-set-selections
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends redmine redmine-sqlite ruby-sqlite3 puma
fi
stamp=$(cat "$here/seed.rb" "$here/instance.sh" /usr/share/redmine/lib/redmine/version.rb | sha256sum)
if [ "$(cat "$to/stamp" 2> /dev/null)" = "$stamp" ]; then exit 0; fi
rm -rf "$to/app" "$to/stamp"
"$here/instance.sh" "$to/app"
(cd "$to/app" && bundle exec rake db:migrate > "$to/migrate.log" 2>&1 && bundle exec rails runner "$here/seed.rb")
echo "$stamp" > "$to/stamp"
