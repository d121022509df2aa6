#!/bin/sh
# PostgreSQL comes with Maru's own packages; the documents of the sample are written by python-hwpx.
exec "$(dirname "$0")/../hwpx/install.sh"
