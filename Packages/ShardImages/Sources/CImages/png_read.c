#include "cimages.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct cimages_png_reader {
  const uint8_t *bytes;
  size_t byte_count, offset;
  size_t memory_left;
  int status;
  char message[128];
  jmp_buf target;
  png_structp png;
  png_infop info;
  struct cimages_png_header header;
};

static void fail(png_structp png, png_const_charp message) {
  struct cimages_png_reader *reader = png_get_error_ptr(png);
  if (reader->status == CIMAGES_OK) reader->status = CIMAGES_DAMAGED;
  snprintf(reader->message, sizeof reader->message, "%s", message ? message : "an unnamed error");
  longjmp(reader->target, 1);
}

static void ignore_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

// Counts what was ever allocated, not what is held: rows are allocated once or twice, so the difference is small, and
// a file that makes libpng allocate again and again is stopped too.
static png_voidp allocate(png_structp png, png_alloc_size_t byte_count) {
  struct cimages_png_reader *reader = png_get_mem_ptr(png);
  void *memory = NULL;
  if (byte_count <= reader->memory_left) memory = malloc(byte_count);
  if (!memory) {
    reader->status = CIMAGES_OUT_OF_MEMORY;
    return NULL;
  }
  reader->memory_left -= byte_count;
  return memory;
}

static void deallocate(png_structp png, png_voidp memory) {
  (void)png;
  free(memory);
}

static void take(png_structp png, png_bytep destination, size_t byte_count) {
  struct cimages_png_reader *reader = png_get_io_ptr(png);
  if (byte_count > reader->byte_count - reader->offset) {
    reader->offset = reader->byte_count;
    reader->status = CIMAGES_TRUNCATED;
    png_error(png, "the file ends");
  }
  memcpy(destination, reader->bytes + reader->offset, byte_count);
  reader->offset += byte_count;
}

static void read_header(struct cimages_png_reader *reader) {
  png_structp png = reader->png;
  struct cimages_png_header *header = &reader->header;
  png_read_info(png, reader->info);
  header->width = png_get_image_width(png, reader->info);
  header->height = png_get_image_height(png, reader->info);
  header->bit_depth = png_get_bit_depth(png, reader->info);
  header->color_type = png_get_color_type(png, reader->info);
  header->interlaced = png_get_interlace_type(png, reader->info) != PNG_INTERLACE_NONE;
  header->has_transparency = png_get_valid(png, reader->info, PNG_INFO_tRNS) != 0;
  png_colorp palette = NULL;
  int count = 0;
  if (header->color_type != PNG_COLOR_TYPE_PALETTE) return;
  if (png_get_PLTE(png, reader->info, &palette, &count) && palette) {
    if (count > 256) count = 256;
    header->palette_count = (uint16_t)count;
    for (int i = 0; i < count; i++) {
      header->palette[3 * i] = palette[i].red;
      header->palette[3 * i + 1] = palette[i].green;
      header->palette[3 * i + 2] = palette[i].blue;
    }
  }
  png_bytep alpha = NULL;
  png_color_16p color = NULL;
  if (header->has_transparency && png_get_tRNS(png, reader->info, &alpha, &count, &color) && alpha) {
    if (count > 256) count = 256;
    header->alpha_count = (uint16_t)count;
    memcpy(header->alpha, alpha, (size_t)count);
  }
}

struct cimages_png_reader *cimages_png_open(const uint8_t *bytes, size_t byte_count, size_t memory_budget, int strict) {
  struct cimages_png_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->bytes = bytes;
  reader->byte_count = byte_count;
  reader->memory_left = memory_budget;
  if (setjmp(reader->target)) return reader;
  reader->png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, reader, fail, ignore_warning, reader, allocate, deallocate);
  if (reader->png) reader->info = png_create_info_struct(reader->png);
  if (!reader->png || !reader->info) {
    reader->status = CIMAGES_OUT_OF_MEMORY;
    return reader;
  }
  png_set_read_fn(reader->png, reader, take);
  // The caller compares the size with its own limits before any row is allocated.
  png_set_user_limits(reader->png, 0x7fffffff, 0x7fffffff);
  // Pixels need none of the chunks about text, color profiles, time …: they are passed over, but their checksums count.
  png_set_keep_unknown_chunks(reader->png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
  png_set_benign_errors(reader->png, !strict);
  png_set_crc_action(reader->png, PNG_CRC_ERROR_QUIT, strict ? PNG_CRC_ERROR_QUIT : PNG_CRC_WARN_DISCARD);
  read_header(reader);
  return reader;
}

void cimages_png_close(struct cimages_png_reader *reader) {
  if (reader->png) png_destroy_read_struct(&reader->png, &reader->info, NULL);
  free(reader);
}

int cimages_png_status(const struct cimages_png_reader *reader) { return reader->status; }
const char *cimages_png_message(const struct cimages_png_reader *reader) { return reader->message; }
size_t cimages_png_offset(const struct cimages_png_reader *reader) { return reader->offset; }
const struct cimages_png_header *cimages_png_get_header(const struct cimages_png_reader *reader) {
  return &reader->header;
}

static void set_transforms(png_structp png, int transforms) {
  if (transforms & CIMAGES_EXPAND_PALETTE) png_set_palette_to_rgb(png);
  if (transforms & CIMAGES_EXPAND_GRAY) png_set_expand_gray_1_2_4_to_8(png);
  if (transforms & CIMAGES_TRANSPARENCY_TO_ALPHA) png_set_tRNS_to_alpha(png);
  if (transforms & CIMAGES_UNPACK) png_set_packing(png);
  if (transforms & CIMAGES_HIGH_BYTES) png_set_strip_16(png);
  if (transforms & CIMAGES_EXPAND_16) png_set_expand_16(png);
  if (transforms & CIMAGES_GRAY_TO_RGB) png_set_gray_to_rgb(png);
  if (transforms & CIMAGES_STRIP_ALPHA) png_set_strip_alpha(png);
  if (transforms & CIMAGES_ADD_ALPHA) png_set_add_alpha(png, 0xffff, PNG_FILLER_AFTER);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (transforms & CIMAGES_LITTLE_ENDIAN) png_set_swap(png);
#endif
}

int cimages_png_read(struct cimages_png_reader *reader, int transforms, uint8_t *rows, size_t row_byte_count) {
  if (reader->status != CIMAGES_OK) return reader->status;
  if (setjmp(reader->target)) return reader->status;
  png_structp png = reader->png;
  set_transforms(png, transforms);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, reader->info);
  size_t found = png_get_rowbytes(png, reader->info);
  if (found != row_byte_count) {
    reader->status = CIMAGES_WRONG_SIZE;
    snprintf(reader->message, sizeof reader->message, "rows of %zu bytes", found);
    return reader->status;
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t y = 0; y < reader->header.height; y++) png_read_row(png, rows + (size_t)y * row_byte_count, NULL);
  }
  png_read_end(png, NULL);
  return CIMAGES_OK;
}
