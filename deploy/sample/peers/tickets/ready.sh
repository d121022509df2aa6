#!/bin/sh
exec curl -sf -m 5 -o /dev/null -H "X-Redmine-API-Key: sampleredminekey" "http://127.0.0.1:$PORT/users/current.json"
