#!/bin/sh
# The law service needs Python's standard library alone.
exec python3 -c 'import http.server'
