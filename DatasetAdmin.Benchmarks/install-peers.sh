#!/usr/bin/env bash
# Installs the programs that scenarios are measured beside, where they are missing, on Debian and Ubuntu.
set -euo pipefail

packages=()
command -v rclone >/dev/null || packages+=(rclone)
command -v vipsthumbnail >/dev/null || packages+=(libvips-tools)
if ((${#packages[@]})); then
  as_root=()
  ((EUID == 0)) || as_root=(sudo)
  "${as_root[@]}" apt-get update
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 \
    apt-get -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends "${packages[@]}" </dev/null
fi
