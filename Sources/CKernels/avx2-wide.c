// The loops for vectors of 16 numbers on a processor with half as wide ones, so that they can be tested there.
#define WIDTH 16
#define ROWS 12
#define TABLE kernels_avx2_wide
#define TARGET "avx2,fma"
#include "loops.inc"
