#!/bin/sh
# Certificates for a test, made by openssl in the folder $1; NAME.pem and its key NAME.key:
#   ca        the authority; of all below but `stranger`
#   server    for 127.0.0.1        expired   the same, until yesterday
#   misnamed  for plant.example    client    ours
#   other_ca  another authority    stranger  a client of it
# serving.pem and serving.key are what the server under test presents: a copy of `server` at first.
set -eu
cd "$1"
key="ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"

authority() {
  openssl req -x509 -newkey $key -keyout "$1.key" -out "$1.pem" -days 2 -subj "/CN=maru test $1"
}

# certificate NAME AUTHORITY DAYS EXTENSION
certificate() {
  openssl req -newkey $key -keyout "$1.key" -out "$1.csr" -subj "/CN=maru test $1"
  printf '%s\n' "$4" > "$1.ext"
  openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -CAcreateserial -days "$3" \
    -extfile "$1.ext" -out "$1.pem"
}

authority ca
authority other_ca
certificate server ca 2 subjectAltName=IP:127.0.0.1
certificate expired ca -1 subjectAltName=IP:127.0.0.1
certificate misnamed ca 2 subjectAltName=DNS:plant.example
certificate client ca 2 extendedKeyUsage=clientAuth
certificate stranger other_ca 2 extendedKeyUsage=clientAuth
cp server.pem serving.pem
cp server.key serving.key
