// Not for users: what a process that was forked from one that uses the library must not do.
#ifndef STREAMING_FORKS_H
#define STREAMING_FORKS_H

#include <stdint.h>

#include "dlpack.h"

/// `STREAMING_OK`, or `STREAMING_FORKED` with the error's text, in a process that was forked after the first call of this.
/// Takes no lock that may have been taken when it was forked.
int32_t streaming_check_process(void);

/// Has the tensor's deleter do nothing in a forked process: the memory there is a copy that goes with it, and the locks
/// that letting go of it takes may never be free. All tensors come with one and the same deleter.
void streaming_guard_deleter(DLManagedTensorVersioned *tensor);

/// The same for a tensor in the layout before DLPack 1.
void streaming_guard_deleter_unversioned(DLManagedTensor *tensor);

#endif
