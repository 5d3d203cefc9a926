// Vectors of 16 numbers, 32 registers.
#define WIDTH 16
#define ROWS 12
#define TABLE kernels_avx512
#define TARGET "avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"
#include "loops.inc"
