#pragma once
#include <stddef.h>
#include <stdint.h>

// The plainest use of each library on RGB rows without padding: a whole file into memory of the caller's, and back. Each
// returns 0 when the library refuses: decoders 1, encoders the file's bytes. Settings of the encoders: quality 75, 4:2:0 and
// the accurate transform; level 6.
int direct_jpeg(const uint8_t *file, size_t file_size, uint8_t *rgb, size_t rgb_size, int *width, int *height);
int direct_png(const uint8_t *file, size_t file_size, uint8_t *rgb, size_t rgb_size, int *width, int *height);
size_t direct_jpeg_file(const uint8_t *rgb, int width, int height, uint8_t *file, size_t file_size);
size_t direct_png_file(const uint8_t *rgb, int width, int height, uint8_t *file, size_t file_size);
