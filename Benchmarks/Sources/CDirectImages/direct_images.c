#include "direct_images.h"

#include <png.h>
#include <setjmp.h>
#include <string.h>
#include <turbojpeg.h>

int direct_jpeg(const uint8_t *file, size_t file_size, uint8_t *rgb, size_t rgb_size, int *width, int *height) {
  tjhandle handle = tjInitDecompress();
  if (!handle) return 0;
  int subsampling, colors;
  int good = tjDecompressHeader3(handle, file, file_size, width, height, &subsampling, &colors) == 0 &&
             (size_t)*width * *height * 3 <= rgb_size &&
             tjDecompress2(handle, file, file_size, rgb, *width, 0, *height, TJPF_RGB, 0) == 0;
  tjDestroy(handle);
  return good;
}

struct cursor { const uint8_t *bytes; size_t left; };

static void read_bytes(png_structp png, png_bytep out, png_size_t count) {
  struct cursor *cursor = png_get_io_ptr(png);
  if (count > cursor->left) png_error(png, "end");
  memcpy(out, cursor->bytes, count);
  cursor->bytes += count;
  cursor->left -= count;
}

int direct_png(const uint8_t *file, size_t file_size, uint8_t *rgb, size_t rgb_size, int *width, int *height) {
  struct cursor cursor = {file, file_size};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_read_struct(&png, &info, NULL);
    return 0;
  }
  png_set_read_fn(png, &cursor, read_bytes);
  png_read_info(png, info);
  *width = (int)png_get_image_width(png, info);
  *height = (int)png_get_image_height(png, info);
  png_set_expand(png);
  png_set_strip_16(png);
  png_set_strip_alpha(png);
  png_set_gray_to_rgb(png);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row = png_get_rowbytes(png, info);
  int good = row == (size_t)*width * 3 && row * *height <= rgb_size;
  for (int pass = 0; good && pass < passes; pass++)
    for (int y = 0; y < *height; y++) png_read_row(png, rgb + row * y, NULL);
  if (good) png_read_end(png, NULL);
  png_destroy_read_struct(&png, &info, NULL);
  return good;
}

size_t direct_jpeg_file(const uint8_t *rgb, int width, int height, uint8_t *file, size_t file_size) {
  if (tjBufSize(width, height, TJSAMP_420) > file_size) return 0;
  tjhandle handle = tjInitCompress();
  if (!handle) return 0;
  unsigned long size = file_size;
  int good = tjCompress2(handle, rgb, width, width * 3, height, TJPF_RGB, &file, &size, TJSAMP_420, 75,
                         TJFLAG_ACCURATEDCT | TJFLAG_NOREALLOC) == 0;
  tjDestroy(handle);
  return good ? size : 0;
}

struct sink { uint8_t *bytes; size_t used, size; };

static void write_bytes(png_structp png, png_bytep bytes, png_size_t count) {
  struct sink *sink = png_get_io_ptr(png);
  if (count > sink->size - sink->used) png_error(png, "full");
  memcpy(sink->bytes + sink->used, bytes, count);
  sink->used += count;
}

static void flush(png_structp png) { (void)png; }

size_t direct_png_file(const uint8_t *rgb, int width, int height, uint8_t *file, size_t file_size) {
  struct sink sink = {file, 0, file_size};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info || setjmp(png_jmpbuf(png))) {
    png_destroy_write_struct(&png, &info);
    return 0;
  }
  png_set_write_fn(png, &sink, write_bytes, flush);
  png_set_compression_level(png, 6);
  png_set_IHDR(png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
               PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (int y = 0; y < height; y++) png_write_row(png, rgb + (size_t)y * width * 3);
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return sink.used;
}
