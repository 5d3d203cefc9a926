// What Swift's vectors lack: the square root of four numbers in one instruction. Swift's own takes them one by one, each
// with a call for the case of a negative number.

#ifndef VITRINE_VECTOR_SHIM_H
#define VITRINE_VECTOR_SHIM_H

typedef float vector_float4 __attribute__((ext_vector_type(4)));

static inline __attribute__((always_inline)) vector_float4 vector_square_roots(vector_float4 numbers) {
  return __builtin_elementwise_sqrt(numbers);
}

#endif
