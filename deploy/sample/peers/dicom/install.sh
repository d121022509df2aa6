#!/bin/sh
# Orthanc, its DICOMweb plugin and dcmtk are Debian packages (deploy/packages.txt); here is checked that they are there.
set -eu
. "$(dirname "$0")/../../../say.sh"
for program in Orthanc dump2dcm; do
  command -v $program >/dev/null || {
    words "$program is missing: apt-get install orthanc orthanc-dicomweb dcmtk" \
      "$program 프로그램이 없습니다: apt-get install orthanc orthanc-dicomweb dcmtk" >&2
    exit 1
  }
done
plugin=/usr/share/orthanc/plugins/libOrthancDicomWeb.so
[ -e $plugin ] || {
  words "$plugin is missing: apt-get install orthanc-dicomweb" "$plugin 파일이 없습니다: apt-get install orthanc-dicomweb" >&2
  exit 1
}
