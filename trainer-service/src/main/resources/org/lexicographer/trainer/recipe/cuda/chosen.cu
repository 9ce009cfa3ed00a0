// Reconstruction and gradients where few latents are chosen: those of row b lie from offsets[b] on,
// or from b * k on where offsets are absent, in the order of their numbers.

#define LISTED 256
#define WINDOW 512

__device__ __forceinline__ int2 placesOf(int row, const int* offsets, int k) {
  return offsets ? make_int2(offsets[row], offsets[row + 1]) : make_int2(row * k, row * k + k);
}

struct Listed {
  int latents[LISTED];
  float values[LISTED];
};

__device__ __forceinline__ int list(Listed& listed, int start, int end, const int* latents, const bfloat16* values) {
  int count = min(LISTED, end - start);
  __syncthreads();
  for (int i = threadIdx.x; i < count; i += THREADS) {
    listed.latents[i] = latents[start + i];
    listed.values[i] = widened(values[start + i]);
  }
  __syncthreads();
  return count;
}

// e = W_d f + b - y, dL/dx^ = scale e as output, bfloat16 (B, D), sum e^2 of each row as squares (B),
// sums of dL/dx^ over ROWS rows as columns (B / ROWS, D), and dL/df of chosen latents above 0 as
// slopes. A block takes ROWS rows one after the other.
extern "C" __global__ __launch_bounds__(THREADS) void reconstruct(
    const int* offsets, int k, const int* latents, const bfloat16* values, const bfloat16* decoder,
    const float* bias, const float* targets, float scale, int rows, bfloat16* output, float* squares,
    float* slopes, float* columns) {
  __shared__ __align__(16) float parts[GROUPS][WIDTH];
  __shared__ __align__(16) float gradient[WIDTH];
  __shared__ Listed listed;
  __shared__ float shared[32];
  int chunk = threadIdx.x % CHUNKS, group = threadIdx.x / CHUNKS;
  float column[8] = {};
  for (int row = blockIdx.x * ROWS; row < min(rows, (int) (blockIdx.x + 1) * ROWS); row++) {
    int2 places = placesOf(row, offsets, k);
    float sum[8] = {}, square = 0;
    for (int start = places.x; start < places.y; start += LISTED) {
      int count = list(listed, start, places.y, latents, values);
#pragma unroll 4
      for (int i = group; i < count; i += GROUPS) {
        addScaled(sum, ((const Eight*) decoder)[(long) listed.latents[i] * CHUNKS + chunk], listed.values[i]);
      }
    }
    __syncthreads();
    store(&parts[group][8 * chunk], sum);
    __syncthreads();
    if (group == 0) {
      float error[8], part[8];
      load(error, bias + 8 * chunk);
      for (int i = 0; i < GROUPS; i++) {
        load(part, &parts[i][8 * chunk]);
        addAll(error, part);
      }
      load(part, targets + (long) row * WIDTH + 8 * chunk);
      for (int i = 0; i < 8; i++) {
        error[i] -= part[i];
        square += error[i] * error[i];
        error[i] *= scale;
      }
      addAll(column, error);
      store(&gradient[8 * chunk], error);
      ((Eight*) output)[(long) row * CHUNKS + chunk] = rounded(error);
    }
    square = blockSum(square, shared);
    if (threadIdx.x == 0) {
      squares[row] = square;
    }
    for (int start = places.x; start < places.y; start += LISTED) {
      // One list is still there.
      int count = places.y - places.x > LISTED ? list(listed, start, places.y, latents, values) : places.y - start;
      for (int i = warp(); i < count; i += WARPS) {
        float dot = 0;
        for (int at = lane(); at < CHUNKS; at += 32) {
          Eight column = ((const Eight*) decoder)[(long) listed.latents[i] * CHUNKS + at];
          float part[8];
          load(part, &gradient[8 * at]);
#pragma unroll
          for (int q = 0; q < 4; q++) {
            dot += part[2 * q] * lower(column.pair[q]) + part[2 * q + 1] * upper(column.pair[q]);
          }
        }
        dot = warpSum(dot);
        if (lane() == 0) {
          slopes[start + i] = listed.values[i] > 0 ? dot : 0;
        }
      }
    }
  }
  if (group == 0) {
    store(columns + (long) blockIdx.x * WIDTH + 8 * chunk, column);
  }
}

// Of prefixes of latents, each a dictionary of its own: one past the last latent, the weight of the
// prefix's squared error in the loss, and what the gradient at its reconstruction is of its error.
struct Prefix {
  float end;
  float weight;
  float scale;
};

