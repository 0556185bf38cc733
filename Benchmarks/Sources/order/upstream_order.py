"""Upstream's order of an epoch, timed: ALGORITHM SAMPLES SHARDS CANONICAL_NODES BATCH_SIZE BLOCK_SIZE SEED EPOCH.

Prints seconds of get_partitions and get_shuffle, seconds of looking the samples up, the checksum, and peak memory in
bytes.
"""

import resource
import sys
import time

import numpy as np
from streaming.base.partition import get_partitions
from streaming.base.shuffle import get_shuffle


def main():
    algorithm = sys.argv[1]
    samples, shards, nodes, batch, block, seed, epoch = map(int, sys.argv[2:])
    sizes = np.full(shards, samples // shards, np.int64)
    sizes[:samples % shards] += 1
    start = time.perf_counter()
    partition = get_partitions('relaxed', samples, nodes, 1, 1, 1, batch, 0)
    order = get_shuffle(algorithm, sizes, nodes, seed, epoch, block)
    ordered = time.perf_counter()
    ids = np.where(partition == -1, -1, order[partition]).ravel()
    looked_up = time.perf_counter()
    weights = np.arange(1, ids.size + 1, dtype=np.uint64)
    with np.errstate(over='ignore'):
        checksum = int((weights * ids.astype(np.int64).view(np.uint64)).sum(dtype=np.uint64))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(ordered - start, looked_up - ordered, checksum, peak)


main()
