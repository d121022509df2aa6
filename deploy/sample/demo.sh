#!/usr/bin/env bash
# Runs the sample requests (requests.jsonl) against the running marud: shows plan, decision, approvals, steps, answer,
# then exports the evidence of each run and verifies it offline. Called by up.sh; needs MARU_HOME and MARU_SERVER.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
source "$here/../say.sh"
maru="$here/../../build/bin/maru"
out="$MARU_HOME/demo"
mkdir -p "$out"

field() { python3 -c 'import json,sys; v=json.loads(sys.argv[1])[sys.argv[2]]; print("\n".join(v) if isinstance(v, list) else v)' "$1" "$2"; }
heading() { printf '\n━━ %s ━━\n' "$1"; }

# The approvals that APPROVER may give now for run RUN, one id a line.
mine() {
  "$maru" --as "$1" approvals list --json | python3 -c '
import json, sys
run = sys.argv[1]
for a in json.load(sys.stdin)["approvals"]:
    if a["run_id"] == run and a["mine"] and a["state"] == "pending":
        print(a["id"])' "$2"
}

# Waits until APPROVER is asked about RUN, shows what for, and approves.
approve_as() {
  local approver="$1" run="$2" ids="" id
  for _ in $(seq 100); do
    ids=$(mine "$approver" "$run")
    [ -z "$ids" ] || break
    sleep 0.2
  done
  [ -n "$ids" ] || {
    words "$approver was not asked to approve within 20 s" "$approver: 20초 안에 승인 요청이 오지 않았습니다" >&2
    return 1
  }
  for id in $ids; do
    echo
    "$maru" --as "$approver" approvals approve "$id" --yes --reason "확인했습니다"
  done
}

run_of() { python3 -c 'import json,sys; print(json.load(sys.stdin)["run_id"])'; }

one() {
  local line="$1" number="$2" who text run approver
  who=$(field "$line" as)
  text=$(field "$line" text)
  heading "$number. $(field "$line" title) · $who: $text"
  run=$("$maru" --as "$who" ask "$text" --no-wait --json | run_of)
  for approver in $(field "$line" approvers); do approve_as "$approver" "$run"; done
  "$maru" --as "$who" runs watch "$run"
  "$maru" --as oh.audit audit export "$run" -o "$out/$number.json"
  "$maru" verify "$out/$number.json"
}

number=0 failed=0
while IFS= read -r line; do
  number=$((number + 1))
  one "$line" "$number" || { failed=$((failed + 1)); words "request $number failed" "${number}번 요청이 실패했습니다" >&2; }
done <"$here/requests.jsonl"
[ "$failed" = 0 ] || {
  words "$failed of $number sample requests failed" "예시 요청 ${number}건 가운데 ${failed}건이 실패했습니다" >&2
  exit 1
}
