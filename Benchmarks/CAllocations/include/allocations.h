// Counts the calls of malloc and its kin in this program, by who calls: oneDNN and its helpers, or anybody else.

#ifndef VITRINE_ALLOCATIONS_H
#define VITRINE_ALLOCATIONS_H

/// What was allocated since counting began.
typedef struct {
  long ours;
  long libraries;
} allocation_counts;

/// Begins to count from zero.
void allocations_begin(void);

/// Ends counting.
allocation_counts allocations_end(void);

/// Whether calls can be counted on this system.
int allocations_can_count(void);

#endif
