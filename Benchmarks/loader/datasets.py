"""Data sets to measure with, written as MDS by a few lines of their own: large ones are one file under many names."""
import json
import os
import random
import struct
import zlib

CONFIG = {"column_encodings": [], "column_names": [], "column_sizes": [], "compression": None, "format": "mds",
          "hashes": [], "size_limit": 1 << 26, "version": 2}
# A file system allows about 65,000 names of one file.
NAMES_PER_FILE = 30_000


def shard(columns, samples):
    """An MDS shard of samples, each the list of its columns' bytes; columns are (name, encoding, size or None)."""
    config = dict(CONFIG, column_names=[c[0] for c in columns], column_encodings=[c[1] for c in columns],
                  column_sizes=[c[2] for c in columns])
    text = json.dumps(config, sort_keys=True).encode()
    bodies = []
    for sample in samples:
        head = b"".join(struct.pack("<I", len(v)) for v, c in zip(sample, columns) if c[2] is None)
        bodies.append(head + b"".join(sample))
    start = 4 + 4 * (len(bodies) + 1) + len(text)
    offsets = [start]
    for body in bodies:
        offsets.append(offsets[-1] + len(body))
    data = struct.pack("<I", len(bodies)) + struct.pack(f"<{len(offsets)}I", *offsets) + text + b"".join(bodies)
    return config, data


def write(folder, columns, shards):
    """Writes shards, given as (samples, number of names), and their index."""
    os.makedirs(folder)
    entries = []
    for samples, names in shards:
        config, data = shard(columns, samples)
        for place in range(names):
            name = f"shard.{len(entries):06}.mds"
            path = os.path.join(folder, name)
            if place % NAMES_PER_FILE == 0:
                first = path
                with open(path, "wb") as file:
                    file.write(data)
            else:
                os.link(first, path)
            entries.append(dict(config, raw_data={"basename": name, "bytes": len(data), "hashes": {}},
                                samples=len(samples), zip_data=None))
    with open(os.path.join(folder, "index.json"), "w") as file:
        json.dump({"shards": entries, "version": 2}, file)
    return folder


def large(folder, megabytes=160, shard_megabytes=8, row=16_384):
    """Samples of 16 KB that do not compress and a number."""
    columns = [("image", "bytes", None), ("label", "int", 8)]
    rows = shard_megabytes * (1 << 20) // row
    noise = random.Random(7)
    return write(folder, columns, [
        ([[noise.randbytes(row), struct.pack("<q", i)] for i in range(rows)], 1)
        for _ in range(megabytes // shard_megabytes)])


def text(folder, megabytes=160, shard_megabytes=8):
    """Samples of text that compresses to about a third."""
    noise = random.Random(7)
    words = ["".join(noise.choices("abcdefghijklmnopqrstuvwxyz", k=noise.randint(2, 9))) for _ in range(5000)]
    rows = shard_megabytes * (1 << 20) // 16_384
    return write(folder, [("text", "str", None)], [
        ([[" ".join(noise.choices(words, k=2500)).encode()] for _ in range(rows)], 1)
        for _ in range(megabytes // shard_megabytes)])


def tokens(folder, megabytes=160, shard_megabytes=8, length=2048):
    """Sequences of token ids: arrays of one shape."""
    noise = random.Random(7)
    rows = shard_megabytes * (1 << 20) // (2 * length)
    return write(folder, [("tokens", f"ndarray:uint16:{length}", 2 * length)], [
        ([[noise.randbytes(2 * length)] for _ in range(rows)], 1) for _ in range(megabytes // shard_megabytes)])


def tiny(folder, shards, samples_per_shard):
    """Samples of an int and a float32, the same in every shard."""
    columns = [("x", "int", 8), ("y", "float32", 4)]
    samples = [[struct.pack("<q", i), struct.pack("<f", i / 2)] for i in range(samples_per_shard)]
    return write(folder, columns, [(samples, shards)])


def checksum(folder):
    """Of all shards, by name."""
    return {name: zlib.crc32(open(os.path.join(folder, name), "rb").read())
            for name in sorted(os.listdir(folder)) if name.endswith(".mds")}
