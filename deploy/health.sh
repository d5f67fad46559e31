#!/usr/bin/env bash
# The image's health check: whether GET /health/live answers 200. The image has neither curl nor wget; bash speaks TCP.
set -euo pipefail

exec 3<>/dev/tcp/127.0.0.1/8080
printf 'GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3
read -r _ status _ <&3
[[ $status == 200 ]]
