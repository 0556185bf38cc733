"""Reads one data set with one peer for some seconds and prints samples a second as JSON; run by `peers`, in its Python.

  peer.py litdata|mosaicml FOLDER SECONDS       shuffled batches of 256 as contiguous tensors, warm, no worker processes
  peer.py write MDS-FOLDER LITDATA-FOLDER       the samples of an MDS data set, written as LitData does
"""
import json
import os
import sys
import time

import numpy as np
import torch

os.environ.setdefault("LITDATA_DISABLE_VERSION_CHECK", "1")
torch.set_num_threads(1)
BATCH = 256


def mds(folder, **options):
    from streaming import StreamingDataset
    return StreamingDataset(local=folder, batch_size=BATCH, **options)


def write(source, target):
    from litdata.streaming.writer import BinaryWriter
    os.makedirs(target)
    writer = BinaryWriter(target, chunk_bytes=1 << 26)
    samples = mds(source)
    for number in range(len(samples)):
        writer.add_item(number, {name: _plain(value) for name, value in samples[number].items()})
    writer.done()
    writer.merge(1)


def _plain(value):
    return value.item() if isinstance(value, np.generic) else value


def collate(samples):
    """One contiguous tensor a column, the quickest plain way."""
    return {name: _stacked([sample[name] for sample in samples]) for name in samples[0]}


def _stacked(values):
    if isinstance(values[0], (bytes, bytearray, memoryview)):
        return torch.frombuffer(bytearray(b"".join(values)), dtype=torch.uint8).view(len(values), -1)
    if isinstance(values[0], np.ndarray):
        return torch.from_numpy(np.stack(values))
    return torch.tensor(values)


def loader(peer, folder):
    if peer == "litdata":
        import litdata
        return litdata.StreamingDataLoader(litdata.StreamingDataset(folder, shuffle=True), batch_size=BATCH,
                                           collate_fn=collate)
    from torch.utils.data import DataLoader
    return DataLoader(mds(folder, shuffle=True), batch_size=BATCH, collate_fn=collate)


def measure(peer, folder, span):
    """Samples a second after the first batch; epochs follow one another until the span is over."""
    batches = loader(peer, folder)
    count, start = 0, None
    while start is None or time.monotonic() - start < span:
        for batch in batches:
            if start is None:
                start = time.monotonic()
                continue
            count += len(next(iter(batch.values())))
            if time.monotonic() - start > span:
                break
    return count / (time.monotonic() - start)


def main():
    if sys.argv[1] == "write":
        return write(*sys.argv[2:])
    print(json.dumps({"samples_per_s": measure(sys.argv[1], sys.argv[2], float(sys.argv[3]))}))
    sys.stdout.flush()
    # What their threads still do is nobody's business.
    os._exit(0)


main()
