#!/bin/sh
# Exit 0 once the edge node has published its births.
[ -s "$DATA/ready" ]
