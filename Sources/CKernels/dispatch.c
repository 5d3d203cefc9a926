#include "kernels.h"

#if defined(__x86_64__)

static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int has_avx512(void) {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl");
}

const kernels_table *kernels_for_this_processor(void) {
  return has_avx512() ? &kernels_avx512 : has_avx2() ? &kernels_avx2 : 0;
}

const kernels_table *kernels_of_width(long width) {
  if (!has_avx2()) return 0;
  return width == 8 ? &kernels_avx2 : width != 16 ? 0 : has_avx512() ? &kernels_avx512 : &kernels_avx2_wide;
}

#else

const kernels_table *kernels_for_this_processor(void) { return 0; }
const kernels_table *kernels_of_width(long width) { return (void)width, (const kernels_table *)0; }

#endif
