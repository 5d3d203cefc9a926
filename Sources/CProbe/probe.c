#include "CProbe.h"
#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Numbers of a dataset are read if there are at most so many bytes of them. Small ones are where damage shows: what libhdf5
   makes of a damaged type or an index of chunks is the same for large ones, whose blocks cost two calls of the system each: with
   4 MB the walk through a run of 200 MB took twice as long. */
#define LARGEST_READ (1u << 14)
/* The child may take this many times its processor time on the clock: a busy machine is no damaged file. */
#define PATIENCE 12
/* Deeper or larger than any model is: the reader refuses these too. */
#define DEEPEST 64
#define MOST_OBJECTS 1000000

/* From 1.12 on the plain name means another structure, without an address. */
#if H5_VERSION_GE(1, 12, 0)
typedef H5O_info1_t object_info;
#else
typedef H5O_info_t object_info;
#endif

/* ---- In the child ---- */

typedef struct {
  char *place; /* shared with the parent */
  size_t capacity;
  haddr_t *visited; /* addresses of groups on the way down: a group within itself is met once */
  int depth;
  long objects;
} walk;

static herr_t enter(hid_t parent, const char *name, walk *walk);

static herr_t find_exhaustion(unsigned depth, const H5E_error2_t *entry, void *found) {
  (void)depth;
  if (entry->min_num == H5E_NOSPACE || entry->min_num == H5E_CANTALLOC) *(int *)found = 1;
  return 0;
}

/* A failure for want of memory is none to go on after: a reader has no such limit, and would ask for gigabytes. */
static void end_if_exhausted(void) {
  int found = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_exhaustion, &found);
  if (found) _exit(1);
}

/* Reads values of any type into memory that is thrown away, the variable-length ones given back. */
static void read_values(hid_t object, int is_attribute) {
  hid_t type = is_attribute ? H5Aget_type(object) : H5Dget_type(object);
  hid_t space = is_attribute ? H5Aget_space(object) : H5Dget_space(object);
  hssize_t count = space >= 0 ? H5Sget_simple_extent_npoints(space) : -1;
  size_t size = type >= 0 ? H5Tget_size(type) : 0;
  /* Strings as a reader asks for them, in the file's own type; the rest as this machine has it. */
  int is_text = type >= 0 && H5Tget_class(type) == H5T_STRING;
  hid_t memory = type >= 0 && !is_text ? H5Tget_native_type(type, H5T_DIR_DEFAULT) : -1;
  if (memory < 0 && type >= 0) memory = H5Tcopy(type);
  if (memory >= 0 && H5Tget_size(memory) > size) size = H5Tget_size(memory);
  if (count > 0 && size > 0 && (unsigned long long)count <= LARGEST_READ / size) {
    void *values = calloc((size_t)count, size);
    if (values) {
      herr_t status = is_attribute ? H5Aread(object, memory, values)
                                   : H5Dread(object, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
      if (status < 0) end_if_exhausted();
      int has_lengths = H5Tdetect_class(memory, H5T_VLEN) > 0 || H5Tdetect_class(memory, H5T_STRING) > 0;
      if (status >= 0 && has_lengths) H5Dvlen_reclaim(memory, space, H5P_DEFAULT, values);
      free(values);
    }
  }
  if (memory >= 0) H5Tclose(memory);
  if (type >= 0) H5Tclose(type);
  if (space >= 0) H5Sclose(space);
}

static herr_t visit_attribute(hid_t object, const char *name, const H5A_info_t *info, void *data) {
  (void)info;
  (void)data;
  hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
  if (attribute >= 0) {
    read_values(attribute, 1);
    H5Aclose(attribute);
  }
  return 0;
}

static void visit_dataset(hid_t dataset) {
  hid_t creation = H5Dget_create_plist(dataset);
  H5D_layout_t layout = creation >= 0 ? H5Pget_layout(creation) : H5D_LAYOUT_ERROR;
  H5Dget_offset(dataset);
  H5Dget_storage_size(dataset);
  int is_known = creation >= 0;
  int filters = is_known ? H5Pget_nfilters(creation) : 0;
  for (int position = 0; is_known && position < filters; position++) {
    unsigned flags, configuration;
    size_t parameters = 0;
    H5Z_filter_t filter =
        H5Pget_filter2(creation, (unsigned)position, &flags, &parameters, NULL, 0, NULL, &configuration);
    is_known = filter == H5Z_FILTER_DEFLATE || filter == H5Z_FILTER_SHUFFLE || filter == H5Z_FILTER_FLETCHER32;
  }
#if H5_VERSION_GE(1, 10, 5)
  if (layout == H5D_CHUNKED) {
    hsize_t chunks = 0;
    hid_t space = H5Dget_space(dataset);
    if (space >= 0) {
      H5Dget_num_chunks(dataset, space, &chunks);
      H5Sclose(space);
    }
  }
#endif
  /* Data in other files are never read, and only filters that the reader allows are run. */
  int is_elsewhere = creation >= 0 && H5Pget_external_count(creation) != 0;
  if (is_known && !is_elsewhere && layout != H5D_VIRTUAL && layout != H5D_LAYOUT_ERROR) read_values(dataset, 0);
  if (creation >= 0) H5Pclose(creation);
}

static herr_t visit_link(hid_t group, const char *name, const H5L_info_t *info, void *data) {
  return info->type == H5L_TYPE_HARD ? enter(group, name, data) : 0;
}

static herr_t enter(hid_t parent, const char *name, walk *walk) {
  if (++walk->objects > MOST_OBJECTS || walk->depth >= DEEPEST) return 0;
  size_t length = strlen(walk->place);
  int is_root = strcmp(name, "/") == 0;
  if (!is_root && length + 1 + strlen(name) < walk->capacity) {
    strcat(walk->place, "/");
    strcat(walk->place, name);
  }
  hid_t object = H5Oopen(parent, name, H5P_DEFAULT);
  if (object >= 0) {
    hsize_t position = 0;
    H5Aiterate2(object, H5_INDEX_NAME, H5_ITER_NATIVE, &position, visit_attribute, NULL);
    H5I_type_t type = H5Iget_type(object);
    if (type == H5I_DATASET) visit_dataset(object);
    if (type == H5I_GROUP) {
      object_info info;
      int is_new = H5Oget_info2(object, &info, H5O_INFO_BASIC) >= 0;
      for (int level = 0; is_new && level < walk->depth; level++) is_new = walk->visited[level] != info.addr;
      if (is_new) {
        walk->visited[walk->depth++] = info.addr;
        hsize_t link = 0;
        H5Literate(object, H5_INDEX_NAME, H5_ITER_NATIVE, &link, visit_link, walk);
        walk->depth--;
      }
    }
    H5Oclose(object);
  }
  walk->place[length] = 0;
  return 0;
}

static void limit(int resource, rlim_t most) {
  struct rlimit limits;
  if (getrlimit(resource, &limits) != 0) return;
  if (limits.rlim_cur == RLIM_INFINITY || most < limits.rlim_cur) {
    limits.rlim_cur = most;
    setrlimit(resource, &limits);
  }
}

/* Address space in use; 0 where the system does not tell. */
static size_t address_space(void) {
  char text[64] = {0};
  int file = open("/proc/self/statm", O_RDONLY);
  if (file < 0) return 0;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  return count > 0 ? (size_t)strtoull(text, NULL, 10) * (size_t)sysconf(_SC_PAGESIZE) : 0;
}

static void run_child(const char *path, hid_t access, unsigned flags, int seconds, size_t memory, walk *walk) {
  /* What a crash prints is nobody's business. */
  int nowhere = open("/dev/null", O_WRONLY);
  if (nowhere >= 0) {
    dup2(nowhere, 1);
    dup2(nowhere, 2);
  }
  int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE, SIGTERM, SIGINT, SIGALRM};
  for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) signal(fatal[i], SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, (rlim_t)seconds);
  size_t used = address_space();
  if (used) limit(RLIMIT_AS, used + memory + GUARDED_SPACE);
  guard_memory(memory);
  /* Blocks that libhdf5 keeps for later would hide that they are used after their end. */
  H5set_free_list_limits(0, 0, 0, 0, 0, 0);
  haddr_t visited[DEEPEST];
  walk->visited = visited;
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  hid_t file = H5Fopen(path, flags, access);
  if (file >= 0) {
    enter(file, "/", walk);
    /* A reader closes it too, and there libhdf5 lets go of what it made of the damage. */
    H5Fclose(file);
  }
  check_guarded_memory();
  _exit(0);
}

