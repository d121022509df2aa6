#!/bin/sh
# Dovecot comes with Debian's packages; aiosmtpd receives what is sent and hands it to Dovecot over LMTP.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
"$here/../hwpx/install.sh"
exec sh "$here/../venv_install.sh" "$here"
