#!/usr/bin/env python3
"""Writes Vectors/*.json: what numpy 2.1.3 answers to random calls with random seeds.

    python3 Packages/NumPyRandom/Tests/make_vectors.py        # needs numpy 2.1.3 on x86-64

A file per function: a list of cases {"bits", "seed", "ops"}; the ops run one after another on one generator.
An op is [name, arguments, answer]; an argument is a decimal text (floats: 16 hexadecimal digits of their bits).
An answer is "count:first values:digest": values as 64-bit patterns in hexadecimal, at most three of them, and a
digest over all (h = (h ^ value) * 0x100000001b3 mod 2^64 from 0xcbf29ce484222325); "error" where numpy raises.
Every case ends with the generator's state.
"""

import json
import os
import struct
import warnings

import numpy as np

assert np.__version__ == '2.1.3', np.__version__
HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'Vectors')
INTS = ['int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32', 'int64', 'uint64', 'bool']
PICK = np.random.default_rng(20241102)  # chooses seeds and parameters


def pattern(value):
    if isinstance(value, (float, np.float64)):
        return struct.unpack('<Q', struct.pack('<d', value))[0]
    if isinstance(value, np.float32):
        return struct.unpack('<I', struct.pack('<f', value))[0]
    return int(value) & (2**64 - 1)


def answer(values):
    words = [pattern(v) for v in (values if isinstance(values, list) else np.atleast_1d(values).ravel())]
    digest = 0xCBF29CE484222325
    for word in words:
        digest = (digest ^ word) * 0x100000001B3 % 2**64
    return f'{len(words)}:{",".join(f"{w:x}" for w in words[:3])}:{digest:x}'


def bits_of(value):
    return struct.pack('>d', value).hex()


def float_of(text):
    return struct.unpack('>d', bytes.fromhex(text))[0]


def below(n):
    """An integer of 0..n-1 whose number of digits is uniform, so that small and huge ones occur."""
    top = min(n, 2 ** int(PICK.integers(1, n.bit_length() + 1)))
    return int.from_bytes(PICK.bytes(48), 'little') % top


def count():
    return [0, 1, 2, 3, 7, 16, 33, 257, 300][int(PICK.integers(0, 9))]


def weights(n):
    p = PICK.random(n) ** 3
    p[PICK.random(n) < 0.2] = 0
    p[int(PICK.integers(0, n))] += 0.1
    return p / p.sum()


def bounds(dtype):
    low, high = (0, 1) if dtype == 'bool' else (np.iinfo(dtype).min, np.iinfo(dtype).max)
    low, high = int(low), int(high)
    kind = int(PICK.integers(0, 8))
    if kind == 0:
        return low, high
    if kind == 1 and dtype != 'bool':
        a = low + below(high - low - 1)
        return a, a + 1
    a, b = sorted([low + below(high - low + 1), low + below(high - low + 1)])
    if kind == 2:
        a, b = b, a  # mostly an error
    if kind == 3:
        a, b = low, low + below(high - low + 1)
    return a, b


def ordered(dtype):
    """Bounds with an integer between them, but for one pair in fifty."""
    a, b = sorted(bounds(dtype))
    return [a, b] if b > a or PICK.random() < 0.02 else [a, a + 1] if a < np.iinfo(dtype).max else [a - 1, a]


# How to draw the arguments of each op, and how numpy answers it. `r` is a Generator or a RandomState.
def _chosen(r, n, k, replace, shuffle, p):
    if isinstance(r, np.random.RandomState):
        return r.choice(n, k, replace, p)
    return r.choice(n, k, replace, p, shuffle=shuffle)


def _permuted(r, rows, columns, axis):
    a = np.arange(rows * columns).reshape(rows, columns)
    return r.permuted(a, axis=None if axis < 0 else axis)


def _shuffled(r, n, dtype):
    a = list(range(n)) if dtype == 'list' else np.arange(n).astype(dtype)
    r.shuffle(a)
    return np.array(a, dtype=np.int64)


