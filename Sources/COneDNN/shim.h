// One face for oneDNN 2 and 3. Version 2 describes an operation in a structure first and passes memory
// descriptions by address of a structure; version 3 makes primitive descriptors directly and its descriptions
// are opaque. Here a description is `onednn_md` in both, and each operation is one function.

#ifndef VITRINE_ONEDNN_SHIM_H
#define VITRINE_ONEDNN_SHIM_H

#include <dnnl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/// A memory description: owned if made by `onednn_md_create`, borrowed from its primitive if queried.
typedef const void *onednn_md;

/// Which way an operation is computed.
typedef enum {
  onednn_forward,
  onednn_backward_data,
  onednn_backward_weights,
  onednn_backward_both,
} onednn_direction;

// Descriptions ---------------------------------------------------------------------------------------------

#if DNNL_VERSION_MAJOR >= 3
#define ONEDNN_MD(md) ((const_dnnl_memory_desc_t)(md))
#else
#define ONEDNN_MD(md) ((const dnnl_memory_desc_t *)(md))
#endif

static inline onednn_md onednn_md_create(int rank, const int64_t *dims, dnnl_format_tag_t tag) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t md = NULL;
  return dnnl_memory_desc_create_with_tag(&md, rank, dims, dnnl_f32, tag) == dnnl_success ? md : NULL;
#else
  dnnl_memory_desc_t *md = (dnnl_memory_desc_t *)malloc(sizeof *md);
  if (md && dnnl_memory_desc_init_by_tag(md, rank, dims, dnnl_f32, tag) != dnnl_success) {
    free(md);
    return NULL;
  }
  return md;
#endif
}

static inline onednn_md onednn_md_create_strided(int rank, const int64_t *dims, const int64_t *strides) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t md = NULL;
  return dnnl_memory_desc_create_with_strides(&md, rank, dims, dnnl_f32, strides) == dnnl_success ? md : NULL;
#else
  dnnl_memory_desc_t *md = (dnnl_memory_desc_t *)malloc(sizeof *md);
  if (md && dnnl_memory_desc_init_by_strides(md, rank, dims, dnnl_f32, strides) != dnnl_success) {
    free(md);
    return NULL;
  }
  return md;
#endif
}

static inline onednn_md onednn_md_clone(onednn_md md) {
  if (!md) return NULL;
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_t copy = NULL;
  return dnnl_memory_desc_clone(&copy, ONEDNN_MD(md)) == dnnl_success ? copy : NULL;
#else
  dnnl_memory_desc_t *copy = (dnnl_memory_desc_t *)malloc(sizeof *copy);
  if (copy) *copy = *ONEDNN_MD(md);
  return copy;
#endif
}

static inline void onednn_md_destroy(onednn_md md) {
#if DNNL_VERSION_MAJOR >= 3
  dnnl_memory_desc_destroy((dnnl_memory_desc_t)md);
#else
  free((void *)md);
#endif
}

static inline int onednn_md_equal(onednn_md a, onednn_md b) {
  return dnnl_memory_desc_equal(ONEDNN_MD(a), ONEDNN_MD(b));
}

static inline size_t onednn_md_size(onednn_md md) {
  return md ? dnnl_memory_desc_get_size(ONEDNN_MD(md)) : 0;
}

/// The description a primitive chose for one of its tensors; borrowed, NULL if it has none.
static inline onednn_md onednn_query_md(const_dnnl_primitive_desc_t pd, dnnl_query_t what) {
  return dnnl_primitive_desc_query_md(pd, what, 0);
}

static inline dnnl_memory_t onednn_memory(onednn_md md, dnnl_engine_t engine, void *handle) {
  dnnl_memory_t memory = NULL;
  return dnnl_memory_create(&memory, ONEDNN_MD(md), engine, handle) == dnnl_success ? memory : NULL;
}

// Operations: each returns a primitive descriptor, or NULL where the library has no such kernel ---------------

