"""A Modbus/TCP device for the tags of plant.json with source "modbus": pymodbus, configured."""

import json
import os
import struct

from pymodbus.datastore import ModbusServerContext, ModbusSlaveContext, ModbusSparseDataBlock
from pymodbus.server import StartTcpServer

plant = json.load(open(os.environ['PLANT'], encoding='utf-8'))


def words(tag):
    both = struct.unpack('>HH', struct.pack('>f', tag['mean']))
    return both if tag['word_order'] == 'big' else both[::-1]


units = {}
for tag in plant['tags']:
    if tag['source'] == 'modbus':
        tables = units.setdefault(tag['device'], {'holding': {}, 'input': {}})
        for offset, word in enumerate(words(tag)):
            tables[tag['table']][tag['register'] + offset] = word
slaves = {
    unit: ModbusSlaveContext(hr=ModbusSparseDataBlock(tables['holding'] or {0: 0}),
                             ir=ModbusSparseDataBlock(tables['input'] or {0: 0}), zero_mode=True)
    for unit, tables in units.items()}
StartTcpServer(context=ModbusServerContext(slaves=slaves, single=False), address=('127.0.0.1', int(os.environ['PORT'])))
