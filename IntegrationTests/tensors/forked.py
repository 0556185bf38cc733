"""Processes started by fork, spawn and forkserver, before and after the parent has used the library: forked.py LIBRARY DATA.

Each reads all samples, or is refused at once; nothing hangs. What a forked process has copies of keeps no lock of a cache.
"""

import gc
import os
import signal
import sys
import tempfile
import time

import numpy as np
import torch
from library import Failed, Library

FORKED, LIMIT = 11, 5


class Samples(torch.utils.data.IterableDataset):
    """Opens the data set in the process that iterates, as a worker should."""

    def __init__(self, library, data):
        self.library, self.data = library, data

    def __iter__(self):
        library = Library(self.library)
        dataset = library.open(local=self.data, batch_size=4, allow_unsafe_types=True)
        for batch in library.batches(library.start(dataset, columns=['int16'])):
            yield batch.rows


def load(library, data, method):
    """The samples that one worker of a DataLoader delivers."""
    loader = torch.utils.data.DataLoader(
        Samples(library, data), batch_size=None, num_workers=1, multiprocessing_context=method, timeout=60)
    return sum(loader)


def forked(body):
    """What `body` returns in a forked process, a small number; a process that hangs is ended and told."""
    child = os.fork()
    if child == 0:
        signal.alarm(LIMIT)  # ends a process that hangs
        result = 99
        try:
            result = body()
        finally:
            os._exit(result)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        sys.exit(f'forked: a forked process was ended by signal {os.WTERMSIG(status)}: it hung for {LIMIT} s or crashed')
    return os.WEXITSTATUS(status)


def status_of(body):
    try:
        body()
        return 0
    except Failed as error:
        return error.status


def check(what, expected, came):
    if expected != came:
        sys.exit(f'forked: {what}: expected {expected}, came {came}')


def workers(path, data, count):
    """DataLoader workers, before and after the parent's first call."""
    for method in ['fork', 'spawn', 'forkserver']:
        check(f'{method} before the first call', count, load(path, data, method))
    library = Library(path)
    check('the parent', count, library.number('sample_count', library.open(local=data, allow_unsafe_types=True)))
    for method in ['spawn', 'forkserver']:
        check(f'{method} after the first call', count, load(path, data, method))
    start = time.monotonic()
    try:
        load(path, data, 'fork')
        sys.exit('forked: a worker forked after the first call was not refused')
    except Failed as error:
        # PyTorch raises the worker's error with its text in the parent.
        check('the refusal', True, 'spawn or forkserver' in str(error))
    except RuntimeError as error:
        check('the refusal', True, 'spawn or forkserver' in str(error))
    check('the refusal comes at once', True, time.monotonic() - start < LIMIT)
    return library


def handles(library, data):
    """What a forked process has of its parent's: every call is refused, tensors can be read and deleted."""
    dataset = library.open(local=data, batch_size=2, allow_unsafe_types=True)
    for number in range(40):
        loader = library.start(dataset, columns=['int16'])
        batches = library.batches(loader)
        batch = next(batches)
        array = np.from_dlpack(batch.tensor('int16', versioned=None))
        held = [np.from_dlpack(batch.tensor('int16', versioned=False)), array]
        expected = array.tolist()

        def use():
            statuses = {status_of(lambda: library.number('sample_count', dataset)), status_of(lambda: next(batches)),
                        status_of(lambda: library.open(local=data)), status_of(lambda: library.start(dataset))}
            same = held[1].tolist() == expected
            held.clear()
            gc.collect()
            return 0 if statuses == {FORKED} and same else 98

        # The loader's threads are busy while the process is forked.
        check(f'fork {number}', 0, forked(use))
        del held, array
        batches.close()
        library.call('release', loader)
    library.call('release', dataset)


def locks(library, data, other):
    """A forked process that lives on does not keep the directory that its parent has let go of."""
    with tempfile.TemporaryDirectory() as folder:
        dataset = library.open(remote=data, local=folder + '/cache', batch_size=4, allow_unsafe_types=True)
        loader = library.start(dataset, columns=['int16'])
        for _ in library.batches(loader):
            pass
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(writing)
            os.read(reading, 1)  # until the parent closes its end
            os._exit(0)
        os.close(reading)
        library.call('release', loader)
        library.call('release', dataset)
        # Refused while somebody uses it for another address.
        dataset = library.open(remote=other, local=folder + '/cache', allow_unsafe_types=True)
        library.call('release', dataset)
        os.close(writing)
        os.waitpid(child, 0)


if __name__ == '__main__':
    path, data = sys.argv[1:3]
    # The same data set under another address.
    with tempfile.TemporaryDirectory() as folder:
        other = folder + '/other'
        os.symlink(os.path.abspath(data), other)
        used = workers(path, data, 12)
        handles(used, data)
        locks(used, data, other)
    print('processes by fork, spawn and forkserver: all read or refused, none hangs, none keeps a lock')
