/* A first look at an HDF5 file in a child process.

   libhdf5 crashes on some damaged files, and hangs or eats memory on others. What it does to a child does not reach the
   program. This is C because a child made by fork may not run Swift: another thread of the parent may have held one of
   its runtime's locks. */
#ifndef VITRINE_PROBE_H
#define VITRINE_PROBE_H
#include <stddef.h>

#include "CPart.h"

enum vitrine_probe_verdict {
  /* Everything that a reader would touch could be touched. */
  VITRINE_PROBE_SOUND,
  /* libhdf5 crashed, or ran out of the memory it was given. */
  VITRINE_PROBE_CRASHED,
  /* It had not ended in time. */
  VITRINE_PROBE_TOO_SLOW,
  /* No child could be made; errno says why. */
  VITRINE_PROBE_IMPOSSIBLE,
};

/* Walks a file: opens every object, reads every attribute and what is small of every dataset. What libhdf5 refuses with an
   error is no crash, and sound in this sense. Call it while no other thread is inside libhdf5.

   access:  how the file is to be opened (an HDF5 file access property list)
   flags:   H5F_ACC_RDONLY, with or without H5F_ACC_SWMR_READ
   seconds: of processor time after which the child is killed; it has more on the clock, since a machine may be busy
   memory:  bytes it may use beyond what the parent has
   place:   room for the path of the object that was looked at last, with a zero at its end */
enum vitrine_probe_verdict vitrine_probe(
    const char *path, long long access, unsigned flags, int seconds, size_t memory, char *place, size_t capacity);
#endif
