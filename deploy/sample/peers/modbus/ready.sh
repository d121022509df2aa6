#!/bin/bash
# Exit 0 once the device listens.
exec 3<>"/dev/tcp/127.0.0.1/$PORT" 2>/dev/null
