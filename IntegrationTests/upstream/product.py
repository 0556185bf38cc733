"""Data sets over all encodings, compressions, hashes and formats, for IntegrationTests/upstream-product.

product.py sources DIR              what to convert: mds.jsonl, text.jsonl, and mds.columns, text.columns
product.py combinations short|long  a line each: name, format, compression, hashes, separator (`-` for none)
product.py check DIR COUNT          reads COUNT lines of combinations on standard input, each naming a data set of ours
                                    below DIR, and compares all its values as upstream reads them; deletes it
product.py write DIR                reads lines of combinations, and has upstream write these data sets below DIR
product.py compare FORMAT           samples that `streaming head --json` printed on standard input
"""

import base64
import io
import itertools
import json
import os
import pickle
import shutil
import struct
import sys
from decimal import Decimal

import numpy as np
from PIL import Image
from streaming import CSVWriter, JSONWriter, MDSWriter, Stream, TSVWriter, XSVWriter
from streaming.base.compression import get_compressions
from streaming.base.format.mds.encodings import get_mds_encodings
from streaming.base.hashing import get_hash, get_hashes
from streaming.base.world import World

DTYPES = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'uint64', 'int64', 'float16', 'float32', 'float64']
MODES = ['1', 'L', 'LA', 'P', 'RGB', 'RGBA', 'CMYK', 'YCbCr', 'HSV', 'I', 'F', 'I;16']
FORMATS = ['mds', 'csv', 'tsv', 'xsv', 'json']
FAMILIES = ['none', 'br', 'bz2', 'gz', 'snappy', 'zstd']
SEPARATORS = ['|', ';;', '¦', ' - ']
ROWS = 12


def picture(mode, width, height, seed):
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 4), np.uint8)
    image = Image.fromarray(pixels[..., :3], 'RGB')
    if mode == 'RGBA':
        return Image.fromarray(pixels, 'RGBA')
    if mode == 'LA':
        return Image.fromarray(pixels, 'RGBA').convert('LA')
    if mode == 'I;16':
        return Image.frombytes('I;16', (width, height), pixels[..., :2].tobytes())
    return image.convert(mode)


