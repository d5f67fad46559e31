#!/usr/bin/env bash
# A mail server for the tests; see server.sh. Answers: ready PORT USER PASSWORD FOLDER CERTIFICATE. It offers STARTTLS and a
# sign-in, asks for neither, and keeps each mail as a file in FOLDER. Its certificate is for localhost and signed by itself.
source "$(dirname "$0")/server.sh" smtp

need python3-aiosmtpd aiosmtpd
need openssl openssl
# The interpreter that has the package: not every python3 on a PATH is the distribution's.
python=$(sed -n '1s/^#! *//p' "$(command -v aiosmtpd)")

make_folder
user=alerts
password=$(tr -d - </proc/sys/kernel/random/uuid)
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost \
  -keyout "$dir/key.pem" -out "$dir/certificate.pem" >"$dir/log/openssl" 2>&1 || die "No certificate could be made."
cat >"$dir/server.py" <<'PYTHON'
import signal, ssl, sys
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import AuthResult

folder, port, user, password = sys.argv[1:]

def authenticate(server, session, envelope, mechanism, login):
    # handled: the server itself answers a wrong password.
    return AuthResult(success=(login.login, login.password) == (user.encode(), password.encode()), handled=False)

tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
tls.load_cert_chain(f"{folder}/certificate.pem", f"{folder}/key.pem")
Controller(Mailbox(f"{folder}/mail"), hostname="127.0.0.1", port=int(port), tls_context=tls, authenticator=authenticate, auth_require_tls=False).start()
signal.sigwait([signal.SIGTERM])
PYTHON

choose_ports 1

start() {
  run_server smtp "$python" "$dir/server.py" "$dir" "$port" "$user" "$password"
  wait_for_port "$port" "$pid"
  echo "ready $port $user $password $dir/mail/new $dir/certificate.pem"
}

stop() { stop_server "$pid"; }

serve
