#!/bin/sh
# Orthanc with DICOMweb on $PORT (it accepts callers of this machine only), images in $DATA, seeded from
# deploy/sample/medical/imaging.csv on first start. Base address: http://127.0.0.1:$PORT/dicom-web, user maru, password
# $DICOM_PASSWORD (default "sample"). No DIMSE port.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DICOM_PASSWORD:=sample}"
export DICOM_PASSWORD
mkdir -p "$DATA/storage"
cat > "$DATA/orthanc.json" <<JSON
{"Name": "가온의료원", "StorageDirectory": "$DATA/storage", "IndexDirectory": "$DATA/storage",
 "HttpPort": $PORT, "RemoteAccessAllowed": false, "DicomServerEnabled": false, "DefaultEncoding": "Utf8",
 "AuthenticationEnabled": true, "RegisteredUsers": {"maru": "$DICOM_PASSWORD"},
 "Plugins": ["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"],
 "DicomWeb": {"Enable": true, "Root": "/dicom-web/"}}
JSON
[ -e "$DATA/seeded" ] || python3 "$here/seed.py" "$here/../../medical/imaging.csv" "$DATA/seeded" &
exec Orthanc "$DATA/orthanc.json"
