#define _GNU_SOURCE
#include "guard.h"

#if defined(__linux__) && defined(__LP64__)
#include <elf.h>
#include <errno.h>
#include <link.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* What memory is filled with that is new or given back: no length, no address. */
#define FILLING 0xA5
/* As malloc has it. */
#define ALIGNMENT 16
/* Blocks up to this size lie between marks, larger ones end at a closed page: that costs calls of the system. A heap of the
   file's texts and the table of what is in it are larger than this. */
#define LARGEST_SMALL ((size_t)4000)
/* Of the space, for small blocks: 160,000 of them for a model of 150 layers take 30 MB. */
#define SMALL_SPACE ((size_t)1 << 28)
/* Small blocks are opened so many bytes at a time: what is not in use yet cannot be touched. */
#define OPENED_AT_ONCE ((size_t)1 << 16)
/* Closed before each large block: a 16-bit index of structures of some bytes does not reach from one to the next. */
#define GAP ((size_t)1 << 21)

/* Before a block; for a small one the next one's header is the mark behind it. */
typedef struct {
  uint64_t mark;
  uint64_t length : 63;
  uint64_t is_given_back : 1;
} header;
#define MARK 0x5EA1ED0F1A2B3C4Dull

static char *space;  /* SMALL_SPACE for small blocks, as much again as these and more for large ones, then nothing */
static size_t small; /* bytes used for small blocks */
static size_t opened; /* bytes that can be touched of those for small blocks */
static size_t large; /* where the last large block ended */
static size_t end_of_large;
static size_t held; /* bytes in blocks not given back */
static size_t most_held;
static size_t page;

static size_t aligned(size_t length) { return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT; }
/* The pages of a large block with its header. */
static size_t extent(size_t length) { return (sizeof(header) + aligned(length) + page - 1) / page * page; }
static int is_small(const void *block) {
  return space && (const char *)block >= space && (const char *)block < space + SMALL_SPACE;
}
static int is_large(const void *block) {
  return space && (const char *)block >= space + SMALL_SPACE && (const char *)block < space + end_of_large;
}

static void check_filling(const char *from, const char *to) {
  for (; from < to; from++) {
    if (*(const unsigned char *)from != FILLING) abort();
  }
}

/* The header of a block, if one begins here. That of a large block given back is closed: touching it ends the process. */
static header *own_header(char *block) {
  header *own = (header *)(block - sizeof(header));
  if ((uintptr_t)block % ALIGNMENT != 0 || (char *)own < space || own->mark != MARK) abort();
  return own;
}

/* The header of a small block, sound with the one behind it. */
static header *checked_header(char *block) {
  header *own = own_header(block);
  header *next = (header *)(block + aligned(own->length));
  if (next->mark != MARK) abort();
  check_filling(block + own->length, (char *)next);
  return own;
}

static void *small_block(size_t length) {
  size_t room = sizeof(header) + aligned(length);
  size_t needed = small + room + sizeof(header);
  if (needed > opened) {
    size_t more = (needed - opened + OPENED_AT_ONCE - 1) / OPENED_AT_ONCE * OPENED_AT_ONCE;
    if (more > SMALL_SPACE - opened || mprotect(space + opened, more, PROT_READ | PROT_WRITE) != 0) return malloc(length);
    memset(space + opened, FILLING, more);
    opened += more;
  }
  header *own = (header *)(space + small);
  own->mark = MARK;
  own->length = length;
  own->is_given_back = 0;
  small += room;
  ((header *)(space + small))->mark = MARK;
  memset(own + 1, FILLING, aligned(length));
  return own + 1;
}

static void *large_block(size_t length) {
  size_t pages = extent(length);
  if (GAP + pages + page > end_of_large - large) return malloc(length);
  char *start = space + large + GAP;
  /* Fails where the system has no more room for divisions of memory. */
  if (mprotect(start, pages, PROT_READ | PROT_WRITE) != 0) return malloc(length);
  large += GAP + pages;
  char *block = start + pages - aligned(length);
  header *own = (header *)(block - sizeof(header));
  own->mark = MARK;
  own->length = length;
  memset(block, FILLING, aligned(length));
  return block;
}

static void *guarded_malloc(size_t length) {
  if (length > most_held || held + length > most_held) {
    errno = ENOMEM;
    return NULL;
  }
  void *block = length <= LARGEST_SMALL ? small_block(length) : large_block(length);
  if (is_small(block) || is_large(block)) held += length;
  return block;
}

static void guarded_free(void *pointer) {
  if (is_small(pointer)) {
    header *own = checked_header(pointer);
    if (own->is_given_back) abort();
    own->is_given_back = 1;
    held -= own->length;
    memset(pointer, FILLING, own->length);
  } else if (is_large(pointer)) {
    char *block = pointer;
    size_t length = own_header(block)->length;
    char *end = block + aligned(length);
    if ((size_t)(end - space) % page != 0) abort();
    check_filling(block + length, end);
    size_t pages = extent(length);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    if (mmap(end - pages, pages, PROT_NONE, flags, -1, 0) == MAP_FAILED) abort();
    held -= length;
  } else {
    free(pointer);
  }
}

