// The look-up of functions by name and version, in the form that CUDA 12 has, or 11.3, or none, as it is compiled.
#define _GNU_SOURCE
#include "fake.h"
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#ifndef NO_LOOKUP
/// The first version with the 64-bit form, for the functions that have one; it is exported with `_v2`.
static const struct { const char *name; int since; } second_forms[] = {
  { "cuMemAlloc", 3020 }, { "cuMemFree", 3020 }, { "cuMemcpyHtoDAsync", 3020 }, { "cuMemcpyDtoH", 3020 },
  { "cuStreamDestroy", 4000 }, { "cuEventDestroy", 4000 }, { "cuMemHostRegister", 6050 }, { "cuDevicePrimaryCtxRelease", 11000 } };

static CUresult look_up(const char *name, void **function, int version, int *status) {
  char exported[64];
  snprintf(exported, sizeof exported, "%s", name);
  for (unsigned i = 0; i < sizeof second_forms / sizeof *second_forms; i++)
    if (!strcmp(second_forms[i].name, name)) {
      if (version < second_forms[i].since) { violation("%s asked for in its 32-bit form", name); *status = 2; return NOT_FOUND; }
      strcat(exported, "_v2");
    }
  static int self;
  Dl_info info;
  if (!dladdr(&self, &info)) return NOT_FOUND;
  void *library = dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD);
  *function = library ? dlsym(library, exported) : NULL;
  *status = *function ? 0 : 1;
  return *function ? OK : NOT_FOUND;
}

#ifdef OLD_LOOKUP
CUresult cuGetProcAddress(const char *name, void **function, int version, uint64_t flags) {
  int status;
  return flags ? INVALID_VALUE : look_up(name, function, version, &status);
}
#else
CUresult cuGetProcAddress_v2(const char *name, void **function, int version, uint64_t flags, int *status) {
  return flags ? INVALID_VALUE : look_up(name, function, version, status);
}
#endif
#endif
