#!/bin/sh
# Mail of the sample organisation: IMAP (Dovecot) on 127.0.0.1:$PORT, SMTP submission (aiosmtpd) on $SMTP_PORT (default
# $PORT + 1); STARTTLS with $DATA/run/server.pem, or none. Users clerk, legal, environment, it, office; password
# sample.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
python="${MARU_CACHE:-$HOME/.cache/maru}/peers/mail/venv/bin/python"
smtp_port=${SMTP_PORT:-$((PORT + 1))}
mkdir -p "$DATA/mail"
rm -rf "$DATA/run"
mkdir "$DATA/run"
as="" user=$(id -un) group=$(id -gn)
if [ "$user" = root ]; then
  # Dovecot opens no mail as root: it gets a user of its own, and every folder above lets it pass.
  user=dovecot group=dovecot as="setpriv --reuid=dovecot --regid=dovecot --clear-groups"
  folder=$(dirname "$DATA")
  while [ "$folder" != / ]; do chmod o+x "$folder"; folder=$(dirname "$folder"); done
fi
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=localhost \
  -addext "subjectAltName=DNS:localhost,IP:127.0.0.1" -keyout "$DATA/run/server.key" -out "$DATA/run/server.pem" 2> /dev/null
for name in clerk legal environment it office; do echo "$name:sample"; done > "$DATA/run/users"
sed -e "s|@RUN@|$DATA/run|; s|@MAIL@|$DATA/mail|g; s|@PORT@|$PORT|; s|@USER@|$user|g; s|@GROUP@|$group|g" \
  "$here/dovecot.conf" > "$DATA/dovecot.conf"
[ -z "$as" ] || chown -R dovecot:dovecot "$DATA"
"$here/seed.sh" &
"$python" "$here/smtp.py" "$smtp_port" "$DATA/run/lmtp" "$DATA/run/server.pem" "$DATA/run/server.key" &
smtp=$!
$as /usr/sbin/dovecot -F -c "$DATA/dovecot.conf" &
dovecot=$!
trap 'kill $smtp $dovecot 2> /dev/null; wait; exit 0' TERM INT
wait $dovecot
kill $smtp
