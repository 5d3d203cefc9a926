// What glibc's module leaves out: a way to give free memory back to the system.

#ifndef VITRINE_MEMORY_SHIM_H
#define VITRINE_MEMORY_SHIM_H

#if defined(__GLIBC__) || defined(__linux__)
#include <malloc.h>
static inline void memory_give_back(void) { malloc_trim(0); }
#else
static inline void memory_give_back(void) {}
#endif

#endif