def file(image, form, **options):
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def array(dtype, shape, i):
    rng = np.random.default_rng([i, len(shape), *shape])
    size = int(np.prod(shape)) * np.dtype(dtype).itemsize
    # Large ones repeat themselves: the slowest levels would take seconds for them otherwise.
    data = rng.bytes(min(size, 4096)) * (size // 4096 + 1)
    return np.frombuffer(data[:size], dtype).reshape(shape)


def columns():
    """Every encoding of upstream, arrays of every type in each of their three forms."""
    names = {name: name for name in get_mds_encodings()}
    for number, dtype in enumerate(DTYPES):
        names[f'dynamic-{dtype}'] = 'ndarray'
        names[f'typed-{dtype}'] = f'ndarray:{dtype}'
        names[f'shaped-{dtype}'] = f'ndarray:{dtype}:' + ['5', '2,3', '2,1,4'][number % 3]
    return names


TEXT = {'id': 'int', 'score': 'float', 'text': 'str'}


def value(encoding, name, i):
    """The i-th value of a column, as upstream's writer takes it: files of images as bytes."""
    if encoding.startswith('ndarray'):
        parts = encoding.split(':')
        dtype = parts[1] if len(parts) > 1 else name.split('-')[1] if '-' in name else DTYPES[i % len(DTYPES)]
        # A dimension of one byte, of two and of four.
        shapes = [(1,), (300,), (2, 3), (1, 2, 3, 4), (70000 if i == 4 and dtype == 'uint8' else 7, 1)]
        return array(dtype, tuple(map(int, parts[2].split(','))) if len(parts) == 3 else shapes[i % len(shapes)], i)
    if encoding in ('int', 'int64') or encoding[:3] == 'int':
        bits = int(encoding[3:] or 64)
        number = [0, 1, -1, 2**(bits - 1) - 1, -2**(bits - 1)][i % 5]
        return number if encoding == 'int' else getattr(np, encoding)(number)
    if encoding[:4] == 'uint':
        return getattr(np, encoding)([0, 1, 2**int(encoding[4:]) - 1][i % 3])
    if encoding[:5] == 'float':
        kind = getattr(np, encoding)
        return kind([0.0, -0.0, 1.5, np.finfo(kind).max, np.finfo(kind).tiny, np.inf, -np.inf, np.nan][i % 8])
    text = ''.join('aß日🚀\n"\0,é'[(i * 7 + k) % 9] for k in range(i * 5))
    jpeg = [file(picture(['L', 'RGB', 'CMYK'][(i + k) % 3], 8 + i, 5, k), 'JPEG') for k in range(i % 3 + 1)]
    png = [file(picture(['L', 'RGB', 'RGBA', '1', 'LA', 'P'][(i + k) % 6], 5 + i, 6, k), 'PNG') for k in range(i % 3)]
    raw = [picture(MODES[(i + k) % len(MODES)], 9, 4 + i, k) for k in range(i % 3)]
    return {
        'bytes': bytes(range(256)) * (i % 4),
        'str': text,
        'str_int': [0, -7, 10**40, -10**25, 2**63, -2**63 - 1][i % 6],
        'str_float': [0.0, -0.0, 1e300, 5e-324, 0.1, float('inf'), float('nan')][i % 7],
        'str_decimal': Decimal(['0', '-1.50', '1E+30', '1.23E-20', '123456789012345678901234567890.5'][i % 5]),
        'json': [{'a': [1, 2.5, None, True, text], 'big': 2**80, 'deep': [[[{}]]]}, [], 'x', -0.0, None][i % 5],
        'pil': picture(MODES[i % len(MODES)], 3 + i, 4, i),
        'jpeg': jpeg[0], 'png': file(picture('RGBA', 4, 3 + i, i), 'PNG'),
        'list[jpeg]': jpeg[1:], 'list[png]': png, 'list[pil]': raw, 'jpeg_array': jpeg, 'jpegarray': jpeg,
        'pkl': {'text': text, 'tuple': (i, b'x'), 'set': {1, 2}},
    }[encoding]


def text_row(i):
    number = [0, -5, 2**62, -2**63, 17][i % 5]
    return {'id': number, 'score': [0.5, -1e-7, 1e22, 3.0, float('inf')][i % 5] * (i + 1),
            'text': ''.join('aß日🚀 x\'"é.'[(i * 3 + k) % 10] for k in range(i * 4))}


def rows(form):
    if form != 'mds':
        return [text_row(i) for i in range(ROWS)]
    names = columns()
    return [{name: value(encoding, name, i) for name, encoding in names.items()} for i in range(ROWS)]


def encoded(data):
    return base64.b64encode(data).decode()


def plain(value):
    """A value as `streaming head --json` prints it, and `streaming convert` takes it."""
    if isinstance(value, np.ndarray):
        return {'dtype': str(value.dtype), 'shape': list(value.shape), 'base64': encoded(value.tobytes())}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, bytes):
        return encoded(value)
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Image.Image):
        return {'mode': value.mode, 'size': list(value.size), 'base64': encoded(value.tobytes())}
    if isinstance(value, list):
        return [plain(element) for element in value]
    return value


def plain_row(row, names):
    return {name: encoded(pickle.dumps(value)) if names.get(name) == 'pkl' else plain(value) for name, value in row.items()}


def same(left, right):
    """Equal values of equal types; floats bit for bit, images by mode, size and pixels, JPEG files by what they show."""
    if isinstance(right, Image.Image):
        if isinstance(left, bytes):
            left = Image.open(io.BytesIO(left))
        return left.mode == right.mode and left.size == right.size and left.tobytes() == right.tobytes()
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if isinstance(left, np.generic):
        return left.dtype == right.dtype and left.tobytes() == right.tobytes()
    if isinstance(left, float):
        return struct.pack('<d', left) == struct.pack('<d', right)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    if isinstance(left, Decimal):
        return str(left) == str(right)
    return left == right


