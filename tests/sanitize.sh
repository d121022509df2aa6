#!/usr/bin/env bash
# Builds the model core's tests with sanitizers and runs them. Not part of run.sh: each is a build of its own (some
# 12 minutes beside other work, the tests 3 to 6; tsan's list has since grown by some three quarters).
#   tests/sanitize.sh [asan] [tsan]
#     asan  memory errors, leaks, undefined behaviour: all tests of the model core
#     tsan  data races: those of its tests that run threads. The rest (base, kernels, weights, exact_bits, bridge,
#           sampling, text, header_fuzz, vision) is about one thread, and a data race takes two
#   JOBS    compilers at a time (default 1: they run beside other work, at the lowest priority)
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../deploy/setup.sh"
setup
cd "$root_dir"
export CCACHE_DIR="$MARU_CACHE/ccache" CCACHE_BASEDIR="$root_dir" CCACHE_NOHASHDIR=1
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1 UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=second_deadlock_stack=1

all=$(grep -oh 'maru_test([a-z_0-9]*' tests/unit/model_core/CMakeLists.txt | cut -d'(' -f2)
threads=$(grep -E '_(engine|scheduling|memory|drafts|repack|allocation|parity|device|kv_kinds|random_models|packed|chat|gguf|bench)_test$' <<<"$all")
renice -n 19 $$ >/dev/null
[ $# -gt 0 ] || set -- asan tsan
for sanitizer in "$@"; do
  case "$sanitizer" in
    asan) tests=$all ;;
    tsan) tests=$threads ;;
    *) fail "unknown: $sanitizer" "알 수 없는 이름입니다: $sanitizer" "asan or tsan" "asan 또는 tsan" ;;
  esac
  say "$sanitizer: building" "$sanitizer: 빌드합니다"
  cmake --preset "$sanitizer" >"$MARU_CACHE/cmake-$sanitizer.log" ||
    fail_see "$MARU_CACHE/cmake-$sanitizer.log" "cmake failed" "cmake가 실패했습니다"
  cmake --build --preset "$sanitizer" -j "${JOBS:-1}" -t $tests || fail "the build failed" "빌드하지 못했습니다"
  say "$sanitizer: testing" "$sanitizer: 테스트합니다"
  ctest --test-dir "build-$sanitizer" --output-on-failure -R "^($(tr '\n' '|' <<<"$tests" | sed 's/|$//'))\$"
done
