#!/bin/sh
# Orthanc, its DICOMweb plugin and dcmtk are Debian packages (deploy/packages.txt); here is checked that they are there.
set -eu
for program in Orthanc dump2dcm; do
  command -v $program >/dev/null || { echo "$program is missing: apt-get install orthanc orthanc-dicomweb dcmtk" >&2; exit 1; }
done
test -e /usr/share/orthanc/plugins/libOrthancDicomWeb.so
