// Data sets as batches of tensors, for any language that can call C. Link with libStreamingC.
//
//   streaming_handle dataset, loader, batch;
//   streaming_open("{\"local\": \"data/digits\", \"batch_size\": 256, \"shuffle\": true}", &dataset);
//   streaming_start(dataset, NULL, &loader);                        // the next epoch
//   while (streaming_next(loader, &batch) == STREAMING_OK) {
//     DLManagedTensorVersioned *labels;
//     int64_t column;
//     if (streaming_column_index(batch, "label", &column) == STREAMING_OK &&
//         streaming_export(batch, column, STREAMING_VALUES, 0, &labels) == STREAMING_OK) {
//       …                                                           // no copy: the batch's own memory
//       labels->deleter(labels);
//     }
//     streaming_release(batch);
//   }
//   streaming_release(loader);
//   streaming_release(dataset);
//
// Every function may be called on any thread, and blocks only where it says so. Whatever handle, number or null pointer
// it is given, it returns a status; what can't be checked is that other pointers lead to memory of the caller's and that
// texts end with a zero byte. Texts are UTF-8.
#ifndef STREAMING_H
#define STREAMING_H

#include <stddef.h>
#include <stdint.h>

#include "dlpack.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A data set, a loader or a batch. Numbers are never used twice, so a released handle is refused. 0 is none.
typedef uint64_t streaming_handle;

/// What came of a call: 0 or one of the names below.
typedef int32_t streaming_status;

enum {
  STREAMING_OK = 0,
  /// There is no further batch.
  STREAMING_END = 1,
  /// The handle was released, was never given out, or is of another kind.
  STREAMING_BAD_HANDLE = 2,
  /// A null pointer, a number out of range, or text that is not UTF-8.
  STREAMING_BAD_ARGUMENT = 3,
  /// Options that are no JSON object, an unknown name, a value of another kind, or settings that don't go together.
  STREAMING_BAD_OPTIONS = 4,
  /// The text does not fit; its length was written.
  STREAMING_TOO_SMALL = 5,
  /// Another thread is inside `streaming_next` with this loader.
  STREAMING_BUSY = 6,
  /// The index or a shard can't be had, or holds something else than it promises.
  STREAMING_UNREADABLE = 7,
  /// Nothing came in time.
  STREAMING_TIMED_OUT = 8,
  /// There is no memory for a batch.
  STREAMING_OUT_OF_MEMORY = 9,
  /// The loader was released while it was waited for.
  STREAMING_CLOSED = 10,
  /// This process was forked from one that had used the library before, whose threads are not here. Nothing works, and
  /// nothing hangs; tensors that were handed over before can be read.
  STREAMING_FORKED = 11,
};

/// Which tensor of a column.
enum {
  /// The values of all rows. Rows of different length lie back to back, in one dimension.
  STREAMING_VALUES = 0,
  /// Of a column whose rows have different lengths: where each begins, in elements; one number more than rows.
  STREAMING_OFFSETS = 1,
  /// Of a padded column: how many elements of each row are its own.
  STREAMING_LENGTHS = 2,
  /// The number of each sample in its epoch; the column plays no part.
  STREAMING_SAMPLE_IDS = 3,
};

/// For `streaming_export`: leave out the read-only flag. Only when nobody else reads the batch.
#define STREAMING_WRITABLE 1u

/// The version of these functions, 1. Another one may have other functions.
uint32_t streaming_interface_version(void);

/// What was wrong with the last call on this thread that returned neither `STREAMING_OK` nor `STREAMING_END`, and what to
/// do; valid until the thread's next call. Never null.
const char *streaming_error_text(void);

/// Opens a data set: a JSON object of options, or a path or URL alone. Reads the indexes; blocks for that long.
///
/// `{"remote": "s3://bucket/digits", "local": "cache/digits", "batch_size": 256, "shuffle": true}`; instead of `remote`,
/// `local` and `split` a list `streams` of such objects with `proportion`, `repeat` or `choose`. The names are those of
/// upstream's StreamingDataset: `shuffle_algo`, `shuffle_seed`, `shuffle_block_size`, `num_canonical_nodes`,
/// `partition_algo`, `batching_method`, `sampling_method`, `sampling_granularity`, `epoch_size`, `replication`,
/// `predownload`, `cache_limit`, `allow_unsafe_types`; and `world`: `{"nodes", "ranks_per_node", "workers_per_rank",
/// "node", "local_rank"}`.
streaming_status streaming_open(const char *options, streaming_handle *dataset);

/// The number of samples of a data set.
streaming_status streaming_sample_count(streaming_handle dataset, int64_t *count);

/// Starts the next epoch of this rank. Options may be null, or a JSON object: `columns` (names, or objects with `name`,
/// `dtype`, `pad_to` ("longest" or a length), `pad_multiple`, `pad_value`, `cut`), `threads`, `prefetch_batches`,
/// `drop_last`, `timeout` (seconds), `state` (a checkpoint to go on from).
streaming_status streaming_start(streaming_handle dataset, const char *options, streaming_handle *loader);

/// The number of batches that a loader delivers in all.
streaming_status streaming_batch_count(streaming_handle loader, int64_t *count);

/// The next batch; `STREAMING_END` after the last one. Blocks until it is there or the loader's timeout has passed.
streaming_status streaming_next(streaming_handle loader, streaming_handle *batch);

/// The checkpoint of a run that has used `batch` last, or that has used none when it is 0: JSON for the option `state`,
/// and for upstream's `load_state_dict`. Texts: see `streaming_column_name`.
streaming_status streaming_state(
  streaming_handle loader, streaming_handle batch, char *text, size_t capacity, size_t *length);

/// The number of samples of a batch.
streaming_status streaming_row_count(streaming_handle batch, int64_t *count);

/// The number of columns of a batch.
streaming_status streaming_column_count(streaming_handle batch, int64_t *count);

/// The number of the column of that name.
streaming_status streaming_column_index(streaming_handle batch, const char *name, int64_t *column);

/// The name of a column. Writes the bytes and a zero byte into `text` when `capacity` is large enough for both, and the
/// bytes' count into `length` in any case. `length` may be null, and `text` when `capacity` is 0.
streaming_status streaming_column_name(
  streaming_handle batch, int64_t column, char *text, size_t capacity, size_t *length);

/// The type of a column's elements as numpy names it; `bytes` or `string` where a tensor has `uint8`.
streaming_status streaming_column_type(
  streaming_handle batch, int64_t column, char *text, size_t capacity, size_t *length);

/// Hands a tensor of a column over, without a copy and at once. The batch's memory is kept until the tensor's deleter is
/// called, also when the handle is released earlier; that may be on any thread, and must be once.
streaming_status streaming_export(
  streaming_handle batch, int64_t column, int32_t part, uint32_t flags, DLManagedTensorVersioned **tensor);

/// The same in the layout before DLPack 1, for consumers that know no other. It can't tell that it is read-only.
streaming_status streaming_export_unversioned(
  streaming_handle batch, int64_t column, int32_t part, DLManagedTensor **tensor);

/// Lets go of a data set, a loader or a batch. Loaders outlive their data set's handle, tensors their batch's; a loader
/// ends its threads, and a thread that waits in `streaming_next` returns `STREAMING_CLOSED`.
streaming_status streaming_release(streaming_handle handle);

#ifdef __cplusplus
}
#endif
#endif
