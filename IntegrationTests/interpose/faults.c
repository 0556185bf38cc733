// Loaded into a reading process by LD_PRELOAD: a wall clock that jumps, a disk that is full. Needs no rights.
//
//   FAULT_CLOCK_JUMP=600   the wall clock jumps forwards and back by so many seconds, ten times a second
//   FAULT_DISK_BYTES=N     after N bytes written to temporary files all further writes to them find the disk full
//   FAULT_NO_LOCKS=1       locks of files are granted to everybody, as some network file systems do
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static long setting(const char *name) {
  const char *text = getenv(name);
  return text ? atol(text) : 0;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
  static int (*real)(clockid_t, struct timespec *);
  if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  int result = real(clock, out);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
    long jump = setting("FAULT_CLOCK_JUMP");
    struct timespec now;
    if (jump && real(CLOCK_MONOTONIC, &now) == 0) {
      long tenth = now.tv_sec * 10 + now.tv_nsec / 100000000;
      out->tv_sec += (tenth % 3 - 1) * jump;
    }
  }
  return result;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  (void)zone;
  struct timespec now;
  int result = clock_gettime(CLOCK_REALTIME, &now);
  if (result == 0) *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return result;
}

time_t time(time_t *out) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (out) *out = now.tv_sec;
  return now.tv_sec;
}

static atomic_long written;

// Whether the disk has room for so many bytes more of a temporary file.
static int has_room(int file, size_t count) {
  long limit = setting("FAULT_DISK_BYTES");
  if (!limit) return 1;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 4) return 1;
  path[length] = 0;
  // Temporary files without a name are `#NUMBER` in their directory.
  if (memcmp(path + length - 4, ".tmp", 4) != 0 && !strstr(path, "/#")) return 1;
  if (atomic_fetch_add(&written, (long)count) + (long)count <= limit) return 1;
  errno = ENOSPC;
  return 0;
}

ssize_t write(int file, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (!real) real = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  return has_room(file, count) ? real(file, bytes, count) : -1;
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t offset) {
  static ssize_t (*real)(int, const void *, size_t, off_t);
  if (!real) real = (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, "pwrite");
  return has_room(file, count) ? real(file, bytes, count, offset) : -1;
}

static int locked(int (*real)(int, int, ...), int file, int command, void *argument) {
  if (setting("FAULT_NO_LOCKS")) {
    if (command == F_OFD_SETLK || command == F_OFD_SETLKW) return 0;
    if (command == F_OFD_GETLK) {
      ((struct flock *)argument)->l_type = F_UNLCK;
      return 0;
    }
  }
  return real(file, command, argument);
}

int fcntl(int file, int command, ...) {
  static int (*real)(int, int, ...);
  if (!real) real = (int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl");
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return locked(real, file, command, argument);
}

int fcntl64(int file, int command, ...) {
  static int (*real)(int, int, ...);
  if (!real) real = (int (*)(int, int, ...))dlsym(RTLD_NEXT, "fcntl64");
  va_list arguments;
  va_start(arguments, command);
  void *argument = va_arg(arguments, void *);
  va_end(arguments);
  return locked(real, file, command, argument);
}
