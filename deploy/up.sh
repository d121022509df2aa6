#!/usr/bin/env bash
# Brings Maru up on this machine with its sample organisation: installs what is missing, builds, starts the peers and
# marud, runs a request for each domain, one over two and one in English, and leaves the server running.
#   MARU_HOME   data, configuration, logs           (default ~/.maru)
#   MARU_PORT   of the gRPC services; metrics +1; the sample organisation's peers from +10 to +48   (default 7420)
#   MARU_CACHE  build caches and third-party peers  (default ~/.cache/maru)
# `bash deploy/down.sh` stops it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"
usage() {
  words "$(sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}")" \
    "이 컴퓨터에 예시 기관과 함께 Maru를 띄웁니다. 없는 것을 설치하고 빌드한 뒤 외부 시스템과 marud를 시작하고, 분야마다
하나, 두 분야에 걸친 것 하나, 영어로 하나의 요청을 실행하며, 서버는 그대로 켜 둡니다.
  MARU_HOME   데이터, 설정, 로그                       (기본값 ~/.maru)
  MARU_PORT   gRPC 서비스의 포트. 지표는 +1, 예시 기관의 시스템은 +10부터 +48까지   (기본값 7420)
  MARU_CACHE  빌드 캐시와 외부 시스템의 프로그램       (기본값 ~/.cache/maru)
'bash deploy/down.sh'로 멈춥니다."
}
case "${1:-}" in
  "") ;;
  -h | --help) usage; exit 0 ;;
  *) words "up.sh takes no arguments (not '$1')" "up.sh는 인자를 받지 않습니다: '$1'" >&2; usage >&2; exit 2 ;;
esac
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
source "$deploy_dir/sample/peers.sh"
export MARU_HOME="${MARU_HOME:-$HOME/.maru}" MARU_PORT="${MARU_PORT:-7420}"
[[ "$MARU_PORT" =~ ^[1-9][0-9]{3,4}$ ]] && ((MARU_PORT >= 1024 && MARU_PORT <= 65487)) ||
  fail "MARU_PORT is '$MARU_PORT'" "MARU_PORT 값이 '$MARU_PORT'입니다" \
    "choose a port from 1024 to 65487: the peers take those up to +48" \
    "1024부터 65487까지의 포트를 고르십시오. 예시 기관의 시스템이 +48까지 씁니다"
export MARU_SERVER="127.0.0.1:$MARU_PORT"
started=$SECONDS

# The program or the planner is newer than the server that runs.
rebuilt() {
  local file
  for file in "$root_dir/build/bin/marud" "$deploy_dir/models/planner/model.safetensors"; do
    [ "$file" -nt "$MARU_HOME/run/marud.pid" ] && return 0
  done
  return 1
}

start_marud() {
  if marud_running; then
    if ! rebuilt; then say "marud is up already" "marud가 이미 켜져 있습니다"; return 0; fi
    say "marud was built anew: starting that one" "marud를 새로 빌드했습니다. 새것으로 다시 시작합니다"
    stop "$MARU_HOME/run/marud.pid" 30
  fi
  make_secrets
  render_config >"$MARU_HOME/maru.yaml"
  launch marud "$root_dir/build/bin/marud" --home "$MARU_HOME" --config "$MARU_HOME/maru.yaml"
  await marud 90 "$root_dir/build/bin/maru" --as ma.admin principals whoami --json
}

mkdir -p "$MARU_HOME/run" "$MARU_HOME/log" "$MARU_HOME/peers"
# PostgreSQL and the mail server do not run as root: their users must be able to reach their folders.
[ "$(id -u)" != 0 ] || for folder in "$MARU_HOME" $(dirname "$MARU_HOME"); do chmod o+x "$folder"; done
setup
(install_peers $sample_peers && start_peers) &
peers=$!
build_maru --target marud maru
wait "$peers" || fail "the sample organisation's systems did not start" "예시 기관의 시스템을 시작하지 못했습니다" \
  "logs: $MARU_HOME/log" "기록: $MARU_HOME/log"
start_marud
"$root_dir/build/bin/maru" --as ma.admin connectors check || true
bash "$deploy_dir/sample/demo.sh"
say "done in $((SECONDS - started)) s. Maru listens on $MARU_SERVER; credentials: $MARU_HOME/credentials" \
  "$((SECONDS - started))초 만에 끝났습니다. Maru 주소: $MARU_SERVER, 자격 증명: $MARU_HOME/credentials"
say "try: build/bin/maru ask --as choi.operator \"TI-101의 지금 값을 알려줘.\"      stop: bash deploy/down.sh" \
  "해 보기: build/bin/maru ask --as choi.operator \"TI-101의 지금 값을 알려줘.\"      멈추기: bash deploy/down.sh"
