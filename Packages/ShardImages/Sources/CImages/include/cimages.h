// PNG for Swift: libpng reports errors by longjmp, which may not cross Swift's frames. Every function here that calls
// libpng sets its own jump target and returns a status, so no jump ever leaves this file's C code.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum cimages_status {
  CIMAGES_OK = 0,
  // The bytes contradict the format or a checksum.
  CIMAGES_DAMAGED = 1,
  // The bytes end before the image does.
  CIMAGES_TRUNCATED = 2,
  // There is no memory, or the image would take more than the budget.
  CIMAGES_OUT_OF_MEMORY = 3,
  // The rows would not be as long as the caller expects.
  CIMAGES_WRONG_SIZE = 4,
};

// What IHDR, PLTE and tRNS tell. Color types: 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGBA.
struct cimages_png_header {
  uint32_t width, height;
  uint8_t bit_depth, color_type, interlaced, has_transparency;
  // Bytes red, green, blue of `palette_count` colors, and the alpha of the first `alpha_count` of them.
  uint16_t palette_count, alpha_count;
  uint8_t palette[768], alpha[256];
};

// Transformations while reading, to be combined; without any the rows come as they are stored.
enum cimages_png_transform {
  CIMAGES_EXPAND_PALETTE = 1 << 0,
  // Gray of 1, 2 and 4 bits to 8.
  CIMAGES_EXPAND_GRAY = 1 << 1,
  CIMAGES_TRANSPARENCY_TO_ALPHA = 1 << 2,
  // Palette indices of 1, 2 and 4 bits to a byte each.
  CIMAGES_UNPACK = 1 << 3,
  // 16 bits to the upper 8.
  CIMAGES_HIGH_BYTES = 1 << 4,
  // 8 bits to 16.
  CIMAGES_EXPAND_16 = 1 << 5,
  CIMAGES_GRAY_TO_RGB = 1 << 6,
  CIMAGES_STRIP_ALPHA = 1 << 7,
  // Opaque, where there is none.
  CIMAGES_ADD_ALPHA = 1 << 8,
  // 16-bit numbers little-endian.
  CIMAGES_LITTLE_ENDIAN = 1 << 9,
};

struct cimages_png_reader;

// Begins to read a file in memory, up to its first image data. `bytes` must stay there until the reader is closed.
// libpng may allocate `memory_budget` bytes in all. With `strict` every irregularity is an error.
// NULL: no memory. Else ask for the status.
struct cimages_png_reader *cimages_png_open(const uint8_t *bytes, size_t byte_count, size_t memory_budget, int strict);
void cimages_png_close(struct cimages_png_reader *reader);
// Status of the last call, its message, and the number of bytes that were read.
int cimages_png_status(const struct cimages_png_reader *reader);
const char *cimages_png_message(const struct cimages_png_reader *reader);
size_t cimages_png_offset(const struct cimages_png_reader *reader);
const struct cimages_png_header *cimages_png_get_header(const struct cimages_png_reader *reader);
// Reads the pixels, once: `height` rows of exactly `row_byte_count` bytes to `rows`, which has room for them.
int cimages_png_read(struct cimages_png_reader *reader, int transforms, uint8_t *rows, size_t row_byte_count);

struct cimages_png_image {
  uint32_t width, height;
  uint8_t bit_depth, color_type;
  // 16-bit numbers are little-endian in `rows`.
  const uint8_t *rows;
  size_t row_byte_count;
  const uint8_t *palette;
  uint16_t palette_count;
  const uint8_t *alpha;
  uint16_t alpha_count;
  int compression_level;
};

// A file made by cimages_png_write; `bytes` is to be given to cimages_free.
struct cimages_buffer {
  uint8_t *bytes;
  size_t byte_count;
  char message[128];
};

int cimages_png_write(const struct cimages_png_image *image, struct cimages_buffer *output);
void cimages_free(void *bytes);
