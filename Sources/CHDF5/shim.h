#include <hdf5.h>

/* Swift imports neither macros that call a function nor macros with casts: here they are as functions.
   Most of them enter libhdf5 (H5open), so they too belong behind the gate in LibHDF5.swift. */
static inline hid_t vitrine_H5T_NATIVE_FLOAT(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t vitrine_H5T_NATIVE_DOUBLE(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t vitrine_H5T_NATIVE_INT32(void) { return H5T_NATIVE_INT32; }
static inline hid_t vitrine_H5T_NATIVE_INT64(void) { return H5T_NATIVE_INT64; }
static inline hid_t vitrine_H5T_NATIVE_UINT64(void) { return H5T_NATIVE_UINT64; }
static inline hid_t vitrine_H5T_NATIVE_UINT8(void) { return H5T_NATIVE_UINT8; }
static inline hid_t vitrine_H5T_IEEE_F32LE(void) { return H5T_IEEE_F32LE; }
static inline hid_t vitrine_H5T_IEEE_F64LE(void) { return H5T_IEEE_F64LE; }
static inline hid_t vitrine_H5T_STD_I32LE(void) { return H5T_STD_I32LE; }
static inline hid_t vitrine_H5T_STD_I64LE(void) { return H5T_STD_I64LE; }
static inline hid_t vitrine_H5T_STD_U64LE(void) { return H5T_STD_U64LE; }
static inline hid_t vitrine_H5T_STD_U8LE(void) { return H5T_STD_U8LE; }
static inline hid_t vitrine_H5T_C_S1(void) { return H5T_C_S1; }
static inline hid_t vitrine_H5P_FILE_ACCESS(void) { return H5P_FILE_ACCESS; }
static inline hid_t vitrine_H5P_DATASET_CREATE(void) { return H5P_DATASET_CREATE; }
static inline hid_t vitrine_H5P_GROUP_CREATE(void) { return H5P_GROUP_CREATE; }
static inline hid_t vitrine_H5P_FILE_CREATE(void) { return H5P_FILE_CREATE; }
static inline hid_t vitrine_H5P_LINK_CREATE(void) { return H5P_LINK_CREATE; }
static inline unsigned vitrine_H5F_ACC_RDONLY(void) { return H5F_ACC_RDONLY; }
static inline unsigned vitrine_H5F_ACC_EXCL(void) { return H5F_ACC_EXCL; }
static inline unsigned vitrine_H5F_ACC_SWMR_READ(void) { return H5F_ACC_SWMR_READ; }
static inline hsize_t vitrine_H5S_UNLIMITED(void) { return H5S_UNLIMITED; }
static inline size_t vitrine_H5T_VARIABLE(void) { return H5T_VARIABLE; }

/* 0: a link to an object in the file, 1: to a path or to another file, -1: no such link.
   H5Lget_info is a macro with two meanings from 1.12 on. */
static inline int vitrine_link_kind(hid_t group, const char *name) {
#if H5_VERSION_GE(1, 12, 0)
  H5L_info2_t info;
  if (H5Lget_info2(group, name, &info, H5P_DEFAULT) < 0) return -1;
#else
  H5L_info_t info;
  if (H5Lget_info(group, name, &info, H5P_DEFAULT) < 0) return -1;
#endif
  return info.type == H5L_TYPE_HARD ? 0 : 1;
}

/* Locks a file while it is opened where the file system can, goes without where it cannot.
   The call is younger than the libraries we build with. */
static inline herr_t vitrine_lock_if_possible(hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
  return H5Pset_file_locking(access, 1, 1);
#else
  return 0;
#endif
}
