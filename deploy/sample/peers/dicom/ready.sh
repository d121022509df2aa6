#!/bin/sh
# Ready once seeded and answering.
test -e "$DATA/seeded" &&
  exec curl -sf -o /dev/null --max-time 2 -u "maru:${DICOM_PASSWORD:-sample}" "http://127.0.0.1:$PORT/system"
