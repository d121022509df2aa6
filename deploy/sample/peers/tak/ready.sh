#!/bin/sh
# Exit 0 once the server listens and has been told the positions.
[ -s "$DATA/ready" ]
