#!/bin/sh
# Exit 0 once the server has made its history and its alarms, and listens (it writes the file after that).
[ -s "$DATA/ready" ]
