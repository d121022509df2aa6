#!/bin/sh
# Makes the key pair that signs labels: $1/label_key.pem and $1/label_certificate.pem (EC P-384), unless they are there.
set -eu
umask 077
mkdir -p "$1"
[ -s "$1/label_certificate.pem" ] && exit 0
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -sha384 -days 3650 -subj "/O=Gaon/CN=label authority" \
  -keyout "$1/label_key.pem" -out "$1/label_certificate.new" 2>/dev/null
mv "$1/label_certificate.new" "$1/label_certificate.pem"
