#include "cimages.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <png.h>

struct writer {
  struct cimages_buffer *output;
  size_t capacity;
  int status;
  jmp_buf target;
  png_structp png;
  png_infop info;
};

static void fail(png_structp png, png_const_charp message) {
  struct writer *writer = png_get_error_ptr(png);
  if (writer->status == CIMAGES_OK) writer->status = CIMAGES_DAMAGED;
  snprintf(writer->output->message, sizeof writer->output->message, "%s", message ? message : "an unnamed error");
  longjmp(writer->target, 1);
}

static void ignore_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void append(png_structp png, png_bytep bytes, size_t byte_count) {
  struct writer *writer = png_get_io_ptr(png);
  struct cimages_buffer *output = writer->output;
  if (byte_count > writer->capacity - output->byte_count) {
    size_t wanted = writer->capacity < 4096 ? 4096 : writer->capacity;
    while (wanted - output->byte_count < byte_count && wanted <= SIZE_MAX / 2) wanted *= 2;
    uint8_t *larger = wanted - output->byte_count < byte_count ? NULL : realloc(output->bytes, wanted);
    if (!larger) {
      writer->status = CIMAGES_OUT_OF_MEMORY;
      png_error(png, "no memory for the file");
    }
    output->bytes = larger;
    writer->capacity = wanted;
  }
  memcpy(output->bytes + output->byte_count, bytes, byte_count);
  output->byte_count += byte_count;
}

static void flush(png_structp png) { (void)png; }

static void write_image(struct writer *writer, const struct cimages_png_image *image) {
  png_structp png = writer->png;
  png_set_write_fn(png, writer, append, flush);
  png_set_user_limits(png, 0x7fffffff, 0x7fffffff);
  png_set_compression_level(png, image->compression_level);
  png_set_IHDR(png, writer->info, image->width, image->height, image->bit_depth, image->color_type,
               PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (image->color_type == PNG_COLOR_TYPE_PALETTE) {
    png_color colors[256];
    int count = image->palette_count > 256 ? 256 : image->palette_count;
    for (int i = 0; i < count; i++) {
      colors[i] = (png_color){image->palette[3 * i], image->palette[3 * i + 1], image->palette[3 * i + 2]};
    }
    png_set_PLTE(png, writer->info, colors, count);
    if (image->alpha_count > 0) png_set_tRNS(png, writer->info, (png_bytep)image->alpha, image->alpha_count, NULL);
  }
  png_write_info(png, writer->info);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
  if (image->bit_depth == 16) png_set_swap(png);
#endif
  for (uint32_t y = 0; y < image->height; y++) png_write_row(png, image->rows + (size_t)y * image->row_byte_count);
  png_write_end(png, writer->info);
}

int cimages_png_write(const struct cimages_png_image *image, struct cimages_buffer *output) {
  memset(output, 0, sizeof *output);
  // On the heap, so that what changes between setjmp and longjmp keeps its value.
  struct writer *writer = calloc(1, sizeof *writer);
  if (!writer) return CIMAGES_OUT_OF_MEMORY;
  writer->output = output;
  if (setjmp(writer->target) == 0) {
    writer->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, writer, fail, ignore_warning);
    if (writer->png) writer->info = png_create_info_struct(writer->png);
    if (writer->png && writer->info) {
      write_image(writer, image);
    } else {
      writer->status = CIMAGES_OUT_OF_MEMORY;
    }
  }
  int status = writer->status;
  if (writer->png) png_destroy_write_struct(&writer->png, &writer->info);
  free(writer);
  if (status != CIMAGES_OK) {
    free(output->bytes);
    output->bytes = NULL;
    output->byte_count = 0;
  }
  return status;
}

void cimages_free(void *bytes) { free(bytes); }
