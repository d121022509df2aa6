#!/usr/bin/env bash
# Stops what up.sh started for this MARU_HOME, and nothing else. --purge removes its data.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/sample/peers.sh"
export MARU_HOME="${MARU_HOME:-$HOME/.maru}"
purge="${1:-}"
[ -z "$purge" ] || [ "$purge" = --purge ] || { echo "usage: down.sh [--purge]" >&2; exit 2; }

# Sends SIGTERM to the process group that the pid file names and waits; SIGKILL after a while. A pid that another
# program has taken since is left alone (`running` compares start times).
stop() {
  local file="$1" patience="$2" pid
  if running "$file"; then
    read -r pid _ <"$file"
    kill -TERM -- "-$pid" 2>/dev/null || true
    for _ in $(seq "$((patience * 10))"); do
      kill -0 -- "-$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
    echo "stopped $(basename "$file" .pid)"
  fi
  rm -f "$file"
}

[ -d "$MARU_HOME" ] || { echo "nothing at $MARU_HOME"; exit 0; }
[ -e "$MARU_HOME/run/marud.pid" ] && stop "$MARU_HOME/run/marud.pid" 30
for file in "$MARU_HOME"/run/*.pid; do
  [ -e "$file" ] && stop "$file" 15
done
if [ "$purge" = --purge ]; then
  rm -rf "$MARU_HOME"
  echo "removed $MARU_HOME"
fi