// The shortest prefix that a latent is in; the last one has all.
__device__ __forceinline__ int prefixOf(int latent, const Prefix* prefixes, int count) {
  int prefix = 0;
  while (prefix < count - 1 && latent >= prefixes[prefix].end) {
    prefix++;
  }
  return prefix;
}

struct Entries {
  int rows[WINDOW];
  float slopes[WINDOW];
  float values[WINDOW];
};

// Where the rows of a latent find it among their chosen ones.
struct Lists {
  const int* offsets;
  int k;
  const int* latents;
  const bfloat16* values;
  const float* slopes;

  __device__ int placeIn(int row, int latent) const {
    int2 places = placesOf(row, offsets, k);
    while (places.y - places.x > 1) {
      int middle = (places.x + places.y) >> 1;
      if (latents[middle] <= latent) {
        places.x = middle;
      } else {
        places.y = middle;
      }
    }
    return places.x;
  }
};

// dL/dW_e and dL/dW_d (F, D), the latter without the part that is parallel to the latent's own
// decoder column; dL/db_e as sums (F), the sum of the squares of both rows as norms (F), and whether
// the latent was chosen. A block takes a latent and finds its rows by their bits in seen (F, words).
// outputs has dL/dx^ of the latents of each prefix alone (count, B, D).
extern "C" __global__ __launch_bounds__(THREADS) void gradients(
    const unsigned int* seen, int words, const int* offsets, int k, const int* latents,
    const bfloat16* values, const float* slopes, const bfloat16* centred, const bfloat16* outputs,
    const Prefix* prefixes, int count, int rows, const float* columns, float guard, float* encoder,
    float* decoder, float* sums, float* norms, bool* active) {
  __shared__ __align__(16) float parts[2][GROUPS][WIDTH];
  __shared__ Entries entries;
  __shared__ float shared[32];
  __shared__ int counts[32];
  Lists lists = {offsets, k, latents, values, slopes};
  int latent = blockIdx.x, chunk = threadIdx.x % CHUNKS, group = threadIdx.x / CHUNKS, found = 0;
  long place = (long) latent * WIDTH + 8 * chunk;
  const bfloat16* output = outputs + (long) prefixOf(latent, prefixes, count) * rows * WIDTH;
  float e[8] = {}, d[8] = {}, sum = 0;
  for (int segment = 0; segment < words; segment += THREADS) {
    int word = segment + threadIdx.x, all;
    unsigned int bits = word < words ? seen[(long) latent * words + word] : 0;
    int before = blockBefore(__popc(bits), counts, all);
    found += all;
    for (int start = 0; start < all; start += WINDOW) {
      __syncthreads();
      int rank = before - start;
      for (unsigned int left = bits; left > 0; left &= left - 1, rank++) {
        if (rank >= 0 && rank < WINDOW) {
          int row = word * 32 + __ffs(left) - 1, at = lists.placeIn(row, latent);
          entries.rows[rank] = row;
          entries.slopes[rank] = slopes[at];
          entries.values[rank] = widened(values[at]);
        }
      }
      __syncthreads();
      int listed = min(WINDOW, all - start);
#pragma unroll 4
      for (int i = group; i < listed; i += GROUPS) {
        long at = (long) entries.rows[i] * CHUNKS + chunk;
        addScaled(e, ((const Eight*) centred)[at], entries.slopes[i]);
        addScaled(d, ((const Eight*) output)[at], entries.values[i]);
      }
      for (int i = threadIdx.x; i < listed; i += THREADS) {
        sum += entries.slopes[i];
      }
    }
  }
  store(&parts[0][group][8 * chunk], e);
  store(&parts[1][group][8 * chunk], d);
  __syncthreads();
  float column[8] = {}, part[8], length = 0, along = 0, norm = 0;
  if (group == 0) {
    for (int i = 1; i < GROUPS; i++) {
      load(part, &parts[0][i][8 * chunk]);
      addAll(e, part);
      load(part, &parts[1][i][8 * chunk]);
      addAll(d, part);
    }
    load(column, columns + place);
    for (int i = 0; i < 8; i++) {
      length += column[i] * column[i];
      along += column[i] * d[i];
    }
  }
  length = sqrtf(blockSum(length, shared)) + guard;
  along = blockSum(along, shared) / (length * length);
  if (group == 0) {
    for (int i = 0; i < 8; i++) {
      d[i] -= column[i] * along;
      norm += e[i] * e[i] + d[i] * d[i];
    }
    store(encoder + place, e);
    store(decoder + place, d);
  }
  norm = blockSum(norm, shared);
  sum = blockSum(sum, shared);
  if (threadIdx.x == 0) {
    norms[latent] = norm;
    sums[latent] = sum;
    active[latent] = found > 0;
  }
}