/// Scratch memory is ours to plan: one buffer serves all primitives of an executor in turn. A slope that is a number
/// asks for a rectifier on the result.
static inline dnnl_primitive_attr_t onednn_attributes(float slope) {
  dnnl_primitive_attr_t attributes = NULL;
  dnnl_primitive_attr_create(&attributes);
  dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user);
  if (slope == slope) {
    dnnl_post_ops_t operations = NULL;
    dnnl_post_ops_create(&operations);
#if DNNL_VERSION_MAJOR >= 3
    dnnl_post_ops_append_eltwise(operations, dnnl_eltwise_relu, slope, 0);
#else
    dnnl_post_ops_append_eltwise(operations, 1, dnnl_eltwise_relu, slope, 0);
#endif
    dnnl_primitive_attr_set_post_ops(attributes, operations);
    dnnl_post_ops_destroy(operations);
  }
  return attributes;
}

#if DNNL_VERSION_MAJOR >= 3
#define ONEDNN_FINISH(slope, call)                                  \
  dnnl_primitive_desc_t pd = NULL;                           \
  dnnl_primitive_attr_t attributes = onednn_attributes(slope); \
  dnnl_status_t status = (call);                             \
  dnnl_primitive_attr_destroy(attributes);                   \
  return status == dnnl_success ? pd : NULL;
#else
static inline dnnl_primitive_desc_t onednn_finish(
    dnnl_status_t status, const void *desc, dnnl_engine_t engine, float slope, const_dnnl_primitive_desc_t hint) {
  if (status != dnnl_success) return NULL;
  dnnl_primitive_desc_t pd = NULL;
  dnnl_primitive_attr_t attributes = onednn_attributes(slope);
  status = dnnl_primitive_desc_create(&pd, (const_dnnl_op_desc_t)desc, attributes, engine, hint);
  dnnl_primitive_attr_destroy(attributes);
  return status == dnnl_success ? pd : NULL;
}
#endif

static inline dnnl_primitive_desc_t onednn_convolution(
    onednn_direction direction, int transposed, dnnl_engine_t engine, onednn_md src, onednn_md weights,
    onednn_md bias, onednn_md dst, const int64_t *strides, const int64_t *dilations,
    const int64_t *padding_before, const int64_t *padding_after, float slope,
    const_dnnl_primitive_desc_t hint) {
#if DNNL_VERSION_MAJOR >= 3
#define ARGUMENTS strides, dilations, padding_before, padding_after
  if (transposed) {
    const dnnl_alg_kind_t kind = dnnl_deconvolution_direct;
    ONEDNN_FINISH(
      slope,
        direction == onednn_forward
            ? dnnl_deconvolution_forward_primitive_desc_create(
                  &pd, engine, dnnl_forward_training, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias),
                  ONEDNN_MD(dst), ARGUMENTS, attributes)
        : direction == onednn_backward_data
            ? dnnl_deconvolution_backward_data_primitive_desc_create(
                  &pd, engine, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(dst), ARGUMENTS, hint, attributes)
            : dnnl_deconvolution_backward_weights_primitive_desc_create(
                  &pd, engine, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias), ONEDNN_MD(dst), ARGUMENTS,
                  hint, attributes))
  } else {
    const dnnl_alg_kind_t kind = dnnl_convolution_direct;
    ONEDNN_FINISH(
      slope,
        direction == onednn_forward
            ? dnnl_convolution_forward_primitive_desc_create(
                  &pd, engine, dnnl_forward_training, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias),
                  ONEDNN_MD(dst), ARGUMENTS, attributes)
        : direction == onednn_backward_data
            ? dnnl_convolution_backward_data_primitive_desc_create(
                  &pd, engine, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(dst), ARGUMENTS, hint, attributes)
            : dnnl_convolution_backward_weights_primitive_desc_create(
                  &pd, engine, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias), ONEDNN_MD(dst), ARGUMENTS,
                  hint, attributes))
  }
