// What the variants of the loops are called.

#include "CKernels.h"

extern const kernels_table kernels_avx2;
extern const kernels_table kernels_avx512;
extern const kernels_table kernels_avx2_wide;
