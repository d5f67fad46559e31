#!/usr/bin/env bash
# A second S3 server for the tests: OpenStack Swift with its S3 API, one of each server, as root or any other user.
# See server.sh. Answers: ready PORT ACCESS_KEY SECRET_KEY. `stop` stops the proxy alone.
source "$(dirname "$0")/server.sh" swift

packages='swift-proxy swift-account swift-container swift-object python3-swift'
need "$packages" swift-proxy-server swift-account-server swift-container-server swift-object-server
need util-linux setpriv setsid flock

make_folder
mkdir -p "$dir"/{etc,cache,disks/d1}
choose_ports 4
object_port=$((port + 1)) container_port=$((port + 2)) account_port=$((port + 3))
user=$(id -un)
export SWIFT_DIR=$dir/etc
cd "$dir/etc"

# One process for all of it, because a Python that loads Swift takes a while. Debian's own Python, not the first on the PATH.
/usr/bin/python3 - "$dir" account:$account_port container:$container_port object:$object_port 2>"$dir/log/rings" <<'PYTHON' ||
import os, sys
from swift.common.ring import RingBuilder

folder, servers = sys.argv[1], sys.argv[2:]
try:
    os.setxattr(folder, "user.swift", b"1")
except OSError:
    sys.exit("Swift needs a temporary folder whose file system has extended attributes: set TMPDIR to one.")
for server in servers:
    kind, port = server.split(":")
    builder = RingBuilder(4, 1, 0)
    builder.add_dev({"id": 0, "region": 1, "zone": 1, "ip": "127.0.0.1", "port": int(port), "device": "d1", "weight": 1})
    builder.rebalance()
    builder.get_ring().save(f"{folder}/etc/{kind}.ring.gz")
PYTHON
  die "Swift: the rings couldn't be made."

cat >swift.conf <<CONF
[swift-hash]
swift_hash_path_suffix = test
swift_hash_path_prefix = test

[storage-policy:0]
name = Policy-0
default = yes

[swift-constraints]
max_header_size = 16384
CONF

# The timeouts are long and a node is never given up, because the machine may be busy with the tests: an update of a
# listing that is given up on would be made good by a daemon that doesn't run here.
storage_server() {
  local kind=$1 kind_port=$2
  cat >"$kind-server.conf" <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $kind_port
workers = 0
user = $user
swift_dir = $dir/etc
devices = $dir/disks
mount_check = false
log_level = WARNING
fallocate_reserve = 0
disable_fallocate = true
conn_timeout = 20
node_timeout = 60
container_update_timeout = 60

[pipeline:main]
pipeline = $kind-server

[app:$kind-server]
use = egg:swift#$kind
recon_cache_path = $dir/cache
conn_timeout = 20
node_timeout = 60
CONF
  run_server "$kind" "swift-$kind-server" "$dir/etc/$kind-server.conf"
}

storage_server account "$account_port"
account_pid=$pid
storage_server container "$container_port"
container_pid=$pid
storage_server object "$object_port"
object_pid=$pid

# The cache middleware is required, a cache isn't: nothing listens on port 1.
cat >proxy-server.conf <<CONF
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = $port
workers = 0
user = $user
swift_dir = $dir/etc
log_level = WARNING

[pipeline:main]
pipeline = catch_errors proxy-logging cache listing_formats bulk s3api tempauth copy slo dlo symlink versioned_writes proxy-logging proxy-server

[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
conn_timeout = 20
node_timeout = 60
error_suppression_limit = 1000000

[filter:catch_errors]
use = egg:swift#catch_errors

[filter:proxy-logging]
use = egg:swift#proxy_logging

[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1

[filter:listing_formats]
use = egg:swift#listing_formats

[filter:bulk]
use = egg:swift#bulk

[filter:s3api]
use = egg:swift#s3api
location = us-east-1
dns_compliant_bucket_names = true
max_upload_part_num = 10000

[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin

[filter:copy]
use = egg:swift#copy

[filter:slo]
use = egg:swift#slo

[filter:dlo]
use = egg:swift#dlo

[filter:symlink]
use = egg:swift#symlink

[filter:versioned_writes]
use = egg:swift#versioned_writes
CONF

start() {
  run_server proxy swift-proxy-server "$dir/etc/proxy-server.conf"
  wait_for_port "$account_port" "$account_pid"
  wait_for_port "$container_port" "$container_pid"
  wait_for_port "$object_port" "$object_pid"
  wait_for_port "$port" "$pid"
  echo "ready $port test:tester testing"
}

stop() { stop_server "$pid"; }

serve
