# Sourced by the scripts beside it, each of which runs one throwaway server for the tests:
#
#   a line on stdin    `stop`, `start`: an order, answered by one line, `stopped` or `ready …`
#   the end of stdin   the server is stopped and its folder removed
#
# So a server never outlives the tests, however they end: when the test process is killed, its end of the pipe closes.
# shellcheck shell=bash
set -euo pipefail

name=${1:?a name for the folder}
dir=
server_pids=()
# What ends a server for good: its data is thrown away, so most needn't close it with care.
last_signal=KILL
# The user to run servers as, as options of setpriv.
run_as=()

# die MESSAGE…: the message reaches the failing test.
die() {
  printf '%s\n' "$@" >&2
  if [[ -n $dir ]]; then
    tail -n 8 "$dir"/log/* >&2 || true
  fi
  exit 1
}

# need PACKAGES PROGRAM…: fails, with what to install, unless every program is there.
need() {
  local packages=$1 program
  shift
  for program in "$@"; do
    if ! command -v "$program" >/dev/null; then
      echo "The test server '$name' needs the program '$program'. Run ./test.sh, which installs it, or:" >&2
      echo "  apt-get install $packages" >&2
      exit 69
    fi
  done
}

# make_folder: a fresh folder in $dir, locked as long as this script or one of its servers runs.
make_folder() {
  local parent=${TMPDIR:-/tmp} old
  # What a killed run of this user left behind. The age keeps away from folders that are being made.
  while IFS= read -r old; do
    if flock --nonblock "$old/lock" true 2>/dev/null; then
      rm -rf "$old"
    fi
  done < <(find "$parent" -maxdepth 1 -name "datasetadmin-$name-*" -user "$(id -u)" -mmin +60 2>/dev/null)

  dir=$(mktemp -d "$parent/datasetadmin-$name-XXXXXX")
  mkdir "$dir/log"
  exec 9>"$dir/lock"
  flock 9
}

# choose_ports COUNT: sets $port to the first of COUNT free ones, below the range that the system hands out by itself.
choose_ports() {
  # Scripts that start at the same moment have different process ids, so they don't choose the same.
  local count=$1 block=$$ candidate
  while :; do
    port=$((20000 + block % 300 * 40))
    for ((candidate = port; candidate < port + count; candidate++)); do
      ! answers "$candidate" || break
    done
    ((candidate < port + count)) || return 0
    block=$RANDOM
  done
}

answers() { (: >"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# run_server LOG COMMAND…: in the background, out of reach of Ctrl-C, dead when this script is; sets $pid.
run_server() {
  local log=$dir/log/$1
  shift
  setsid setpriv --pdeathsig "$last_signal" ${run_as[@]+"${run_as[@]}"} "$@" >>"$log" 2>&1 </dev/null &
  pid=$!
  server_pids+=("$pid")
  disown "$pid" # or bash reports its end on stderr
}

# wait_for_port PORT PID
wait_for_port() {
  local deadline=$((SECONDS + 100))
  until answers "$1"; do
    kill -0 "$2" 2>/dev/null || die "The test server '$name' ended before it opened port $1."
    ((SECONDS < deadline)) || die "The test server '$name' did not open port $1 in time."
    sleep 0.05
  done
}

# stop_server PID [SIGNAL]
stop_server() {
  local pid=$1 deadline=$((SECONDS + 10))
  kill -s "${2:-TERM}" "$pid" 2>/dev/null || return 0
  while kill -0 "$pid" 2>/dev/null; do
    if ((SECONDS >= deadline)); then
      kill -s KILL "$pid" 2>/dev/null || true
    fi
    sleep 0.02
  done
}

clean_up() {
  local pid
  for pid in ${server_pids[@]+"${server_pids[@]}"}; do
    stop_server "$pid" "$last_signal"
  done
  if [[ -n $dir ]]; then
    rm -rf "$dir"
  fi
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# serve: obeys stdin until it ends. The script has defined start and stop; start ends with the line `ready …`.
serve() {
  local order
  start
  while read -r order; do
    case $order in
      start) start ;;
      stop) stop && echo stopped ;;
      *) die "Unknown order '$order'." ;;
    esac
  done
}
