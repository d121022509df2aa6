#!/bin/sh
# Exit 0 once the server answers a login; the database is filled before the server starts.
curl --silent --fail --max-time 20 -H 'Content-Type: application/json' \
  -d '{"id":1,"method":"common.db.login","params":["admin",{"password":"maru-erp"},"en"]}' \
  "http://127.0.0.1:$PORT/erp/" | grep -q '"result": *\[' 
