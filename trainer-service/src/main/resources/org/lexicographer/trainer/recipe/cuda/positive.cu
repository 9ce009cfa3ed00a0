// What lies between the products where all positive latents are active, (B, F) and dense.

// e = x^ + b - y from W_d f, bfloat16 (B, D); the rest as reconstruct writes it, with squares (blocks)
// and columns (blocks, D) over ROWS_OF_ERRORS rows.
extern "C" __global__ __launch_bounds__(THREADS) void errors(
    const bfloat16* reconstruction, const float* bias, const float* targets, float scale, int rows,
    bfloat16* output, float* squares, float* columns) {
  __shared__ __align__(16) float parts[GROUPS][WIDTH];
  __shared__ float shared[32];
  int chunk = threadIdx.x % CHUNKS, group = threadIdx.x / CHUNKS;
  int first = blockIdx.x * ROWS_OF_ERRORS, last = min(rows, first + ROWS_OF_ERRORS);
  float column[8] = {}, start[8], square = 0;
  load(start, bias + 8 * chunk);
  for (int row = first + group; row < last; row += GROUPS) {
    long at = (long) row * CHUNKS + chunk;
    float error[8] = {}, target[8];
    addAll(error, start);
    addScaled(error, ((const Eight*) reconstruction)[at], 1);
    load(target, targets + 8 * at);
    for (int i = 0; i < 8; i++) {
      error[i] -= target[i];
      square += error[i] * error[i];
      error[i] *= scale;
    }
    addAll(column, error);
    ((Eight*) output)[at] = rounded(error);
  }
  store(&parts[group][8 * chunk], column);
  square = blockSum(square, shared);
  if (threadIdx.x == 0) {
    squares[blockIdx.x] = square;
  }
  if (group == 0) {
    for (int i = 1; i < GROUPS; i++) {
      float part[8];
      load(part, &parts[i][8 * chunk]);
      addAll(column, part);
    }
    store(columns + (long) blockIdx.x * WIDTH + 8 * chunk, column);
  }
}

// What a latent's penalty adds to dL/df, by row and latent: the same everywhere.
struct Even {
  float weight;

  __device__ float of(int row) const {
    return weight;
  }

  __device__ float at(float ofRow, float f) const {
    return ofRow;
  }
};

// f^exponent by the hardware's binary logarithm and power, which are within some 1e-6 of it.
__device__ __forceinline__ float power(float f, float exponent) {
  return exp2f(exponent * log2f(f));
}

// A factor of each row times f^exponent.
struct Powers {
  const float* factors;
  float exponent;

  __device__ float of(int row) const {
    return factors[row];
  }

  __device__ float at(float ofRow, float f) const {
    return ofRow * power(f, exponent);
  }
};

// dL/dz = 1[f > 0] (W_d' dL/dx^ + the penalty's) in place of the product, bfloat16 (B, F); its sums
// and those of f (blocks, F) over ROWS_OF_SLOPES rows, and in how many rows each latent is active,
// added to fired (F). A block of 256 threads takes 2,048 latents.
template <class Penalty>
__device__ void differentiatePositive(
    bfloat16* product, const bfloat16* f, Penalty penalty, int rows, float* sums, float* latents,
    unsigned int* fired) {
  int vector = blockIdx.x * 256 + threadIdx.x;
  if (vector >= LATENTS / 8) {
    return;
  }
  float sum[8] = {}, total[8] = {};
  unsigned int count[8] = {};
  int last = min(rows, (int) (blockIdx.y + 1) * ROWS_OF_SLOPES);
#pragma unroll 4
  for (int row = blockIdx.y * ROWS_OF_SLOPES; row < last; row++) {
    long at = (long) row * (LATENTS / 8) + vector;
    float ofRow = penalty.of(row);
    Eight slope = ((Eight*) product)[at], latent = ((const Eight*) f)[at];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      float first = lower(latent.pair[i]), second = upper(latent.pair[i]);
      unsigned int pair = rounded(
          first > 0 ? lower(slope.pair[i]) + penalty.at(ofRow, first) : 0,
          second > 0 ? upper(slope.pair[i]) + penalty.at(ofRow, second) : 0);
      slope.pair[i] = pair;
      sum[2 * i] += lower(pair);
      sum[2 * i + 1] += upper(pair);
      count[2 * i] += first > 0;
      count[2 * i + 1] += second > 0;
      total[2 * i] += first;
      total[2 * i + 1] += second;
    }
    ((Eight*) product)[at] = slope;
  }
  store(sums + (long) blockIdx.y * LATENTS + 8 * vector, sum);
  store(latents + (long) blockIdx.y * LATENTS + 8 * vector, total);
  for (int i = 0; i < 8; i++) {
    if (count[i] > 0) {
      atomicAdd(&fired[8 * vector + i], count[i]);
    }
  }
}

extern "C" __global__ __launch_bounds__(256) void slopesOfPositive(
    bfloat16* product, const bfloat16* f, float weight, int rows, float* sums, float* latents,
    unsigned int* fired) {
  differentiatePositive(product, f, Even{weight}, rows, sums, latents, fired);
}

extern "C" __global__ __launch_bounds__(256) void slopesOfPowers(
    bfloat16* product, const bfloat16* f, const float* factors, float exponent, int rows, float* sums,
    float* latents, unsigned int* fired) {
  differentiatePositive(product, f, Powers{factors, exponent}, rows, sums, latents, fired);
}

// Sums of f^p and of f^next, of what is above 0, of each row (2, B). A block of 256 threads takes a
// row. What is not a number passes, so that losses show it.
extern "C" __global__ __launch_bounds__(256) void powersOfRow(
    const bfloat16* f, float p, float next, int rows, float* sums) {
  __shared__ float shared[32];
  int row = blockIdx.x;
  float now = 0, then = 0;
#pragma unroll 2
  for (int vector = threadIdx.x; vector < LATENTS / 8; vector += 256) {
    Eight latent = ((const Eight*) f)[(long) row * (LATENTS / 8) + vector];
#pragma unroll
    for (int i = 0; i < 8; i++) {
      float value = i & 1 ? upper(latent.pair[i / 2]) : lower(latent.pair[i / 2]);
      now += value == 0 ? 0 : power(value, p);
      then += value == 0 ? 0 : power(value, next);
    }
  }
  now = blockSum(now, shared);
  then = blockSum(then, shared);
  if (threadIdx.x == 0) {
    sums[row] = now;
    sums[rows + row] = then;
  }
}
