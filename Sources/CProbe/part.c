#include "CPart.h"

#include <errno.h>
#include <fcntl.h>
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

typedef struct {
  uint64_t offset;
  uint64_t size;
} part_info;

typedef struct {
  H5FD_t public; /* libhdf5's own fields come first */
  int descriptor;
  part_info part;
  haddr_t end; /* as far as libhdf5 has it */
  dev_t device;
  ino_t number;
} part_file;

static H5FD_t *part_open(const char *name, unsigned flags, hid_t access, haddr_t limit) {
  (void)limit;
  const part_info *info = H5Pget_driver_info(access);
  if (!info || flags & (H5F_ACC_RDWR | H5F_ACC_CREAT | H5F_ACC_TRUNC)) return NULL;
  int descriptor = open(name, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return NULL;
  struct stat status;
  part_file *file = calloc(1, sizeof *file);
  if (!file || fstat(descriptor, &status) < 0) {
    free(file);
    close(descriptor);
    return NULL;
  }
  file->descriptor = descriptor;
  file->part = *info;
  file->device = status.st_dev;
  file->number = status.st_ino;
  return &file->public;
}

static herr_t part_close(H5FD_t *base) {
  part_file *file = (part_file *)base;
  int result = close(file->descriptor);
  free(file);
  return result;
}

static int part_compare(const H5FD_t *left, const H5FD_t *right) {
  const part_file *one = (const part_file *)left, *other = (const part_file *)right;
  if (one->device != other->device) return one->device < other->device ? -1 : 1;
  if (one->number != other->number) return one->number < other->number ? -1 : 1;
  if (one->part.offset != other->part.offset) return one->part.offset < other->part.offset ? -1 : 1;
  return 0;
}

static herr_t part_query(const H5FD_t *file, unsigned long *flags) {
  (void)file;
  if (flags) *flags = H5FD_FEAT_DATA_SIEVE | H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA;
  return 0;
}

static haddr_t part_get_eoa(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const part_file *)file)->end;
}

static herr_t part_set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t end) {
  (void)type;
  ((part_file *)file)->end = end;
  return 0;
}

static haddr_t part_get_eof(const H5FD_t *file, H5FD_mem_t type) {
  (void)type;
  return ((const part_file *)file)->part.size;
}

static herr_t part_read(H5FD_t *base, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, void *buffer) {
  (void)type;
  (void)transfer;
  part_file *file = (part_file *)base;
  if (address > file->part.size || size > file->part.size - address) return -1;
  char *place = buffer;
  uint64_t offset = file->part.offset + address;
  while (size > 0) {
    ssize_t count = pread(file->descriptor, place, size < (1u << 30) ? size : 1u << 30, (off_t)offset);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return -1;
    place += count;
    offset += (uint64_t)count;
    size -= (size_t)count;
  }
  return 0;
}

static herr_t part_write(
    H5FD_t *file, H5FD_mem_t type, hid_t transfer, haddr_t address, size_t size, const void *buffer) {
  (void)file, (void)type, (void)transfer, (void)address, (void)size, (void)buffer;
  return -1;
}

static const H5FD_class_t part_class = {
#if H5_VERSION_GE(1, 13, 0)
    .version = H5FD_CLASS_VERSION,
    .value = (H5FD_class_value_t)600,
#endif
    .name = "part",
    .maxaddr = (haddr_t)INT64_MAX,
    .fc_degree = H5F_CLOSE_WEAK,
    .fapl_size = sizeof(part_info),
    .open = part_open,
    .close = part_close,
    .cmp = part_compare,
    .query = part_query,
    .get_eoa = part_get_eoa,
    .set_eoa = part_set_eoa,
    .get_eof = part_get_eof,
    .read = part_read,
    .write = part_write,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

int vitrine_read_part(long long access, uint64_t offset, uint64_t size) {
  static hid_t driver = -1;
  if (offset > INT64_MAX || size > INT64_MAX - offset) return -1;
  if (driver < 0) driver = H5FDregister(&part_class);
  if (driver < 0) return -1;
  part_info info = {offset, size};
  return H5Pset_driver((hid_t)access, driver, &info);
}
