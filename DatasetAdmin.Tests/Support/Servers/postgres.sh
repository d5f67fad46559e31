#!/usr/bin/env bash
# PostgreSQL for the tests; see server.sh. Answers: ready PORT PASSWORD (of the superuser `postgres`).
source "$(dirname "$0")/server.sh" postgres

# Debian keeps the server's programs off the PATH, one folder per major version.
newest=$(find /usr/lib/postgresql -mindepth 2 -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
PATH=${newest:+$newest:}$PATH
need postgresql initdb postgres
need util-linux setpriv setsid flock

# PostgreSQL refuses to run as root.
if ((EUID == 0)); then
  id postgres >/dev/null 2>&1 || die "The test server 'postgres' needs the user 'postgres' when run as root: apt-get install postgresql"
  run_as=(--reuid=postgres --regid=postgres --init-groups)
fi

make_folder
password=$(tr -d - </proc/sys/kernel/random/uuid)
printf '%s\n' "$password" >"$dir/password"
if ((EUID == 0)); then
  chown -R postgres: "$dir"
fi
cd "$dir"
setpriv ${run_as[@]+"${run_as[@]}"} initdb --pgdata="$dir/data" --username=postgres --pwfile="$dir/password" --auth=scram-sha-256 \
  --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$dir/log/initdb" 2>&1 || die "initdb failed."

choose_ports 1
last_signal=QUIT # at once, but unlike KILL it gives back the shared memory

start() {
  # No unix socket: nobody needs it, and its path may be too long in a deep temporary folder.
  run_server postgres postgres -D "$dir/data" -p "$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c max_connections=200 -c fsync=off -c synchronous_commit=off -c full_page_writes=off
  wait_for_port "$port" "$pid"
  # The port opens a little before the server takes connections.
  until grep -qs '^ready' <(sed -n 8p "$dir/data/postmaster.pid"); do
    kill -0 "$pid" 2>/dev/null || die "PostgreSQL ended while it started."
    sleep 0.02
  done
  echo "ready $port $password"
}

stop() { stop_server "$pid" INT; }

serve
