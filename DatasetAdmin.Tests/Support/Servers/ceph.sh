#!/usr/bin/env bash
# An S3 server for the tests: the Ceph RADOS gateway over one monitor and one OSD that keeps its objects in memory.
# DATASETADMIN_CEPH_DISK_SECONDS: what each operation of the OSD takes in addition, as if it had a disk.
# See server.sh. Answers: ready PORT ACCESS_KEY SECRET_KEY. `stop` stops the gateway alone, so the objects stay.
source "$(dirname "$0")/server.sh" ceph

need 'ceph-mon ceph-osd radosgw ceph-common' ceph-mon ceph-osd radosgw radosgw-admin ceph monmaptool
need util-linux setpriv setsid flock

access=testaccess
secret=testsecret1234567890

make_folder
mkdir "$dir"/{run,mon,osd,rgw}
choose_ports 32 # the gateway, the monitor, and from the tenth on those of the OSD
mon_port=$((port + 1))
fsid=$(</proc/sys/kernel/random/uuid)
osd=$(</proc/sys/kernel/random/uuid)
conf=$dir/ceph.conf
disk=${DATASETADMIN_CEPH_DISK_SECONDS:-0}

cat >"$conf" <<CONF
[global]
fsid = $fsid
mon_host = [v2:127.0.0.1:$mon_port/0]
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
auth_cluster_required = none
auth_service_required = none
auth_client_required = none
ms_bind_port_min = $((port + 10))
ms_bind_port_max = $((port + 31))
run_dir = $dir/run
admin_socket =
log_file = $dir/log/\$name
crash_dir = $dir/log
osd_pool_default_size = 1
osd_pool_default_min_size = 1
osd_pool_default_pg_num = 4
osd_pool_default_pgp_num = 4
osd_pool_default_pg_autoscale_mode = off
osd_crush_chooseleaf_type = 0
mon_allow_pool_size_one = true
mon_max_pg_per_osd = 1000

[mon.a]
mon_data = $dir/mon
mon_data_avail_crit = 1
mon_data_avail_warn = 2
paxos_propose_interval = 0.1

[osd.0]
osd_data = $dir/osd
osd_objectstore = memstore
osd_debug_inject_dispatch_delay_duration = $disk
osd_debug_inject_dispatch_delay_probability = $([[ $disk == 0 ]] && echo 0 || echo 1)
memstore_device_bytes = 8589934592

[client.rgw.a]
rgw_data = $dir/rgw
rgw_frontends = beast endpoint=127.0.0.1:$port tcp_nodelay=1
ms_mon_client_mode = crc
rgw_thread_pool_size = 64
rgw_dynamic_resharding = false
rgw_gc_obj_min_wait = 60
rgw_gc_processor_period = 60
CONF

monmaptool --create --clobber --fsid "$fsid" --addv a "[v2:127.0.0.1:$mon_port/0]" "$dir/mon.map" >/dev/null
ceph-mon -c "$conf" -i a --mkfs --monmap "$dir/mon.map" >"$dir/log/mon-mkfs" 2>&1 || die "Ceph: the monitor's folder couldn't be made."
run_server mon-output ceph-mon -c "$conf" -i a -f
timeout 60 ceph -c "$conf" osd new "$osd" 0 >"$dir/log/osd-new" 2>&1 || die "Ceph: the monitor didn't answer."
ceph-osd -c "$conf" -i 0 --mkfs --osd-uuid "$osd" >"$dir/log/osd-mkfs" 2>&1 || die "Ceph: the OSD's folder couldn't be made."
run_server osd-output ceph-osd -c "$conf" -i 0 -f
timeout 60 radosgw-admin -c "$conf" user create --uid=test --display-name=test --access-key="$access" --secret="$secret" \
  >"$dir/log/user" 2>&1 || die "Ceph: the gateway's user couldn't be made."

start() {
  run_server rgw-output radosgw -c "$conf" -n client.rgw.a -f
  wait_for_port "$port" "$pid"
  echo "ready $port $access $secret"
}

# The gateway takes ten seconds to leave by itself; the OSD has every object that it acknowledged.
stop() { stop_server "$pid" KILL; }

serve
