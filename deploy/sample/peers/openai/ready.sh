#!/bin/sh
# Exit 0 once the server answers.
exec curl -sf -m 5 -o /dev/null -H "Authorization: Bearer ${OPENAI_KEY:-none}" "http://127.0.0.1:$PORT/__aimock/health"