#undef ARGUMENTS
#else
#define ARGUMENTS strides, dilations, padding_before, padding_after
  dnnl_convolution_desc_t desc;  // a deconvolution's description is the same type
  dnnl_status_t status;
  if (transposed) {
    const dnnl_alg_kind_t kind = dnnl_deconvolution_direct;
    status = direction == onednn_forward
                 ? dnnl_dilated_deconvolution_forward_desc_init(
                       &desc, dnnl_forward_training, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias),
                       ONEDNN_MD(dst), ARGUMENTS)
             : direction == onednn_backward_data
                 ? dnnl_dilated_deconvolution_backward_data_desc_init(
                       &desc, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(dst), ARGUMENTS)
                 : dnnl_dilated_deconvolution_backward_weights_desc_init(
                       &desc, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias), ONEDNN_MD(dst), ARGUMENTS);
  } else {
    const dnnl_alg_kind_t kind = dnnl_convolution_direct;
    status = direction == onednn_forward
                 ? dnnl_dilated_convolution_forward_desc_init(
                       &desc, dnnl_forward_training, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias),
                       ONEDNN_MD(dst), ARGUMENTS)
             : direction == onednn_backward_data
                 ? dnnl_dilated_convolution_backward_data_desc_init(
                       &desc, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(dst), ARGUMENTS)
                 : dnnl_dilated_convolution_backward_weights_desc_init(
                       &desc, kind, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias), ONEDNN_MD(dst), ARGUMENTS);
  }
#undef ARGUMENTS
  return onednn_finish(status, &desc, engine, slope, hint);
#endif
}

static inline dnnl_primitive_desc_t onednn_inner_product(
    onednn_direction direction, dnnl_engine_t engine, onednn_md src, onednn_md weights, onednn_md bias,
    onednn_md dst, float slope,
    const_dnnl_primitive_desc_t hint) {
#if DNNL_VERSION_MAJOR >= 3
  ONEDNN_FINISH(
      slope,
      direction == onednn_forward
          ? dnnl_inner_product_forward_primitive_desc_create(
                &pd, engine, dnnl_forward_training, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias),
                ONEDNN_MD(dst), attributes)
      : direction == onednn_backward_data
          ? dnnl_inner_product_backward_data_primitive_desc_create(
                &pd, engine, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(dst), hint, attributes)
          : dnnl_inner_product_backward_weights_primitive_desc_create(
                &pd, engine, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias), ONEDNN_MD(dst), hint, attributes))
#else
  dnnl_inner_product_desc_t desc;
  dnnl_status_t status =
      direction == onednn_forward
          ? dnnl_inner_product_forward_desc_init(
                &desc, dnnl_forward_training, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias), ONEDNN_MD(dst))
      : direction == onednn_backward_data
          ? dnnl_inner_product_backward_data_desc_init(&desc, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(dst))
          : dnnl_inner_product_backward_weights_desc_init(
                &desc, ONEDNN_MD(src), ONEDNN_MD(weights), ONEDNN_MD(bias), ONEDNN_MD(dst));
  return onednn_finish(status, &desc, engine, slope, hint);
#endif
}

/// Whether the backward pass of a batch norm is given its shift, which it does not need: version 2 wants it all the
/// same, version 3 refuses it.
static inline int onednn_batch_norm_takes_shift_backward(void) { return DNNL_VERSION_MAJOR < 3; }

static inline dnnl_primitive_desc_t onednn_batch_norm(
    onednn_direction direction, dnnl_engine_t engine, onednn_md data, onednn_md gradient, float epsilon,
    unsigned flags, const_dnnl_primitive_desc_t hint) {
#if DNNL_VERSION_MAJOR >= 3
  ONEDNN_FINISH(
      NAN,
      direction == onednn_forward
          ? dnnl_batch_normalization_forward_primitive_desc_create(
                &pd, engine, dnnl_forward_training, ONEDNN_MD(data), ONEDNN_MD(data), epsilon, flags, attributes)
          : dnnl_batch_normalization_backward_primitive_desc_create(
                &pd, engine, dnnl_backward, ONEDNN_MD(gradient), ONEDNN_MD(gradient), ONEDNN_MD(data), epsilon, flags,
                hint, attributes))
#else
  dnnl_batch_normalization_desc_t desc;
  dnnl_status_t status =
      direction == onednn_forward
          ? dnnl_batch_normalization_forward_desc_init(
                &desc, dnnl_forward_training, ONEDNN_MD(data), epsilon, flags)
          : dnnl_batch_normalization_backward_desc_init(
                &desc, dnnl_backward, ONEDNN_MD(gradient), ONEDNN_MD(data), epsilon, flags);
  return onednn_finish(status, &desc, engine, NAN, hint);
#endif
}

