#!/bin/sh
# The open data service needs Python's standard library alone.
exec python3 -c 'import http.server'
