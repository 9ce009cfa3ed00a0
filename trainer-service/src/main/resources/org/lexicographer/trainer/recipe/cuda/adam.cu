// Adam (Kingma and Ba, 2015, algorithm 1, as PyTorch's fused Adam works it out) on rows (F, D); a
// block takes GROUPS rows.

struct Step {
  float size;
  float rootCorrection;
  float beta1;
  float oneMinusBeta1;
};

// Sums over the threads of each row, to all of them.
__device__ __forceinline__ float rowSum(float value, float* shared) {
  int chunk = threadIdx.x % CHUNKS;
  __syncthreads();
  shared[threadIdx.x] = value;
  __syncthreads();
  for (int distance = 1; distance < CHUNKS; distance <<= 1) {
    bool takes = chunk % (2 * distance) == 0 && chunk + distance < CHUNKS;
    float other = takes ? shared[threadIdx.x + distance] : 0;
    __syncthreads();
    shared[threadIdx.x] += other;
    __syncthreads();
  }
  return shared[threadIdx.x - chunk];
}

__device__ __forceinline__ void load(float* values, const float* from, long at) {
  load(values, from + at);
}

__device__ __forceinline__ void load(float* values, const bfloat16* from, long at) {
  for (int i = 0; i < 8; i++) {
    values[i] = 0;
  }
  addScaled(values, ((const Eight*) from)[at / 8], 1);
}

// The squares of the rows of both gradients, summed, as norms (F): of the decoder's without the part
// that is parallel to its rows, or with shares (F) of the rows added.
template <bool projected>
__device__ void sumSquares(
    const bfloat16* encoder, const bfloat16* decoder, const float* columns, float guard,
    const float* shares, float* norms) {
  __shared__ float shared[THREADS];
  int row = blockIdx.x * GROUPS + threadIdx.x / CHUNKS;
  long at = (long) row * WIDTH + 8 * (threadIdx.x % CHUNKS);
  bool isThere = row < LATENTS;
  float e[8] = {}, d[8] = {}, w[8] = {}, square = 0, along = 0, norm = 0;
  if (isThere) {
    load(e, encoder, at);
    load(d, decoder, at);
    load(w, columns + at);
  }
  if (projected) {
    for (int i = 0; i < 8; i++) {
      square += w[i] * w[i];
      along += w[i] * d[i];
    }
    float length = sqrtf(rowSum(square, shared)) + guard;
    along = rowSum(along, shared) / (length * length);
  } else {
    along = isThere ? -shares[row] : 0;
  }
  for (int i = 0; i < 8; i++) {
    d[i] -= w[i] * along;
    norm += e[i] * e[i] + d[i] * d[i];
  }
  norm = rowSum(norm, shared);
  if (isThere && threadIdx.x % CHUNKS == 0) {
    norms[row] = norm;
  }
}

extern "C" __global__ __launch_bounds__(THREADS) void squaresOfRows(
    const bfloat16* encoder, const bfloat16* decoder, const float* columns, float guard, float* norms) {
  sumSquares<true>(encoder, decoder, columns, guard, nullptr, norms);
}

extern "C" __global__ __launch_bounds__(THREADS) void squaresOfSharingRows(
    const bfloat16* encoder, const bfloat16* decoder, const float* columns, const float* shares,
    float* norms) {
  sumSquares<false>(encoder, decoder, columns, 0, shares, norms);
}

// shares (F), where they are there: how much of the row its gradient has besides. projected: takes the
// part of the gradient that is parallel to the row out. scaled: keeps the row's norm at 1.
template <bool projected, bool scaled, class Gradient>
__device__ void moveRow(
    float* weights, float* first, float* second, const Gradient* gradients, const float* shares,
    float factor, Step step, float projectionGuard, float normGuard) {
  __shared__ float shared[THREADS];
  int row = blockIdx.x * GROUPS + threadIdx.x / CHUNKS;
  long at = (long) row * WIDTH + 8 * (threadIdx.x % CHUNKS);
  bool isThere = row < LATENTS;
  float w[8] = {}, m[8] = {}, v[8] = {}, g[8] = {};
  if (isThere) {
    load(w, weights + at);
    load(m, first + at);
    load(v, second + at);
    load(g, gradients, at);
  }
  if (shares && isThere) {
    for (int i = 0; i < 8; i++) {
      g[i] += w[i] * shares[row];
    }
  }
  if (projected) {
    float square = 0, along = 0;
    for (int i = 0; i < 8; i++) {
      square += w[i] * w[i];
      along += w[i] * g[i];
    }
    float length = sqrtf(rowSum(square, shared)) + projectionGuard;
    along = rowSum(along, shared) / (length * length);
    for (int i = 0; i < 8; i++) {
      g[i] -= w[i] * along;
    }
  }
#pragma unroll
  for (int i = 0; i < 8; i++) {
    float gradient = g[i] * factor;
    m[i] = step.beta1 * m[i] + step.oneMinusBeta1 * gradient;
    v[i] = BETA2 * v[i] + ONE_MINUS_BETA2 * gradient * gradient;
    w[i] -= step.size * m[i] / (sqrtf(v[i]) / step.rootCorrection + EPSILON);
  }
  if (scaled) {
    float square = 0;
    for (int i = 0; i < 8; i++) {
      square += w[i] * w[i];
    }
    float length = sqrtf(rowSum(square, shared)) + normGuard;
    for (int i = 0; i < 8; i++) {
      w[i] /= length;
    }
  }
  if (isThere) {
    store(weights + at, w);
    store(first + at, m);
    store(second + at, v);
  }
}

#define MOVE(name, Gradient, projected, scaled)                                                     \
  extern "C" __global__ __launch_bounds__(THREADS) void name(                                       \
      float* weights, float* first, float* second, const Gradient* gradients, const float* factor,  \
      float size, float rootCorrection, float beta1, float oneMinusBeta1, float projectionGuard,    \
      float normGuard) {                                                                            \
    Step step = {size, rootCorrection, beta1, oneMinusBeta1};                                       \
    moveRow<projected, scaled>(                                                                     \
        weights, first, second, gradients, nullptr, factor[0], step, projectionGuard, normGuard);   \
  }

MOVE(moveRows, float, false, false)
MOVE(moveUnitRows, float, false, true)
MOVE(moveRowsByBfloat16, bfloat16, false, false)
MOVE(projectAndMoveUnitRows, bfloat16, true, true)

extern "C" __global__ __launch_bounds__(THREADS) void moveSharingRowsByBfloat16(
    float* weights, float* first, float* second, const bfloat16* gradients, const float* factor,
    float size, float rootCorrection, float beta1, float oneMinusBeta1, const float* shares) {
  Step step = {size, rootCorrection, beta1, oneMinusBeta1};
  moveRow<false, false>(weights, first, second, gradients, shares, factor[0], step, 0, 0);
}