def check_rows(expected, came, where, ordered=True):
    if len(expected) != len(came):
        sys.exit(f'{where}: expected {len(expected)} samples, came {len(came)}')
    for number, (left, right) in enumerate(zip(expected, came)):
        if left.keys() != right.keys():
            sys.exit(f'{where}: sample {number}: expected columns {sorted(left)}, came {sorted(right)}')
        for name in left:
            if not same(left[name], right[name]):
                sys.exit(f'{where}: sample {number}, column {name}: expected {left[name]!r:.300}, came {right[name]!r:.300}')


def sources(folder):
    for form, names in [('mds', columns()), ('text', TEXT)]:
        with open(f'{folder}/{form}.columns', 'w') as out:
            out.write(','.join(f'{name}:{encoding}' for name, encoding in names.items()))
        with open(f'{folder}/{form}.jsonl', 'w') as out:
            for row in rows(form):
                out.write(json.dumps(plain_row(row, names)) + '\n')


def levels(family):
    return ['-'] if family == 'none' else sorted(name for name in get_compressions() if name.split(':')[0] == family)


def combinations(extent):
    """Long: the whole product. Short: every compression with its levels, and every pair of two of format, family, hash."""
    hashes = sorted(get_hashes())
    if extent == 'long':
        sets = ['-', *hashes, *map(','.join, itertools.combinations(hashes, 2))]
        product = itertools.product(FORMATS, [level for family in FAMILIES for level in levels(family)], sets)
    else:
        product = []
        for f, family in enumerate(FAMILIES):
            for h in range(max(len(hashes), len(levels(family)))):
                first, second = hashes[h % len(hashes)], hashes[(h + f + 1) % len(hashes)]
                product.append((FORMATS[(f + h) % len(FORMATS)], levels(family)[h % len(levels(family))],
                                ','.join(sorted({first, second})) if (f + h) % 2 else first))
        product += [(form, compression, '-') for form in FORMATS for compression in ['-', 'zstd']]
    for number, (form, compression, names) in enumerate(product):
        separator = SEPARATORS[number % len(SEPARATORS)] if form == 'xsv' else '-'
        print(f'{number}\t{form}\t{compression}\t{names}\t{separator}')


def lines():
    for line in sys.stdin:
        name, form, compression, hashes, separator = line.rstrip('\n').split('\t')
        yield name, form, compression, [] if hashes == '-' else hashes.split(','), separator


class Comparison:
    """Compares samples with what they must be. Bytes that were decoded and compared once are not decoded again."""

    def __init__(self):
        self.expected = {}
        for form in FORMATS:
            samples = rows('mds' if form == 'mds' else 'text')
            self.expected[form] = [{key: row[key] for key in sorted(row)} for row in samples]
        self.seen = set()

    def check(self, form, shards, where):
        expected = self.expected[form]
        if sum(map(len, shards)) != len(expected):
            sys.exit(f'{where}: expected {len(expected)} samples, came {sum(map(len, shards))}')
        number = 0
        for shard in shards:
            # All that decoding depends on besides the sample's bytes.
            how = repr([(key, value) for key, value in sorted(vars(shard).items())
                        if key.startswith('column') or key in ('separator', 'newline')])
            for i in range(len(shard)):
                key = form, how, number, shard.get_sample_data(i)
                if key not in self.seen:
                    check_rows([expected[number]], [shard[i]], f'{where}, sample {number}')
                    self.seen.add(key)
                number += 1


