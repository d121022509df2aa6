# What the scripts say, in the language of whoever runs them. Sourced by them, by sh too; does nothing by itself.
#   MARU_LANG   ko or en; without it the first of LC_ALL, LC_MESSAGES and LANG that is set, as for `maru`. English where
#               that is not Korean, also where it names no language (there `maru` speaks Korean).

# words ENGLISH KOREAN: the one of the two that is to be read.
words() {
  case "${MARU_LANG:-${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}}" in
    [Kk][Oo]*) printf '%s\n' "$2" ;;
    *) printf '%s\n' "$1" ;;
  esac
}

say() { printf '[%s] %s\n' "$(date +%H:%M:%S)" "$(words "$@")"; }

# fail ENGLISH KOREAN [WHAT TO DO, in both as well]
fail() {
  printf '%s: %s\n' "$(words error 오류)" "$(words "$1" "$2")" >&2
  [ -z "${3:-}" ] || printf '  → %s\n' "$(words "$3" "$4")" >&2
  exit 1
}

# fail_see LOG ENGLISH KOREAN; fail_by_log shows how LOG ends as well.
fail_see() { fail "$2" "$3" "see $1" "기록: $1"; }
fail_by_log() { tail -20 "$1" >&2 || true; fail_see "$@"; }
