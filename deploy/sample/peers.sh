# The sample organisation's systems: which there are, their ports, how they start. Sourced by up.sh and
# down.sh, after say.sh.
sample_peers="law fhir dicom opcua plantdb tryton admindb mail tickets mqtt modbus tak opendata"

port_of() {
  local at=10 name
  for name in $sample_peers; do
    [ "$name" = "$1" ] && { echo $((MARU_PORT + at)); return; }
    at=$((at + 3))
  done
  return 1
}

process_start() { awk '{print $22}' "/proc/$1/stat" 2>/dev/null || true; }

# running FILE: whether the process that a pid file names is alive and is that process.
running() {
  local pid started
  [ -e "$1" ] || return 1
  read -r pid started <"$1" 2>/dev/null || return 1
  [ -n "$started" ] && [ "$(process_start "$pid")" = "$started" ]
}
marud_running() { running "$MARU_HOME/run/marud.pid"; }

# launch NAME COMMAND…: in a process group of its own, its pid and start time kept for down.sh.
launch() {
  local name="$1"
  shift
  setsid "$@" >>"$MARU_HOME/log/$name.log" 2>&1 </dev/null &
  local pid=$!
  sleep 0.1
  echo "$pid $(process_start "$pid")" >"$MARU_HOME/run/$name.pid"
}

# await NAME SECONDS COMMAND…: until COMMAND succeeds; fails at once when the process has ended.
await() {
  local name="$1" limit="$2" begun=$SECONDS log="$MARU_HOME/log/$1.log"
  shift 2
  until "$@" >/dev/null 2>&1; do
    running "$MARU_HOME/run/$name.pid" || fail_by_log "$log" "$name ended" "$name: 스스로 끝났습니다"
    [ $((SECONDS - begun)) -lt "$limit" ] ||
      fail_by_log "$log" "$name is not ready after $limit s" "$name: ${limit}초가 지나도 준비되지 않았습니다"
    sleep 0.3
  done
}

start_peers() {
  local name
  for name in $sample_peers; do
    running "$MARU_HOME/run/$name.pid" && continue
    mkdir -p "$MARU_HOME/peers/$name"
    PORT=$(port_of "$name") DATA="$MARU_HOME/peers/$name" launch "$name" bash "$deploy_dir/sample/peers/$name/start.sh"
  done
  for name in $sample_peers; do
    PORT=$(port_of "$name") DATA="$MARU_HOME/peers/$name" await "$name" 240 bash "$deploy_dir/sample/peers/$name/ready.sh"
    say "$name is up on 127.0.0.1:$(port_of "$name")" "$name: 127.0.0.1:$(port_of "$name")에서 켜졌습니다"
  done
}

# secret NAME VALUE: a file of $MARU_HOME/secrets that only its owner reads. The sample's passwords are no secrets.
secret() { (umask 077; printf '%s\n' "$2" >"$MARU_HOME/secrets/$1"); }

make_secrets() {
  mkdir -p "$MARU_HOME/secrets"
  secret law_oc sample
  secret fhir_token sample-token
  secret dicom_password sample
  secret tryton_password maru-erp
  secret mail_password sample
  secret redmine_key sampleredminekey
  secret opendata_key sample
  secret pgpass "127.0.0.1:$(port_of plantdb):*:maru_reader:maru-read
127.0.0.1:$(port_of admindb):*:*:sample"
  [ -e "$MARU_HOME/secrets/label.pem" ] || (umask 077; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 \
    -nodes -days 3650 -subj "/CN=gaon label authority" -keyout "$MARU_HOME/secrets/label.key" \
    -out "$MARU_HOME/secrets/label.pem" 2>/dev/null)
  mkdir -p "$MARU_HOME/opcua/trusted"
  cp "$MARU_HOME/peers/opcua/server.der" "$MARU_HOME/opcua/trusted/plant.der"
}

# maru.yaml of this home, from the sample's template.
render_config() {
  local name expressions=()
  for name in $sample_peers; do expressions+=(-e "s|@$name@|$(port_of "$name")|g"); done
  sed "${expressions[@]}" -e "s|@smtp@|$(($(port_of mail) + 1))|; s|@PORT@|$MARU_PORT|; s|@METRICS_PORT@|$((MARU_PORT + 1))|" \
    -e "s|@ROOT@|$root_dir|; s|@SAMPLE@|$deploy_dir/sample|" "$deploy_dir/sample/maru.yaml.in"
}

# Sends SIGTERM to the process group that the pid file names and waits; SIGKILL after a while. A pid that another
# program has taken since is left alone (`running` compares start times).
stop() {
  local file="$1" patience="$2" pid
  if running "$file"; then
    read -r pid _ <"$file"
    kill -TERM -- "-$pid" 2>/dev/null || true
    for _ in $(seq "$((patience * 10))"); do
      kill -0 -- "-$pid" 2>/dev/null || break
      sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
    words "stopped $(basename "$file" .pid)" "멈췄습니다: $(basename "$file" .pid)"
  fi
  rm -f "$file"
}
