// What lies between the products where latents are active above thresholds of their own, (B, F) and
// dense. A block of 256 threads takes 2,048 latents of ROWS_OF_SLOPES rows.

// What is not a number passes, so that losses show it.
__device__ __forceinline__ bool isOpen(float value, float theta) {
  return !(value <= theta);
}

// The window of a threshold.
__device__ __forceinline__ bool isIn(float value, float theta, float width) {
  return fabsf((value - theta) / width) < 0.5f;
}

// f = p 1[p > theta], bfloat16 (B, F), of p and theta (F).
extern "C" __global__ __launch_bounds__(256) void open(
    const bfloat16* p, const float* thetas, int rows, bfloat16* f) {
  int vector = blockIdx.x * 256 + threadIdx.x;
  if (vector >= LATENTS / 8) {
    return;
  }
  float theta[8];
  load(theta, thetas + 8 * vector);
  int last = min(rows, (int) (blockIdx.y + 1) * ROWS_OF_SLOPES);
#pragma unroll 4
  for (int row = blockIdx.y * ROWS_OF_SLOPES; row < last; row++) {
    long at = (long) row * (LATENTS / 8) + vector;
    Eight eight = ((const Eight*) p)[at];
#pragma unroll
    for (int i = 0; i < 4; i++) {
      unsigned int first = isOpen(lower(eight.pair[i]), theta[2 * i]) ? 0xffffu : 0;
      unsigned int second = isOpen(upper(eight.pair[i]), theta[2 * i + 1]) ? 0xffff0000u : 0;
      eight.pair[i] &= first | second;
    }
    ((Eight*) f)[at] = eight;
  }
}

// dL/dp = 1[p > theta] W_d' dL/dx^ in place of the product, bfloat16 (B, F); over ROWS_OF_SLOPES rows
// its sums (blocks, F), and those of the product where p is in the window of theta, as jumps (blocks,
// F). Added to counts (3, F): in how many rows u is in the window, u is above theta, and f above 0.
// u is p, or f.
extern "C" __global__ __launch_bounds__(256) void slopesOfJumps(
    bfloat16* product, const bfloat16* p, const float* thetas, float width, int countsOpen, int rows,
    float* sums, float* jumps, unsigned int* counts) {
  int vector = blockIdx.x * 256 + threadIdx.x;
  if (vector >= LATENTS / 8) {
    return;
  }
  float theta[8];
  load(theta, thetas + 8 * vector);
  float sum[8] = {}, jumped[8] = {};
  unsigned int inWindow[8] = {}, above[8] = {}, fired[8] = {};
  int last = min(rows, (int) (blockIdx.y + 1) * ROWS_OF_SLOPES);
#pragma unroll 2
  for (int row = blockIdx.y * ROWS_OF_SLOPES; row < last; row++) {
    long at = (long) row * (LATENTS / 8) + vector;
    Eight slopes = ((Eight*) product)[at], values = ((const Eight*) p)[at];
#pragma unroll
    for (int i = 0; i < 8; i++) {
      float value = i & 1 ? upper(values.pair[i / 2]) : lower(values.pair[i / 2]);
      float slope = i & 1 ? upper(slopes.pair[i / 2]) : lower(slopes.pair[i / 2]);
      bool opens = isOpen(value, theta[i]);
      float counted = countsOpen && !opens ? 0 : value;
      sum[i] += opens ? slope : 0;
      jumped[i] += isIn(value, theta[i], width) ? slope : 0;
      inWindow[i] += isIn(counted, theta[i], width);
      above[i] += counted > theta[i];
      fired[i] += opens && value > 0;
      if (!opens) {
        slopes.pair[i / 2] &= i & 1 ? 0xffffu : 0xffff0000u;
      }
    }
    ((Eight*) product)[at] = slopes;
  }
  store(sums + (long) blockIdx.y * LATENTS + 8 * vector, sum);
  store(jumps + (long) blockIdx.y * LATENTS + 8 * vector, jumped);
  for (int i = 0; i < 8; i++) {
    atomicAdd(&counts[8 * vector + i], inWindow[i]);
    atomicAdd(&counts[LATENTS + 8 * vector + i], above[i]);
    atomicAdd(&counts[2 * LATENTS + 8 * vector + i], fired[i]);
  }
}