static void *guarded_calloc(size_t count, size_t size) {
  size_t length;
  if (__builtin_mul_overflow(count, size, &length)) {
    errno = ENOMEM;
    return NULL;
  }
  void *block = guarded_malloc(length);
  if (block) memset(block, 0, length);
  return block;
}

static void *guarded_realloc(void *pointer, size_t length) {
  if (!pointer) return guarded_malloc(length);
  if (!is_small(pointer) && !is_large(pointer)) return realloc(pointer, length);
  size_t before = is_small(pointer) ? checked_header(pointer)->length : own_header(pointer)->length;
  void *block = guarded_malloc(length);
  if (!block) return NULL;
  memcpy(block, pointer, before < length ? before : length);
  guarded_free(pointer);
  return block;
}

static char *guarded_strdup(const char *text) {
  size_t length = strlen(text) + 1;
  char *copy = guarded_malloc(length);
  return copy ? memcpy(copy, text, length) : NULL;
}

void check_guarded_memory(void) {
  for (size_t place = 0; place < small;) {
    char *block = space + place + sizeof(header);
    header *own = checked_header(block);
    if (own->is_given_back) check_filling(block, block + own->length);
    place += sizeof(header) + aligned(own->length);
  }
}

static const struct {
  const char *name;
  void *function;
} replacements[] = {
    {"malloc", guarded_malloc}, {"calloc", guarded_calloc}, {"realloc", guarded_realloc},
    {"free", guarded_free},     {"strdup", guarded_strdup},
};

/* Where a library calls functions of others through a table, the entries of those that are replaced get the replacement. */
static void redirect(
    const struct dl_phdr_info *library, const ElfW(Rela) *relocations, size_t bytes, const ElfW(Sym) *symbols,
    const char *names) {
  for (size_t place = 0; place < bytes / sizeof *relocations; place++) {
    size_t symbol = ELF64_R_SYM(relocations[place].r_info);
    const char *name = symbol ? names + symbols[symbol].st_name : "";
    for (size_t index = 0; index < sizeof replacements / sizeof *replacements; index++) {
      if (strcmp(name, replacements[index].name) != 0) continue;
      void **entry = (void **)(library->dlpi_addr + relocations[place].r_offset);
      /* Closed in libraries that are bound at once. */
      mprotect((void *)((uintptr_t)entry / page * page), page, PROT_READ | PROT_WRITE);
      *entry = replacements[index].function;
    }
  }
}

static int visit_library(struct dl_phdr_info *library, size_t size, void *data) {
  (void)size;
  (void)data;
  if (!library->dlpi_name || !strstr(library->dlpi_name, "libhdf5")) return 0;
  const ElfW(Dyn) *entry = NULL;
  for (int index = 0; index < library->dlpi_phnum; index++) {
    if (library->dlpi_phdr[index].p_type == PT_DYNAMIC) {
      entry = (const ElfW(Dyn) *)(library->dlpi_addr + library->dlpi_phdr[index].p_vaddr);
    }
  }
  const ElfW(Sym) *symbols = NULL;
  const char *names = NULL;
  const ElfW(Rela) *calls = NULL, *others = NULL;
  size_t bytes_of_calls = 0, bytes_of_others = 0;
  for (; entry && entry->d_tag != DT_NULL; entry++) {
    switch (entry->d_tag) {
      case DT_SYMTAB: symbols = (const ElfW(Sym) *)entry->d_un.d_ptr; break;
      case DT_STRTAB: names = (const char *)entry->d_un.d_ptr; break;
      case DT_JMPREL: calls = (const ElfW(Rela) *)entry->d_un.d_ptr; break;
      case DT_PLTRELSZ: bytes_of_calls = entry->d_un.d_val; break;
      case DT_RELA: others = (const ElfW(Rela) *)entry->d_un.d_ptr; break;
      case DT_RELASZ: bytes_of_others = entry->d_un.d_val; break;
      default: break;
    }
  }
  /* glibc has made these addresses; where another C library leaves them relative, memory stays as it is. */
  if (!symbols || !names || (uintptr_t)symbols < library->dlpi_addr) return 0;
  redirect(library, calls, bytes_of_calls, symbols, names);
  redirect(library, others, bytes_of_others, symbols, names);
  return 0;
}

void guard_memory(size_t most) {
  page = (size_t)sysconf(_SC_PAGESIZE);
  int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  /* Where addresses are rationed there is less behind the blocks, and then fewer blocks that are guarded. */
  for (size_t size = GUARDED_SPACE; size >= 4 * SMALL_SPACE; size /= 2) {
    char *region = mmap(NULL, size, PROT_NONE, flags, -1, 0);
    if (region == MAP_FAILED) continue;
    space = region;
    large = SMALL_SPACE;
    end_of_large = size / 2;
    most_held = most;
    dl_iterate_phdr(visit_library, NULL);
    return;
  }
}
#else
void guard_memory(size_t most) { (void)most; }
void check_guarded_memory(void) {}
#endif
