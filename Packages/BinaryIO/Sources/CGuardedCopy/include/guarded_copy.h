#pragma once
#include <stddef.h>
#include <stdint.h>

/// One copy of a gather: `byte_count` bytes from a file mapping to a buffer.
struct guarded_copy_item {
  void *destination;
  const void *source;
  size_t byte_count;
};

/// Copies `count` items in order.
///
/// A mapped file that somebody truncates makes the kernel raise SIGBUS on the pages that are gone. The copies run
/// under a handler that recovers from exactly that, in this thread only; any other fault goes to the previous handler.
///
/// Returns -1 when all items were copied, else the index of the item whose source could not be read.
int64_t guarded_copy(const struct guarded_copy_item *items, int64_t count);

/// Copies one run of equally spaced pieces: `count` pieces of `byte_count` bytes, the i-th from `sources[i] + offset`
/// to `destination + i * stride`. Otherwise as `guarded_copy`.
int64_t guarded_copy_strided(void *destination, size_t stride, const void *const *sources, size_t offset,
                             size_t byte_count, int64_t count);
