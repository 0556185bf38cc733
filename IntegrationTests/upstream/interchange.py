"""Writes and reads data sets with upstream's own classes, for IntegrationTests/upstream-interchange.

interchange.py write DIR            data sets of every encoding that both sides have, and what their samples are
interchange.py compare EXPECTED     samples that `streaming head --json` printed on standard input, against a file
interchange.py read DIR EXPECTED    a data set that `streaming convert` wrote, against the rows that it was given
interchange.py sources DIR          CSV and JSON lines to convert, and their rows
"""

import base64
import csv
import json
import math
import os
import random
import struct
import sys

import numpy as np
from streaming import MDSWriter, Stream
from streaming.base.world import World

ENCODINGS = {
    'int': 'int', 'i8': 'int8', 'i16': 'int16', 'i32': 'int32', 'i64': 'int64', 'u8': 'uint8', 'u16': 'uint16',
    'u32': 'uint32', 'u64': 'uint64', 'f16': 'float16', 'f32': 'float32', 'f64': 'float64', 'raw': 'bytes',
    'text': 'str', 'tree': 'json', 'any': 'ndarray', 'typed': 'ndarray:int16', 'shaped': 'ndarray:float32:2,3',
}
SETTINGS = {
    'plain': {}, 'zstd': {'compression': 'zstd:3', 'hashes': ['xxh64']}, 'gz': {'compression': 'gz', 'hashes': ['sha1']},
}


def sample(rng, i):
    """A sample with a value of every encoding."""
    text = ''.join(rng.choice(['a', 'ß', '日', '🚀', '\n', ',', '"', '\0']) for _ in range(i % 23))
    return {
        'int': rng.randrange(-2**63, 2**63), 'i8': np.int8(i % 256 - 128), 'i16': np.int16(rng.randrange(-2**15, 2**15)),
        'i32': np.int32(rng.randrange(-2**31, 2**31)), 'i64': np.int64(rng.randrange(-2**63, 2**63)),
        'u8': np.uint8(i % 256), 'u16': np.uint16(rng.randrange(2**16)), 'u32': np.uint32(rng.randrange(2**32)),
        'u64': np.uint64(rng.randrange(2**64)), 'f16': np.float16(rng.uniform(-1, 1)),
        'f32': np.float32(rng.uniform(-1e30, 1e30)), 'f64': np.float64(rng.uniform(-1e300, 1e300)),
        'raw': rng.randbytes(i % 301), 'text': text, 'tree': {'i': i, 'list': [1.5, None, True, text], 'big': 2**70},
        'any': np.arange(i % 7 + 1, dtype=rng.choice([np.uint8, np.float64, np.int32])).reshape(1, -1),
        'typed': np.arange(i % 5 + 1, dtype=np.int16), 'shaped': np.full((2, 3), i, np.float32),
    }


def plain(value):
    """The value as `streaming head --json` prints it."""
    if isinstance(value, np.ndarray):
        return {'dtype': str(value.dtype), 'shape': list(value.shape), 'base64': base64.b64encode(value.tobytes()).decode()}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def same(left, right):
    """Equal values of equal types; floats bit for bit."""
    if isinstance(left, float) and isinstance(right, float):
        return struct.pack('<d', left) == struct.pack('<d', right) or (math.isnan(left) and math.isnan(right))
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    return type(left) is type(right) and left == right


def check(expected, came, where):
    if len(expected) != len(came):
        sys.exit(f'{where}: expected {len(expected)} samples, came {len(came)}')
    for number, (left, right) in enumerate(zip(expected, came)):
        for column in left.keys() | right.keys():
            if column not in left or column not in right or not same(left[column], right[column]):
                sys.exit(f'{where}: sample {number}, column {column}: expected {left.get(column)!r}, came {right.get(column)!r}')
    print(f'{where}: {len(expected)} samples equal')


def write(folder):
    for name, settings in SETTINGS.items():
        rng = random.Random(name)
        rows = [sample(rng, i) for i in range(500)]
        with MDSWriter(out=f'{folder}/{name}', columns=ENCODINGS, size_limit=1 << 15, **settings) as out:
            for row in rows:
                out.write(row)
        with open(f'{folder}/{name}.jsonl', 'w') as file:
            for row in rows:
                file.write(json.dumps({key: plain(value) for key, value in row.items()}) + '\n')


def compare(path):
    with open(path) as file:
        expected = [json.loads(line) for line in file]
    check(expected, [json.loads(line) for line in sys.stdin], path)


def read(folder, path):
    stream = Stream(local=folder, validate_hash=None)
    stream.apply_default({
        'remote': None, 'local': folder, 'split': None, 'download_retry': 1, 'download_timeout': 10,
        'validate_hash': None, 'keep_zip': True})
    came = []
    for shard in stream.get_shards(World.detect(), False):
        if shard.hashes:
            stream.validate_hash = shard.hashes[0]
        stream.prepare_shard(shard)
        came += [{key: plain(value) for key, value in shard[i].items()} for i in range(len(shard))]
    if len([name for name in os.listdir(folder) if name.endswith('.mds')]) < 2:
        sys.exit(f'{folder}: expected several shards')
    with open(path) as file:
        check([json.loads(line) for line in file], came, folder)


def sources(folder):
    rng = random.Random('sources')
    rows = [{
        'id': i, 'score': rng.uniform(-10, 10), 'text': ''.join(rng.choice('aß日🚀 x') for _ in range(i % 40)),
    } for i in range(2000)]
    with open(f'{folder}/rows.csv', 'w', newline='') as file:
        out = csv.DictWriter(file, ['id', 'score', 'text'])
        out.writeheader()
        out.writerows(rows)
    with open(f'{folder}/rows.jsonl', 'w') as file:
        for row in rows:
            file.write(json.dumps(row) + '\n')


if __name__ == '__main__':
    {'write': write, 'compare': compare, 'read': read, 'sources': sources}[sys.argv[1]](*sys.argv[2:])
