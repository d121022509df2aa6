#!/bin/sh
# Ready once the server answers: it listens only after seeding.
exec curl -s -o /dev/null --max-time 2 "http://127.0.0.1:$PORT/"
