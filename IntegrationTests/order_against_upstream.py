"""Compares `streaming order` with upstream for random parameters: BINARY OUTPUT CASES SEED."""

import logging
import random
import subprocess
import sys
import warnings
from types import SimpleNamespace

import numpy as np
from streaming.base.batching import generate_work
from streaming.base.dataset import StreamingDataset
from streaming.base.stream import Stream
from streaming.base.world import World

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)

ALGORITHMS = ['none', 'naive', 'py1br', 'py1e', 'py1s', 'py2s']
BATCHING = ['random', 'random', 'per_stream', 'stratified', 'device_per_stream']


def draw(rnd):
    """One set of parameters."""
    case = SimpleNamespace()
    count = rnd.choice([1, 1, 2, 3, 5])
    top = rnd.choice([6, 40, 400])
    case.streams = [[rnd.randint(0 if rnd.random() < .1 else 1, top) for _ in range(rnd.randint(1, 12))]
                    for _ in range(count)]
    for sizes in case.streams:
        sizes[0] = max(1, sizes[0])
    kind = rnd.choice(['none', 'none', 'proportion', 'absolute', 'size'])
    case.weights = [{} for _ in case.streams]
    for weight in case.weights:
        if kind == 'proportion':
            weight['proportion'] = rnd.choice([1.0, 2.0, .25, rnd.random() + .05])
        elif kind == 'absolute':
            key = rnd.choice(['repeat', 'choose', None])
            if key:
                weight[key] = rnd.random() * 3 if key == 'repeat' else rnd.randint(0, 500)
    case.epoch_size = rnd.randint(1, 1000) if kind in ('proportion', 'size') and rnd.random() < .7 else None
    case.nodes, case.ranks, case.workers = rnd.choice([1, 2, 3, 4]), rnd.choice([1, 2, 3, 8]), rnd.randint(1, 3)
    case.batch = rnd.choice([1, 2, 3, 4, 8])
    case.replication = rnd.choice([None, None, None, 2, 4])
    case.seed = rnd.choice([0, 9176, rnd.randrange(2**31), rnd.randrange(2**70)])
    case.epoch = rnd.choice([0, 1, rnd.randint(2, 1000)])
    case.algorithm = rnd.choice(ALGORITHMS)
    case.block = rnd.choice([None, 1, 10, 100, 1000])
    case.canonical = rnd.choice([None, 1, 2, 4, 8, 12])
    case.partition = rnd.choice(['relaxed', 'orig'])
    case.batching = rnd.choice(BATCHING)
    case.sampling = rnd.choice(['balanced', 'fixed'])
    case.granularity = rnd.choice([1, 3, 100])
    case.drop = rnd.choice([0, 0, rnd.randint(0, 300)])
    case.initial = rnd.choice([None, None, 1, 2, 4])
    return case


def arguments(case):
    """The command line for a case."""
    yield from ['--algo', case.algorithm, '--seed', str(case.seed), '--epoch', str(case.epoch)]
    yield from ['--nodes', str(case.nodes), '--ranks', str(case.ranks), '--workers', str(case.workers)]
    yield from ['--batch-size', str(case.batch), '--partition', case.partition, '--batching', case.batching]
    yield from ['--sampling', case.sampling, '--granularity', str(case.granularity), '--drop-first', str(case.drop)]
    for name, value in [('--block-size', case.block), ('--canonical-nodes', case.canonical),
                        ('--epoch-size', case.epoch_size), ('--replication', case.replication),
                        ('--initial-nodes', case.initial)]:
        if value is not None:
            yield from [name, str(value)]
    for sizes, weight in zip(case.streams, case.weights):
        yield from ['--shard-sizes', ','.join(map(str, sizes))]
        yield from ['--weight', '='.join(map(str, *weight.items())) if weight else 'none']


def upstream(case):
    """The work array of upstream, for every rank of the unreplicated world; None where it refuses."""
    per_stream = np.array([sum(sizes) for sizes in case.streams], np.int64)
    streams = [SimpleNamespace(**weight) for weight in case.weights]
    try:
        size = Stream.apply_weights(streams, per_stream, case.epoch_size, case.seed)
        world = World(case.nodes, case.ranks, case.workers, 0)
        parallel = world.replicate(case.replication) if case.replication else world
        shards = np.array([len(sizes) for sizes in case.streams])
        samples = np.array([size for sizes in case.streams for size in sizes], np.int64)
        canonical = case.canonical or parallel.num_nodes * (64 if case.algorithm in ('py1s', 'py2s') else 1)
        shuffled = case.algorithm != 'none'
        dataset = SimpleNamespace(
            sampling_method=case.sampling, shuffle_seed=case.seed, num_streams=len(streams),
            shard_offset_per_stream=shards.cumsum() - shards, shards_per_stream=shards, samples_per_shard=samples,
            sample_offset_per_shard=samples.cumsum() - samples, streams=streams,
            sampling_granularity=case.granularity, epoch_seed_change=shuffled and case.sampling == 'balanced',
            num_canonical_nodes=canonical, batch_size=case.batch, partition_algo=case.partition, epoch_size=size,
            initial_physical_nodes=case.initial, shuffle=shuffled, shuffle_algo=case.algorithm,
            shuffle_block_size=case.block or max(4_000_000 // canonical, 1 << 18))
        dataset.resample_streams = lambda epoch, stream=None: StreamingDataset.resample_streams(dataset, epoch, stream)
        work = generate_work(case.batching, dataset, parallel, case.epoch, case.drop)
    except (ValueError, RuntimeError, ZeroDivisionError, IndexError):
        return None
    work = work.reshape(parallel.num_ranks, *work.shape[2:])
    return np.repeat(work, case.replication or 1, axis=0)


def ties(case):
    """Whether streams have equal remainders in stratified batching, whose order upstream leaves to the CPU."""
    return case.batching == 'stratified' and len(case.streams) > 3


def main():
    binary, output, count, seed = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    rnd = random.Random(seed)
    equal = refused = 0
    while equal + refused < count or equal < count * 2 // 3:
        case = draw(rnd)
        if ties(case):
            continue
        expected = upstream(case)
        command = [binary, 'order', *arguments(case), '--out', output]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if expected is None:
            if run.returncode == 0 or run.returncode < 0:
                sys.exit(f'upstream refuses, ours does not (status {run.returncode}):\n{" ".join(command)}')
            refused += 1
            continue
        if run.returncode:
            sys.exit(f'refused with status {run.returncode}, upstream does not:\n{run.stderr}{" ".join(command)}')
        found = np.fromfile(output, '<i8')
        if not np.array_equal(found, expected.ravel()):
            sys.exit(f'differs from upstream (shape {expected.shape}):\n{" ".join(command)}')
        equal += 1
    print(f'{equal} orders equal to upstream, {refused} refused by both (seed {seed})')


if __name__ == '__main__':
    main()
