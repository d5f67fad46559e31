#!/usr/bin/env bash
# Runs the tests. On Debian and Ubuntu it first installs the servers and the browser that they run against, where they are missing.
# Arguments go to `dotnet test`:  ./test.sh --filter-class '*MonthTests'
#
# DATASETADMIN_TEST_POSTGRES  a PostgreSQL to use instead: a connection string of a role that may create databases
# DATASETADMIN_TEST_S3        an S3 server to use in the place of Ceph: http://ACCESS:SECRET@host:port
# DATASETADMIN_TEST_CHROMIUM  a Chromium or Chrome to use: the program's path
set -euo pipefail
cd "$(dirname "$0")"

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# The server programs' packages that are missing and not replaced by a variable.
missing_packages() {
  if [[ -z ${DATASETADMIN_TEST_POSTGRES:-} ]] && ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! have initdb; then
    echo postgresql
  fi
  if [[ -z ${DATASETADMIN_TEST_S3:-} ]]; then
    have ceph-mon || echo ceph-mon
    have ceph-osd || echo ceph-osd
    have radosgw || echo radosgw
    have ceph || echo ceph-common
  fi
  if [[ -z ${DATASETADMIN_TEST_CHROMIUM:-} ]]; then
    have chromium || have chromium-browser || have google-chrome || echo chromium
  fi
  have swift-proxy-server || echo swift-proxy
  have swift-account-server || echo swift-account
  have swift-container-server || echo swift-container
  have swift-object-server || echo swift-object
  have aiosmtpd || echo python3-aiosmtpd
}

have() { command -v "$1" >/dev/null; }

# Installs packages without their services: the tests start servers of their own.
install_packages() (
  policy=/usr/sbin/policy-rc.d
  cluster_folder=/etc/postgresql-common/createcluster.d
  cluster_setting=$cluster_folder/datasetadmin-test.conf

  # shellcheck disable=SC2317 # It is called: by the trap.
  put_back() {
    rm -f "$policy" "$cluster_setting"
    rmdir --ignore-fail-on-non-empty "$cluster_folder" 2>/dev/null || true
    if [[ -e $policy.datasetadmin ]]; then
      mv "$policy.datasetadmin" "$policy"
    fi
  }
  trap put_back EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP

  # Nothing is started…
  if [[ -e $policy && ! -e $policy.datasetadmin ]]; then
    mv "$policy" "$policy.datasetadmin"
  fi
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  # …no database cluster is made…
  mkdir -p "$cluster_folder"
  echo 'create_main_cluster = false' >"$cluster_setting"

  before=$(dpkg-query --show --showformat '${Package}\n')
  export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
  apt-get update
  apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "$@" </dev/null

  # …and what came with this installation isn't enabled for the next boot.
  new_files=$(comm -13 <(sort <<<"$before") <(dpkg-query --show --showformat '${Package}\n' | sort) |
    xargs --no-run-if-empty dpkg --listfiles)
  sed -n 's#^/etc/init\.d/##p' <<<"$new_files" | while read -r name; do
    update-rc.d "$name" disable
  done
  if command -v systemctl >/dev/null; then
    sed -nE 's#^(/usr)?/lib/systemd/system/([^/]+[^@]\.(service|socket|target|timer|path))$#\2#p' <<<"$new_files" |
      sort -u | xargs --no-run-if-empty systemctl disable --quiet || echo 'Some of the new services may still be enabled.' >&2
  fi
)

mapfile -t packages < <(missing_packages)
if ((${#packages[@]})); then
  have apt-get || fail \
    "The tests run against real servers, which this script installs on Debian and Ubuntu only. Missing here: ${packages[*]}." \
    'In a container of Debian with the .NET SDK they run anywhere.' \
    'PostgreSQL, Ceph and Chromium can be replaced by yours: see the variables at the top of this script.'
  echo "Installing ${packages[*]}"
  if ((EUID == 0)); then
    install_packages "${packages[@]}"
  elif have sudo; then
    sudo bash -euo pipefail -c "$(declare -f install_packages); install_packages \"\$@\"" install "${packages[@]}"
  else
    fail 'Neither root nor sudo: as root, run' "  apt-get install --no-install-recommends ${packages[*]}"
  fi
fi

have dotnet || fail 'The .NET SDK 10.0 is missing: https://dotnet.microsoft.com/download/dotnet/10.0'
# Names the version that global.json asks for, and those that are there.
dotnet --version >/dev/null || fail 'The .NET SDK that global.json asks for is missing: https://dotnet.microsoft.com/download/dotnet/10.0'

exec dotnet test "$@"