static inline dnnl_primitive_desc_t onednn_eltwise(
    onednn_direction direction, dnnl_engine_t engine, dnnl_alg_kind_t kind, onednn_md data, onednn_md gradient,
    float alpha, float beta, const_dnnl_primitive_desc_t hint) {
#if DNNL_VERSION_MAJOR >= 3
  ONEDNN_FINISH(
      NAN,
      direction == onednn_forward
          ? dnnl_eltwise_forward_primitive_desc_create(
                &pd, engine, dnnl_forward_training, kind, ONEDNN_MD(data), ONEDNN_MD(data), alpha, beta, attributes)
          : dnnl_eltwise_backward_primitive_desc_create(
                &pd, engine, kind, ONEDNN_MD(gradient), ONEDNN_MD(gradient), ONEDNN_MD(data), alpha, beta, hint,
                attributes))
#else
  dnnl_eltwise_desc_t desc;
  dnnl_status_t status =
      direction == onednn_forward
          ? dnnl_eltwise_forward_desc_init(&desc, dnnl_forward_training, kind, ONEDNN_MD(data), alpha, beta)
          : dnnl_eltwise_backward_desc_init(&desc, kind, ONEDNN_MD(gradient), ONEDNN_MD(data), alpha, beta);
  return onednn_finish(status, &desc, engine, NAN, hint);
#endif
}

static inline dnnl_primitive_desc_t onednn_pooling(
    onednn_direction direction, dnnl_engine_t engine, dnnl_alg_kind_t kind, onednn_md src, onednn_md dst,
    const int64_t *strides, const int64_t *kernel, const int64_t *padding_before, const int64_t *padding_after,
    const_dnnl_primitive_desc_t hint) {
#if DNNL_VERSION_MAJOR >= 3
  const int64_t dilations[2] = {0, 0};
  ONEDNN_FINISH(
      NAN,
      direction == onednn_forward
          ? dnnl_pooling_forward_primitive_desc_create(
                &pd, engine, dnnl_forward_training, kind, ONEDNN_MD(src), ONEDNN_MD(dst), strides, kernel, dilations,
                padding_before, padding_after, attributes)
          : dnnl_pooling_backward_primitive_desc_create(
                &pd, engine, kind, ONEDNN_MD(src), ONEDNN_MD(dst), strides, kernel, dilations, padding_before,
                padding_after, hint, attributes))
#else
  dnnl_pooling_desc_t desc;
  dnnl_status_t status =
      direction == onednn_forward
          ? dnnl_pooling_forward_desc_init(
                &desc, dnnl_forward_training, kind, ONEDNN_MD(src), ONEDNN_MD(dst), strides, kernel, padding_before,
                padding_after)
          : dnnl_pooling_backward_desc_init(
                &desc, kind, ONEDNN_MD(src), ONEDNN_MD(dst), strides, kernel, padding_before, padding_after);
  return onednn_finish(status, &desc, engine, NAN, hint);
#endif
}

static inline dnnl_primitive_desc_t onednn_reorder(dnnl_engine_t engine, onednn_md src, onednn_md dst) {
  dnnl_primitive_desc_t pd = NULL;
  dnnl_primitive_attr_t attributes = onednn_attributes(NAN);
  dnnl_status_t status =
      dnnl_reorder_primitive_desc_create(&pd, ONEDNN_MD(src), engine, ONEDNN_MD(dst), engine, attributes);
  dnnl_primitive_attr_destroy(attributes);
  return status == dnnl_success ? pd : NULL;
}

#endif
