/* Memory for libhdf5 in the child in which a mistake shows.

   Damaged files make libhdf5 write beyond its blocks and use blocks that it gave back. In ordinary memory that mostly goes
   unnoticed until much later: a first look that ended well, and a reader that then fell over. Here small blocks lie between
   marks, and one given back is never used again, so that marks and leavings can be looked over at the end; a large block
   ends at a page that must not be touched, and its pages are closed when it is given back. Behind what is in use nothing can
   be touched for many gigabytes: an index that is wrong leads there, whatever it is. */
#ifndef VITRINE_GUARD_H
#define VITRINE_GUARD_H
#include <stddef.h>

/* Address space for guarded blocks and behind them: a 32-bit index of structures of some bytes does not leave it. */
#define GUARDED_SPACE ((size_t)1 << 38)

/* Gives libhdf5 guarded memory from now on, most bytes of it at a time. Only for a process that ends soon: addresses are not
   used twice, and when they run out, memory is ordinary again. Nothing changes where the system is no Linux. */
void guard_memory(size_t most);

/* Ends the process with an abort if something was written where nothing may be. */
void check_guarded_memory(void);
#endif
