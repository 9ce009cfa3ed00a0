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

// dL/dz = 1[f > 0] (W_d' dL/dx^ + weight) in place of the product, bfloat16 (B, F); its sums (blocks,
// F) over ROWS_OF_SLOPES rows, sums of f (blocks of both dimensions), and in how many rows each latent
// is active, added to fired (F). A block of 256 threads takes 2,048 latents.
extern "C" __global__ __launch_bounds__(256) void slopesOfPositive(
    bfloat16* product, const bfloat16* f, float weight, int rows, float* sums, float* penalties,
    unsigned int* fired) {
  __shared__ float shared[32];
  int vector = blockIdx.x * 256 + threadIdx.x;
  float sum[8] = {}, penalty = 0;
  unsigned int count[8] = {};
  if (vector < LATENTS / 8) {
    int last = min(rows, (int) (blockIdx.y + 1) * ROWS_OF_SLOPES);
#pragma unroll 4
    for (int row = blockIdx.y * ROWS_OF_SLOPES; row < last; row++) {
      long at = (long) row * (LATENTS / 8) + vector;
      Eight slope = ((Eight*) product)[at], latent = ((const Eight*) f)[at];
#pragma unroll
      for (int i = 0; i < 4; i++) {
        float first = lower(latent.pair[i]), second = upper(latent.pair[i]);
        unsigned int pair = rounded(
            first > 0 ? lower(slope.pair[i]) + weight : 0, second > 0 ? upper(slope.pair[i]) + weight : 0);
        slope.pair[i] = pair;
        sum[2 * i] += lower(pair);
        sum[2 * i + 1] += upper(pair);
        count[2 * i] += first > 0;
        count[2 * i + 1] += second > 0;
        penalty += first + second;
      }
      ((Eight*) product)[at] = slope;
    }
    store(sums + (long) blockIdx.y * LATENTS + 8 * vector, sum);
    for (int i = 0; i < 8; i++) {
      if (count[i] > 0) {
        atomicAdd(&fired[8 * vector + i], count[i]);
      }
    }
  }
  penalty = blockSum(penalty, shared);
  if (threadIdx.x == 0) {
    penalties[blockIdx.y * gridDim.x + blockIdx.x] = penalty;
  }
}
