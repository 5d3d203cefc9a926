// Vectors of 8 numbers, 16 registers.
#define WIDTH 8
#define ROWS 6
#define TABLE kernels_avx2
#define TARGET "avx2,fma"
#include "loops.inc"
