#!/usr/bin/env bash
# Stops what up.sh started for this MARU_HOME, and nothing else. --purge removes its data.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"
source "$(dirname "${BASH_SOURCE[0]}")/sample/peers.sh"
export MARU_HOME="${MARU_HOME:-$HOME/.maru}"
purge="${1:-}"
[ -z "$purge" ] || [ "$purge" = --purge ] || {
  words "usage: down.sh [--purge]" "사용법: down.sh [--purge]  (--purge: 데이터도 지웁니다)" >&2
  exit 2
}

[ -d "$MARU_HOME" ] || { words "nothing at $MARU_HOME" "$MARU_HOME: 아무것도 없습니다"; exit 0; }
[ -e "$MARU_HOME/run/marud.pid" ] && stop "$MARU_HOME/run/marud.pid" 30
for file in "$MARU_HOME"/run/*.pid; do
  [ -e "$file" ] && stop "$file" 15
done
if [ "$purge" = --purge ]; then
  rm -rf "$MARU_HOME"
  words "removed $MARU_HOME" "$MARU_HOME: 지웠습니다"
fi
