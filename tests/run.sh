#!/usr/bin/env bash
# Sets up what is missing, builds, and runs every test. Ends with ctest's summary. Arguments go to ctest (-R name).
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/setup.sh"
setup
peers=()
for folder in "$deploy_dir"/sample/peers/*/install.sh; do peers+=("$(basename "$(dirname "$folder")")"); done
install_peers "${peers[@]}" &
installing=$!
build_maru
wait "$installing" || exit 1
for script in "$root_dir"/tests/e2e/*/install.sh; do  # clients written by others
  bash "$script" >"$MARU_CACHE/install-clients.log" 2>&1 ||
    fail_see "$MARU_CACHE/install-clients.log" "$script failed" "실패했습니다: $script"
done
say "testing" "테스트합니다"
cd "$root_dir"
exec ctest --preset release -j 2 "$@"
