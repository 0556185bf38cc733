"""expected.py DATASET OUT.npz LARGE: what each column of an MDS data set holds, by upstream's reader; and a data set of
16 arrays of 4 MiB below LARGE.

Of a column of numbers or of arrays of one shape an array; of others `NAME/values` and `NAME/offsets`.
"""

import json
import sys

import numpy as np
from streaming import MDSWriter
from streaming.base.format import reader_from_json

dataset, out, large = sys.argv[1:]


def element(encoding):
    """numpy's type and the shape of a row, None where rows have lengths of their own."""
    parts = encoding.split(':')
    if parts[0] == 'ndarray':
        return (np.dtype(parts[1]), tuple(map(int, parts[2].split(',')))) if len(parts) == 3 else None
    name = {'int': 'int64', 'float': 'float64'}.get(encoding, encoding)
    return (np.dtype(name), ()) if name in np.sctypeDict and encoding not in ('str', 'bytes') else None


columns = {}
index = json.load(open(dataset + '/index.json'))
for info in index['shards']:
    reader = reader_from_json(dataset, None, info)
    for number in range(reader.size):
        data = reader.get_sample_data(number)
        at = 4 * reader.column_sizes.count(None)
        heads = iter(np.frombuffer(data[:at], np.uint32))
        for name, encoding, size in zip(reader.column_names, reader.column_encodings, reader.column_sizes):
            size = int(next(heads)) if size is None else size
            columns.setdefault((name, encoding), []).append(data[at:at + size])
            at += size

arrays = {}
for (name, encoding), rows in columns.items():
    kind = element(encoding)
    values = np.frombuffer(b''.join(rows), np.uint8)
    if kind is None:
        arrays[name + '/values'] = values
        arrays[name + '/offsets'] = np.cumsum([0] + [len(row) for row in rows], dtype=np.int64)
    else:
        arrays[name] = values.view(kind[0]).reshape(len(rows), *kind[1])
np.savez(out, **arrays)

with MDSWriter(out=large, columns={'image': 'ndarray:uint8:2048,2048'}, size_limit=1 << 30) as writer:
    for i in range(16):
        writer.write({'image': np.full((2048, 2048), i, np.uint8)})
