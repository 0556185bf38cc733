#include "CDirectCodecs.h"
#include <brotli/decode.h>
#include <bzlib.h>
#include <libdeflate.h>
#include <lz4frame.h>
#include <lzma.h>
#include <snappy-c.h>
#include <string.h>
#include <zstd.h>

long direct_zstd_compress(int level, const void *raw, size_t raw_count, void *output, size_t capacity) {
  ZSTD_CCtx *context = ZSTD_createCCtx();
  size_t count = ZSTD_compressCCtx(context, output, capacity, raw, raw_count, level);
  ZSTD_freeCCtx(context);
  return ZSTD_isError(count) ? -1 : (long)count;
}

long direct_decompress(const char *codec, const void *packed, size_t packed_count, void *output, size_t capacity) {
  size_t count = capacity;
  if (!strcmp(codec, "zstd")) {
    static ZSTD_DCtx *context;
    if (!context) context = ZSTD_createDCtx();
    count = ZSTD_decompressDCtx(context, output, capacity, packed, packed_count);
    return ZSTD_isError(count) ? -1 : (long)count;
  }
  if (!strcmp(codec, "gz")) {
    static struct libdeflate_decompressor *context;
    if (!context) context = libdeflate_alloc_decompressor();
    return libdeflate_gzip_decompress(context, packed, packed_count, output, capacity, &count) ? -1 : (long)count;
  }
  if (!strcmp(codec, "bz2")) {
    unsigned length = (unsigned)capacity;
    return BZ2_bzBuffToBuffDecompress(output, &length, (char *)packed, (unsigned)packed_count, 0, 0) ? -1 : (long)length;
  }
  if (!strcmp(codec, "xz")) {
    uint64_t limit = UINT64_MAX;
    size_t in = 0, out = 0;
    return lzma_stream_buffer_decode(&limit, 0, NULL, packed, &in, packed_count, output, &out, capacity) ? -1 : (long)out;
  }
  if (!strcmp(codec, "lz4")) {
    static LZ4F_dctx *context;
    if (!context) LZ4F_createDecompressionContext(&context, LZ4F_VERSION);
    size_t taken = packed_count;
    return LZ4F_decompress(context, output, &count, packed, &taken, NULL) ? -1 : (long)count;
  }
  if (!strcmp(codec, "snappy"))
    return snappy_uncompress(packed, packed_count, output, &count) ? -1 : (long)count;
  if (!strcmp(codec, "br"))
    return BrotliDecoderDecompress(packed_count, packed, &count, output) == BROTLI_DECODER_RESULT_SUCCESS ? (long)count : -1;
  return -1;
}
