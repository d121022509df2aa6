#!/bin/sh
exec curl -sf -m 5 -o /dev/null -H "X-Redmine-API-Key: sample-redmine-key" "http://127.0.0.1:$PORT/issues.json?limit=1"
