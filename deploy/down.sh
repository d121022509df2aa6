#!/usr/bin/env bash
# Stops what up.sh started for this MARU_HOME, and nothing else. --purge removes its data.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/sample/peers.sh"
export MARU_HOME="${MARU_HOME:-$HOME/.maru}"
purge="${1:-}"
[ -z "$purge" ] || [ "$purge" = --purge ] || { echo "usage: down.sh [--purge]" >&2; exit 2; }

[ -d "$MARU_HOME" ] || { echo "nothing at $MARU_HOME"; exit 0; }
[ -e "$MARU_HOME/run/marud.pid" ] && stop "$MARU_HOME/run/marud.pid" 30
for file in "$MARU_HOME"/run/*.pid; do
  [ -e "$file" ] && stop "$file" 15
done
if [ "$purge" = --purge ]; then
  rm -rf "$MARU_HOME"
  echo "removed $MARU_HOME"
fi
