/* Reads a part of a file as an HDF5 file of its own: one that lies in a zip as it is. */
#ifndef VITRINE_PART_H
#define VITRINE_PART_H
#include <stdint.h>

/* Makes files that are opened with an access property list be read from an offset on, over so many bytes. For reading
   only. Enters libhdf5. Negative if that fails. */
int vitrine_read_part(long long access, uint64_t offset, uint64_t size);
#endif
