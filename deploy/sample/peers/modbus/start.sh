#!/bin/sh
# A Modbus/TCP device (pymodbus) on 127.0.0.1:$PORT with the registers of plant.json's tags of source "modbus".
set -eu
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$DATA"
export PLANT="${PLANT:-$here/../../manufacturing/plant.json}" PORT DATA
exec "${MARU_CACHE:-$HOME/.cache/maru}/peers/modbus/venv/bin/python" "$here/device.py"