/* ---- In the parent ---- */

enum vitrine_probe_verdict vitrine_probe(
    const char *path, long long access, unsigned flags, int seconds, size_t memory, char *place, size_t capacity) {
  int ends[2];
  char *shared = mmap(NULL, capacity, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
  if (shared == MAP_FAILED) return VITRINE_PROBE_IMPOSSIBLE;
  if (pipe(ends) != 0) {
    munmap(shared, capacity);
    return VITRINE_PROBE_IMPOSSIBLE;
  }
  fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    walk walk = {.place = shared, .capacity = capacity};
    run_child(path, (hid_t)access, flags, seconds, memory, &walk);
  }
  close(ends[1]);
  enum vitrine_probe_verdict verdict = VITRINE_PROBE_IMPOSSIBLE;
  if (child > 0) {
    /* The pipe closes when the child is gone, however it goes. A program started by another thread meanwhile may have
       inherited its end, so the child is asked after as well. */
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long long deadline = now.tv_sec * 1000LL + now.tv_nsec / 1000000 + PATIENCE * seconds * 1000LL;
    int status = 0;
    pid_t ended = 0;
    for (;;) {
      clock_gettime(CLOCK_MONOTONIC, &now);
      long long left = deadline - (now.tv_sec * 1000LL + now.tv_nsec / 1000000);
      struct pollfd end = {.fd = ends[0], .events = POLLIN};
      int closed = left > 0 ? poll(&end, 1, left < 100 ? (int)left : 100) : 0;
      if (left <= 0) kill(child, SIGKILL);
      ended = waitpid(child, &status, closed > 0 || left <= 0 ? 0 : WNOHANG);
      if (ended == child || (ended < 0 && errno != EINTR)) {
        verdict = left <= 0                                                        ? VITRINE_PROBE_TOO_SLOW
                  : ended == child && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? VITRINE_PROBE_SOUND
                  : ended == child && WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU
                      ? VITRINE_PROBE_TOO_SLOW
                      : VITRINE_PROBE_CRASHED;
        break;
      }
    }
    strncpy(place, shared, capacity - 1);
    place[capacity - 1] = 0;
  }
  close(ends[0]);
  munmap(shared, capacity);
  return verdict;
}
