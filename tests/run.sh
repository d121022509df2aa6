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
say "testing"
cd "$root_dir"
exec ctest --preset release -j 2 "$@"
