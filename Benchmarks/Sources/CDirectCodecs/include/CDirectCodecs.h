#pragma once
#include <stddef.h>
/// Decompresses with the plainest call of the library itself, into a buffer of exactly `capacity` bytes.
/// Returns the number of bytes, or -1.
long direct_decompress(const char *codec, const void *packed, size_t packed_count, void *output, size_t capacity);

/// Compresses with zstd's own call, in a context of this call. Returns the number of bytes, or -1. Any thread.
long direct_zstd_compress(int level, const void *raw, size_t raw_count, void *output, size_t capacity);