OPS = {
    'raw': (lambda: [count()], lambda r, n: r.bit_generator.random_raw(int(n))),
    'shuffle': (lambda: [count(), ['list', 'int32', 'int64'][int(PICK.integers(0, 3))]],
                lambda r, n, t: _shuffled(r, int(n), t)),
    'permutation': (lambda: [count()], lambda r, n: r.permutation(int(n))),
    'permuted': (lambda: [count() % 9, count() % 40, int(PICK.integers(-1, 2))],
                 lambda r, a, b, x: _permuted(r, int(a), int(b), int(x))),
    'integer': (lambda: (lambda t: [t, *bounds(t), int(PICK.integers(0, 2))])(INTS[int(PICK.integers(0, 9))]),
                lambda r, t, a, b, e: r.integers(int(a), int(b), dtype=t, endpoint=e == '1')),
    'integers': (lambda: (lambda t: [t, *bounds(t), int(PICK.integers(0, 2)), count()])(INTS[int(PICK.integers(0, 9))]),
                 lambda r, t, a, b, e, n: r.integers(int(a), int(b), int(n), dtype=t, endpoint=e == '1')),
    'integers_of': (lambda: (lambda t: [t, int(PICK.integers(0, 2))] + sum([ordered(t) for _ in range(9)], []))(
                        INTS[int(PICK.integers(0, 8))]),
                    lambda r, t, e, *v: r.integers(np.array([int(x) for x in v[::2]], dtype=t),
                                                   np.array([int(x) for x in v[1::2]], dtype=t),
                                                   dtype=t, endpoint=e == '1')),
    'random': (lambda: [count()], lambda r, n: r.random(int(n))),
    'random32': (lambda: [count()], lambda r, n: r.random(int(n), dtype=np.float32)),
    'uniform': (lambda: [bits_of(x) for x in (lambda a: [a, a + 1000 * PICK.random() - 20])(
                    PICK.normal() * 10.0 ** int(PICK.integers(-3, 4)))] + [count()],
                lambda r, a, b, n: r.uniform(float_of(a), float_of(b), int(n))),
    'normal': (lambda: [bits_of(PICK.normal()), bits_of(abs(PICK.normal()) * 3 - 0.2), count()],
               lambda r, m, s, n: r.normal(float_of(m), float_of(s), int(n))),
    'normal32': (lambda: [count()], lambda r, n: r.standard_normal(int(n), dtype=np.float32)),
    'exponential': (lambda: [bits_of(abs(PICK.normal()) * 3 - 0.2), count()],
                    lambda r, s, n: r.exponential(float_of(s), int(n))),
    'exponential32': (lambda: [count()], lambda r, n: r.standard_exponential(int(n), dtype=np.float32)),
    'randint': (lambda: (lambda t: [t, *bounds(t), count()])(INTS[int(PICK.integers(0, 9))]),
                lambda r, t, a, b, n: r.randint(int(a), int(b), int(n), dtype=t)),
    'random_sample': (lambda: [count()], lambda r, n: r.random_sample(int(n))),
    'choice': (lambda: (lambda n: [n, min(below(n + 1), 500) + int(PICK.integers(0, 20) == 0), 0, int(PICK.integers(0, 2))])(
                   [1, 5, 300, 10000, 10001, 12000, 60000][int(PICK.integers(0, 7))]),
               lambda r, n, k, replace, shuffle: _chosen(r, int(n), int(k), replace == '1', shuffle == '1', None)),
    'choice_back': (lambda: [1 + below(2**40), count(), 1, 1],
                    lambda r, n, k, replace, shuffle: _chosen(r, int(n), int(k), True, True, None)),
    'choice_weighted': (lambda: (lambda n: [int(PICK.integers(0, 2)), int(PICK.integers(0, n // 2 + 2))]
                                 + [bits_of(x) for x in weights(n)])(1 + below(40)),
                        lambda r, replace, k, *p: _chosen(r, len(p), int(k), replace == '1', True,
                                                          np.array([float_of(x) for x in p]))),
}
for _name in ('normal', 'exponential', 'normal32', 'exponential32'):  # long enough to meet every branch of a ziggurat
    OPS['long_' + _name] = (lambda: [200000], {
        'normal': lambda r, n: r.standard_normal(int(n)),
        'exponential': lambda r, n: r.standard_exponential(int(n)),
        'normal32': OPS['normal32'][1], 'exponential32': OPS['exponential32'][1]}[_name])
GENERATOR = ['raw', 'shuffle', 'permutation', 'permuted', 'integer', 'integers', 'integers_of', 'random', 'random32',
             'uniform', 'choice', 'choice_back', 'choice_weighted', 'normal', 'normal32', 'exponential',
             'exponential32']
LEGACY = ['shuffle', 'permutation', 'randint', 'random_sample', 'uniform', 'choice', 'choice_back', 'choice_weighted',
          'normal']


def state_words(r):
    """The generator's state as numbers: PCG64's two as halves, MT19937's position and key."""
    s = (r.bit_generator if isinstance(r, np.random.Generator) else r._bit_generator).state
    if s['bit_generator'] == 'PCG64':
        a, b = s['state']['state'], s['state']['inc']
        return [a >> 64, a % 2**64, b >> 64, b % 2**64, s['has_uint32'], s['uinteger']]
    return [s['state']['pos'], *s['state']['key'].tolist()]


def seed():
    return str(below(2 ** int([8, 32, 64, 128, 300][int(PICK.integers(0, 5))])))


def case(bits, names):
    text = seed() if bits != 'RandomState' else str(below(2**32))
    r = {'PCG64': lambda s: np.random.Generator(np.random.PCG64(s)),
         'MT19937': lambda s: np.random.Generator(np.random.MT19937(s)),
         'RandomState': np.random.RandomState}[bits](int(text))
    ops = []
    for name in names:
        draw, call = OPS[name]
        arguments = [str(a) for a in draw()]
        try:
            result = answer(call(r, *arguments))
        except (ValueError, OverflowError, ZeroDivisionError):
            result = 'error'
        ops.append([name, arguments, result])
    ops.append(['state', [], answer(state_words(r))])
    return {'bits': bits, 'seed': text, 'ops': ops}


def pick(names, n):
    return [names[int(PICK.integers(0, len(names)))] for _ in range(n)]


def seeds():
    """Seed sequences: entropy as a list of texts, spawn key, pool size, and what comes of them."""
    out = []
    for number in range(60):
        entropy = [int(seed()) for _ in range([1, 1, 0, 3][number % 4])]
        key = [below(2**70) for _ in range(number // 4 % 3)]
        pool = [4, 4, 4, 5, 8][number % 5]
        sequence = np.random.SeedSequence(entropy if number % 4 else entropy[0], spawn_key=tuple(key), pool_size=pool)
        child = sequence.spawn(3)[2].spawn(1)[0]
        out.append({'entropy': [str(e) for e in entropy], 'key': [str(k) for k in key], 'pool_size': pool,
                    'pool': answer(sequence.pool), 'state32': answer(sequence.generate_state(11)),
                    'state64': answer(sequence.generate_state(7, np.uint64)),
                    'grandchild': answer(child.generate_state(5)),
                    'pcg64': answer(state_words(np.random.Generator(np.random.PCG64(sequence)))),
                    'mt19937': answer(state_words(np.random.Generator(np.random.MT19937(sequence))))})
    return out


def states():
    """States as numpy exports them, after advance, jumped and legacy seeding, with the draws that follow."""
    out = []
    for number in range(30):
        bits = np.random.PCG64(int(seed()))
        np.random.Generator(bits).integers(0, 100, number % 4)
        delta, jumps = below(2**128), int(PICK.integers(-3, 9))
        before = json.dumps(bits.state)
        jumped = json.dumps(bits.jumped(jumps).state)
        bits.advance(delta)
        out.append({'kind': 'PCG64', 'before': before, 'delta': str(delta), 'jumps': jumps, 'jumped': jumped,
                    'advanced': json.dumps(bits.state), 'raw': answer(bits.random_raw(5))})
    for number in range(8):
        seed_list = [[below(2**32) for _ in range([1, 2, 5, 700][number % 4])], below(2**32)][number >= 4]
        r = np.random.RandomState(seed_list)
        r.normal(size=number)
        state = r.get_state(legacy=False)
        state['state']['key'] = state['state']['key'].tolist()
        text = json.dumps(state)
        out.append({'kind': 'RandomState', 'seeds': [str(s) for s in np.atleast_1d(seed_list)], 'list': number < 4,
                    'normals': number, 'words': answer(state['state']['key']), 'before': text if number in (3, 6) else '',
                    'normal': answer(r.normal(size=3)), 'raw': answer(r._bit_generator.random_raw(700))})
    return out


def sums():
    """Sums of float64 vectors: the vector is random() times 10^integers(-6, 6) from one seed."""
    out = []
    for n in [*range(0, 20), 127, 128, 129, 130, 255, 256, 257, 1000, 1024, 5000, 12345]:
        r = np.random.default_rng(n)
        x = r.random(n) * 10.0 ** r.integers(-6, 6, n)
        out.append({'seed': n, 'vector': answer(x), 'sum': bits_of(float(x.sum()))})
    return out


def write(name, cases):
    with open(os.path.join(HERE, name + '.json'), 'w') as out:
        out.write('[\n' + ',\n'.join(json.dumps(c, separators=(',', ':')) for c in cases) + '\n]\n')


if __name__ == '__main__':
    warnings.simplefilter('ignore')
    os.makedirs(HERE, exist_ok=True)
    for function in GENERATOR:
        write(function, [case('PCG64', [function] * 3) for _ in range(40)]
              + [case('MT19937', [function] * 3) for _ in range(5)])
    for function in LEGACY:
        write('legacy_' + function, [case('RandomState', [function] * 3) for _ in range(30)])
    write('mixed', [case('PCG64', pick(GENERATOR, 30)) for _ in range(30)]
          + [case('MT19937', pick(GENERATOR, 30)) for _ in range(10)]
          + [case('RandomState', pick(LEGACY, 30)) for _ in range(10)])
    write('long', [case('PCG64', ['long_' + name]) for name in ('normal', 'exponential', 'normal32', 'exponential32')])
    write('seeds', seeds())
    write('states', states())
    write('sums', sums())
