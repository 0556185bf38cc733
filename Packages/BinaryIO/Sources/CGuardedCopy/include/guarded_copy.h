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

/// A file mapping that this thread reads directly, between begin and end, in the manner of Wayland's shared-memory buffers.
struct guarded_access {
  const void *start;
  size_t byte_count;
  /// Set to 1 when pages of the mapping were gone and zeros took their place, for as long as the mapping lives.
  int32_t *lost;
  struct guarded_access *outer;
};

/// From here on, a page of the mapping that is gone reads as zeros in this thread, and `lost` is set, instead of SIGBUS.
/// Accesses nest; each ends in the thread that began it, the last one first.
void guarded_access_begin(struct guarded_access *access);
void guarded_access_end(struct guarded_access *access);

/// The last byte of the mapping that is not zero, within its last page, and its offset; the last byte where all are zero.
/// A cut leaves zeros from its place to the end of the page, without SIGBUS: it is before this byte, and then this byte is
/// zero or its page gone, or it loses nothing but zeros.
struct guarded_tail {
  size_t offset;
  uint8_t byte;
};

/// Finds the tail of a mapping of at least one byte.
struct guarded_tail guarded_access_tail(struct guarded_access *access);

/// Whether the mark is set, or has to be set since the tail is no longer what it was. After reads of the mapping: none of
/// them met a cut when the tail still stands.
int32_t guarded_access_is_cut(struct guarded_access *access, struct guarded_tail tail);
