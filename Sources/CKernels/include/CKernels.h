// Loops over numbers in the widest vectors that this processor has, which Swift could only ask for in a build for one processor
// alone. Nothing here allocates, starts threads or knows a network.

#ifndef VITRINE_KERNELS_H
#define VITRINE_KERNELS_H

/// Pictures with their channels in blocks of one vector: `[example][channels / width][height][columns][width]`.
typedef struct {
  float *values;
  long channels, height, width;
} kernels_image;

/// A grid of places on pictures: place `(y, x)` is the picture's `(y · spacing + top, x · spacing + left)`, zero outside of it.
typedef struct {
  long top, left, spacing;
} kernels_grid;

/// Tiles that lie side by side on a grid, `step` places apart; all examples' tiles are counted through.
typedef struct {
  long rows, columns, step;
} kernels_tiles;

/// A stretch of tiles or channel blocks.
typedef struct {
  long start, end;
} kernels_range;

/// Where a tile's 25 points lie: point p of tile t from channel c is at `values[p · point + t · tile + c]`. Tiles are counted
/// from the first of the stretch, channels from the first block of theirs.
typedef struct {
  float *values;
  long point, tile;
} kernels_points;

/// A kernel's weights, `[small / width][big / width][taps][width of big][width of small]`, and which of its taps are meant:
/// tap `(i, j)` of the kind is `rows[i]`, `columns[j]` of a kernel of `kernel` columns.
typedef struct {
  float *values;
  long small, big, taps, kernel;
  long rows[3], columns[3];
} kernels_filters;

/// A window that slides over a picture: of a pooling, at most 256 places, which are numbered in a byte, or a kernel's taps.
typedef struct {
  long height, width, stride_y, stride_x, top, left;
} kernels_window;

/// The loops, compiled for one width of vectors.
typedef struct {
  /// Numbers in a vector.
  long width;

  // Winograd's convolutions, of 5 × 5 points: 4 × 4 results of 2 × 2 taps or 3 × 3 of 3 × 3 --------------------------------

  /// Bᵀ d B: the points of patches.
  void (*patch_points)(const kernels_image *image, kernels_grid grid, kernels_tiles tiles, kernels_range stretch,
                       kernels_range blocks, kernels_points points);
  /// A d Aᵀ: the points of gradients at results.
  void (*result_points)(const kernels_image *image, kernels_tiles tiles, kernels_range stretch, kernels_points points);
  /// Aᵀ m A: results from points, each with its channel's bias (if there is one); negative ones times `slope` (1 for as they are).
  void (*results)(const kernels_image *image, kernels_grid grid, kernels_tiles tiles, kernels_range stretch,
                  kernels_range blocks, kernels_points points, const float *bias, float slope);
  /// G w Gᵀ of one block of columns (of the small side's channels, or of the big side's), packed for `product`: the column
  /// block's row r of point p is at `packed[p · point + r · stride]`. Rows are the other side's channels.
  void (*filter_points)(const kernels_filters *filters, int taps, int columns_are_big, long block, float *packed, long point,
                        long stride);
  /// Gᵀ m G: the gradients of filters, from points whose tiles are the big side's channels of one stretch of blocks.
  void (*filter_gradients)(const kernels_filters *filters, int taps, kernels_range big_blocks, kernels_points points);

  /// `c[i][j] (+)= Σₖ a[i · a_row + k · a_depth] · b[k][j]`. `b_row` is the distance of its rows, or 0 where b is packed: two
  /// vectors of columns at a time, all rows of these together.
  void (*product)(long rows, long columns, long depth, const float *a, long a_row, long a_depth, const float *b, long b_row,
                  float *c, long c_row, int adds);

  // Others -------------------------------------------------------------------------------------------------------------

  /// The largest number of each window of one channel block, and which of its places that is.
  void (*max_pool)(const kernels_image *image, long block, kernels_window window, const kernels_image *result,
                   unsigned char *places);
  /// Sends gradients back to those places. With a slope that is a number the results' rectifier is taken along: what the result
  /// says is negative counts `slope` times.
  void (*max_pool_gradient)(const kernels_image *gradient, long block, kernels_window window, const kernels_image *arriving,
                            const unsigned char *places, const float *results, float slope);
  /// Sums of gradients over all places, by channel, for one channel block of all examples.
  void (*channel_sums)(const kernels_image *image, long examples, long block, float *sums);
  /// For one block of a convolution's output channels: the gradient of its weights, `[tap][width]` for each plain input channel,
  /// from inputs in rows, `[example][inputs][height][columns]`. `sums` gets the gradient of the bias.
  void (*thin_weight_gradient)(const float *input, long inputs, long height, long columns, const kernels_image *gradient,
                               long examples, long block, kernels_window kernel, float *weights, float *sums);

  // A convolution of at most 4 channels by 3 × 3 or 5 × 5 taps, its rectifier, and max pooling of 2 × 2 windows side by side ------

  /// One example, all channels: the largest of each window, negative ones times `slope`, and which place it was. `weights` are
  /// `[block][input][tap][width]`; `frame` has room for an example with its padding, `inputs · (2 · height + taps − 1) ·
  /// (2 · width + taps − 1)` of the result's height and width.
  void (*pooled_convolution)(const float *input, long inputs, long height, long columns, kernels_window kernel,
                             const float *weights, const float *bias, float slope, const kernels_image *result, long example,
                             float *frame, unsigned char *places);
  /// For one block of channels, over all examples: the gradients of its weights, `[input][tap][width]`, and of its biases, from the
  /// gradients that arrive at the pooled results.
  void (*pooled_convolution_gradient)(const float *input, long inputs, long height, long columns, kernels_window kernel,
                                      const kernels_image *arriving, long examples, long block, const float *results,
                                      const unsigned char *places, float slope, float *frame, float *weights, float *sums);
} kernels_table;

/// The loops for this processor; null where there are none for it, and stock primitives have to do.
const kernels_table *kernels_for_this_processor(void);

/// The loops for vectors of that many numbers, for tests; null if this processor cannot run them.
const kernels_table *kernels_of_width(long width);

#endif
