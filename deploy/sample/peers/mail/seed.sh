#!/bin/sh
# Fills the clerk's mailbox once, over IMAP; $DATA/seeded says that it is done.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
[ -e "$DATA/seeded" ] && exit 0
sample="$here/../../administration/mail"
python="${MARU_CACHE:-$HOME/.cache/maru}/peers/hwpx/venv/bin/python"
"$python" "$here/../hwpx/make.py" "$sample/attachment.md" "$DATA/attachment.hwpx"
"$python" "$here/messages.py" "$PORT" "$sample/messages.json" "$DATA"
touch "$DATA/seeded"
