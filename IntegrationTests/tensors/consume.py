"""consume.py LIBRARY DATASET EXPECTED.npz LARGE [numpy|torch]…: takes every column of a data set over with from_dlpack and
compares values, types and addresses; sees the memory come back; measures a batch of 1 GiB."""

import gc
import resource
import sys
import time

import numpy as np
from library import END, LENGTHS, OFFSETS, SAMPLE_IDS, TIMED_OUT, VALUES, Failed, Library, Versioned

library = Library(sys.argv[1])
dataset, expected, large, modules = sys.argv[2], np.load(sys.argv[3]), sys.argv[4], sys.argv[5:]
consumers = {}
for name in modules:
    module = __import__(name)
    # array, then: address, a view as numpy's
    consumers[name] = ((np.from_dlpack, lambda a: a.__array_interface__['data'][0], np.asarray) if name == 'numpy' else
                       (module.from_dlpack, lambda a: a.data_ptr(), lambda a: a.numpy()))
    print(f'{name} {module.__version__}', end=', ')


def require(condition, *what):
    if not condition:
        sys.exit('tensors: ' + ' '.join(map(str, what)))


def same(array, values, *where):
    require(array.dtype == values.dtype and array.shape == values.shape, *where, 'expected', values.dtype, values.shape,
            'found', array.dtype, array.shape)
    require(array.tobytes() == values.tobytes(), *where, 'has other values')


def every_column():
    """Each column, part, layout and consumer."""
    count = 0
    handle = library.open(local=dataset, batch_size=12, allow_unsafe_types=True)
    loader = library.start(handle)
    for batch in library.batches(loader):
        names = batch.names()
        require(sorted(names) == sorted({name.split('/')[0] for name in expected.files}), 'other columns:', names)
        parts = [(name, VALUES, expected[name]) for name in names if name in expected.files]
        for name in names:
            if name not in expected.files:
                parts += [(name, VALUES, expected[name + '/values']), (name, OFFSETS, expected[name + '/offsets'])]
                require(batch.dtype(name) in ('bytes', 'string'), name, 'is', batch.dtype(name))
            else:
                require(batch.dtype(name) == str(expected[name].dtype), name, 'is', batch.dtype(name))
        parts.append(('ids', SAMPLE_IDS, np.arange(12)))
        for name, part, values in parts:
            for consumer, (take, address, plain) in consumers.items():
                for versioned in (True, False, None):
                    exported = batch.tensor(name, part, versioned)
                    array = take(exported)
                    same(plain(array), values, consumer, name, part)
                    require(values.size == 0 or address(array) == exported.data, consumer, name, 'was copied')
                    if consumer == 'numpy':
                        require(not array.flags.writeable, name, 'is writable')
                    count += 1
        if 'torch' in consumers:
            # PyTorch leaves it to the caller to look at the flag, and then both sides see what one writes.
            exported = batch.tensor('int', flags=1)
            array = consumers['torch'][0](exported)
            array[0] = 77
            require(np.from_dlpack(batch.tensor('int'))[0] == 77, 'a write was not seen')
    padded = library.start(handle, columns=[{'name': 'str', 'dtype': 'uint8', 'pad_to': 'longest', 'pad_value': 42}])
    offsets, text = expected['str/offsets'], expected['str/values']
    lengths = np.diff(offsets)
    wanted = np.full((12, lengths.max()), 42, np.uint8)
    for row in range(12):
        wanted[row, :lengths[row]] = text[offsets[row]:offsets[row + 1]]
    for batch in library.batches(padded):
        for consumer, (take, _, plain) in consumers.items():
            same(plain(take(batch.tensor('str'))), wanted, consumer, 'padded')
            same(plain(take(batch.tensor('str', LENGTHS))), lengths, consumer, 'lengths')
            count += 2
    print(f'{count} tensors of {len(names)} columns equal, none copied', end=', ')


def comes_back():
    """The memory of a batch is not used again while a tensor of it lives, and is used again after its deleter ran."""
    for consumer, (take, address, plain) in consumers.items():
        for layout in (True, False):
            handle = library.open(streams=[{'local': dataset, 'choose': 2400}], batch_size=12, allow_unsafe_types=True)
            batches = library.batches(library.start(handle, prefetch_batches=2, threads=1, columns=['int', 'float64']))
            first = next(batches)
            held = [take(first.tensor('int', versioned=layout)), take(first.tensor('float64', versioned=layout))]
            before = [plain(array).copy() for array in held]
            own = address(held[0])
            unused = first.tensor('int').__dlpack__()

            def twenty():
                # All at once, so that memory that is free is taken before new memory.
                arrays = [take(next(batches).tensor('int', versioned=layout)) for _ in range(20)]
                return {address(array) for array in arrays}

            for number, name in enumerate(['both', 'one', 'the capsule that nobody took']):
                require(own not in twenty(), consumer, 'memory was used again while', name, 'lived')
                for array, values in zip(held, before[number:]):
                    same(plain(array), values, consumer, 'held')
                if held:
                    held.pop(0)
                    array = None
                else:
                    unused = None
                gc.collect()
            require(own in twenty(), consumer, 'memory was not used again after the last deleter')
    print('memory comes back with the last deleter', end=', ')


def no_leak():
    """The buffers of the epoch are made once, those of the next one when the last 64 batches are; tensors must leave nothing."""
    handle = library.open(streams=[{'local': dataset, 'choose': 24000}], batch_size=12, allow_unsafe_types=True)
    loader = library.start(handle)
    took, start, grown = 0, None, None
    for number, batch in enumerate(library.batches(loader)):
        if number < 1450:
            continue
        if number == 1550:
            took, start = 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if number == 1900:
            grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - start
            break
        for take, _, _ in consumers.values():
            for _ in range(40):
                take(batch.tensor('int'))
                batch.tensor('int', versioned=False).__dlpack__()
                took += 2
    batch.release()
    library.call('release', loader)
    # Of 28,000 tensors and more, each would leave 200 bytes at least: 5 MB.
    require(grown < 2000, 'memory grew by', grown, 'KiB')
    print(f'{took} tensors leave {grown} KiB', end=', ')


def large_batch():
    handle = library.open(streams=[{'local': large, 'choose': 256}], batch_size=256)
    for batch in library.batches(library.start(handle, prefetch_batches=1)):
        column = batch.index('image')
        times = []
        for _ in range(200):
            begin = time.perf_counter()
            tensor = batch.export(column, VALUES, Versioned, 0)
            times.append(time.perf_counter() - begin)
            tensor.contents.deleter(tensor)
        report = [f'exported in {sorted(times)[100] * 1e6:.0f} (at most {max(times) * 1e6:.0f}) us']
        require(sorted(times)[100] < 1e-3, 'a batch of 1 GiB:', report)
        for consumer, (take, address, plain) in consumers.items():
            times = []
            for _ in range(200):
                exported = batch.tensor('image')
                begin = time.perf_counter()
                array = take(exported)
                times.append(time.perf_counter() - begin)
            require(plain(array).nbytes == 1 << 30 and address(array) == exported.data, consumer, 'not the batch itself')
            require(sorted(plain(array)[:, -1, -1]) == sorted(list(range(16)) * 16), consumer, 'other values')
            require(sorted(times)[100] < 1e-3, consumer, 'took', sorted(times)[100])
            report.append(f'{consumer} has it in {sorted(times)[100] * 1e6:.0f} us')
        print('a batch of 1 GiB is', ', '.join(report))


every_column()
comes_back()
no_leak()
large_batch()
