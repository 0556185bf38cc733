// The memory layout of DLPack 1.0, by which libraries pass tensors on without a copy: https://dmlc.github.io/dlpack
//
// Written from the specification. It has the include guard of DLPack's own dlpack.h, so a program may include either
// of the two first.
#ifndef DLPACK_DLPACK_H_
#define DLPACK_DLPACK_H_

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DLPACK_MAJOR_VERSION 1
#define DLPACK_MINOR_VERSION 0

/// The version of the layout that a tensor has. A reader that does not know `major` only calls the deleter.
typedef struct {
  uint32_t major;
  uint32_t minor;
} DLPackVersion;

/// Where memory lies.
#ifdef __cplusplus
typedef enum : int32_t {
#else
typedef enum {
#endif
  kDLCPU = 1,
  kDLCUDA = 2,
  kDLCUDAHost = 3,
  kDLOpenCL = 4,
  kDLVulkan = 7,
  kDLMetal = 8,
  kDLVPI = 9,
  kDLROCM = 10,
  kDLROCMHost = 11,
  kDLExtDev = 12,
  kDLCUDAManaged = 13,
  kDLOneAPI = 14,
  kDLWebGPU = 15,
  kDLHexagon = 16,
  kDLMAIA = 17,
} DLDeviceType;

/// Where memory lies, and on which device of that kind; 0 for the host.
typedef struct {
  DLDeviceType device_type;
  int32_t device_id;
} DLDevice;

/// What an element is, beside its width.
typedef enum {
  kDLInt = 0U,
  kDLUInt = 1U,
  kDLFloat = 2U,
  kDLOpaqueHandle = 3U,
  kDLBfloat = 4U,
  kDLComplex = 5U,
  kDLBool = 6U,
} DLDataTypeCode;

/// An element: a `DLDataTypeCode`, its bits, and how many of them form a vector (1).
typedef struct {
  uint8_t code;
  uint8_t bits;
  uint16_t lanes;
} DLDataType;

/// A tensor without an owner. `strides` count elements; `byte_offset` is added to `data`.
typedef struct {
  void *data;
  DLDevice device;
  int32_t ndim;
  DLDataType dtype;
  int64_t *shape;
  int64_t *strides;
  uint64_t byte_offset;
} DLTensor;

/// A tensor with its owner, as before version 1. Whoever takes it calls `deleter` once, on any thread.
typedef struct DLManagedTensor {
  DLTensor dl_tensor;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensor *self);
} DLManagedTensor;

/// The tensor's elements must not be written.
#define DLPACK_FLAG_BITMASK_READ_ONLY (1UL << 0UL)
/// The producer copied the elements for this consumer.
#define DLPACK_FLAG_BITMASK_IS_COPIED (1UL << 1UL)

/// A tensor with its owner. Whoever takes it calls `deleter` once, on any thread.
typedef struct DLManagedTensorVersioned {
  DLPackVersion version;
  void *manager_ctx;
  void (*deleter)(struct DLManagedTensorVersioned *self);
  uint64_t flags;
  DLTensor dl_tensor;
} DLManagedTensorVersioned;

#ifdef __cplusplus
}
#endif
#endif