def came_shards(remote, local, algorithm, hashes, compression):
    """Opens a data set as upstream's streams do: copied from where it lies, its hashes checked, decompressed."""
    stream = Stream(remote=remote, local=local)
    stream.apply_default({
        'remote': remote, 'local': local, 'split': None, 'download_retry': 1, 'download_timeout': 10,
        'validate_hash': algorithm, 'keep_zip': True})
    shards = stream.get_shards(World.detect(), True)
    for shard in shards:
        if list(shard.hashes) != hashes or shard.compression != compression:
            sys.exit(f'{remote}: expected {compression} and {hashes}, the index has {shard.compression} and {shard.hashes}')
        stream.prepare_shard(shard)
        for raw, zip_info in shard.file_pairs:
            for info in [raw, zip_info]:
                if info is None:
                    continue
                with open(f'{local}/{info.basename}', 'rb') as stored:
                    data = stored.read()
                if len(data) != info.bytes or any(get_hash(name, data) != info.hashes[name] for name in hashes):
                    sys.exit(f'{remote}: {info.basename} is not what the index tells')
    return shards


def check(folder, expected_count):
    comparison = Comparison()
    count = 0
    for name, form, compression, hashes, _ in lines():
        remote, local = f'{folder}/{name}', f'{folder}/{name}-read'
        where = f'{form}, {compression}, {",".join(hashes) or "no hash"}'
        for algorithm in hashes or [None]:
            shards = came_shards(remote, local, algorithm, hashes, None if compression == '-' else compression)
            comparison.check(form, shards, where)
            shutil.rmtree(local)
        shutil.rmtree(remote)
        count += 1
    if count == 0 or count != int(expected_count):
        sys.exit(f'expected {expected_count} data sets to check, found {count}')
    print(f'{count} data sets of ours read equal by upstream')


def for_writer(value, encoding):
    """Upstream's writer takes images, and copies the bytes of those that were opened from a file."""
    if encoding in ('jpeg', 'png', 'list[jpeg]', 'list[png]'):
        if isinstance(value, list):
            return [for_writer(element, encoding[5:-1]) for element in value]
        return Image.open(io.BytesIO(value))
    return value


def write(folder):
    names = columns()
    del names['pkl']  # `streaming head` does not open pickles
    samples = {form: rows('mds' if form == 'mds' else 'text') for form in FORMATS}
    writers = {'mds': MDSWriter, 'csv': CSVWriter, 'tsv': TSVWriter, 'xsv': XSVWriter, 'json': JSONWriter}
    for name, form, compression, hashes, separator in lines():
        options = {'separator': separator} if form == 'xsv' else {}
        with writers[form](out=f'{folder}/{name}', columns=names if form == 'mds' else TEXT, hashes=hashes,
                           compression=None if compression == '-' else compression,
                           size_limit=128 << 10 if form == 'mds' else 200, **options) as out:
            for row in samples[form]:
                out.write({key: for_writer(row[key], names.get(key, '')) for key in (names if form == 'mds' else TEXT)})


def compare(form):
    names = columns()
    expected = []
    for row in rows('mds' if form == 'mds' else 'text'):
        row = {key: value for key, value in row.items() if key != 'pkl'}
        for key in row:
            if names.get(key) in ('jpeg', 'list[jpeg]', 'png', 'list[png]') and form == 'mds':
                # Upstream encodes these anew: what must be equal is the file that it makes of them.
                encoder = get_mds_encodings_object(names[key])
                again = encoder.encode(for_writer(row[key], names[key]))
                row[key] = again if not names[key].startswith('list') else parts(again)
        expected.append(json.loads(json.dumps(plain_row(row, names if form == 'mds' else TEXT))))
    came = [json.loads(line) for line in sys.stdin]
    check_rows([{key: row[key] for key in sorted(row)} for row in expected], came, f'upstream\'s {form}')


def get_mds_encodings_object(name):
    from streaming.base.format.mds.encodings import _encodings
    return _encodings[name]()


def parts(data):
    count = struct.unpack_from('<I', data, 4)[0]
    sizes = struct.unpack_from(f'<{count}I', data, 8)
    start, elements = 8 + 4 * count, []
    for size in sizes:
        elements.append(data[start:start + size])
        start += size
    return elements


if __name__ == '__main__':
    {'sources': sources, 'combinations': combinations, 'check': check, 'write': write, 'compare': compare}[
        sys.argv[1]](*sys.argv[2:])
