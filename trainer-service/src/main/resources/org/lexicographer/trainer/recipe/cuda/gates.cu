// What lies between the products where gates decide which magnitudes pass, (B, F) and dense. A block
// of 256 threads takes 2,048 latents of ROWS_OF_SLOPES rows.

// What is not a number passes, so that losses show it.
__device__ __forceinline__ float rectified(float value) {
  return value <= 0 ? 0 : value;
}

// h = max(0, z + b_g) and f = 1[h > 0] max(0, exp(r) z + b_m), bfloat16 (B, F), of z, which h may take
// the place of, exp(r), b_g and b_m (F).
extern "C" __global__ __launch_bounds__(256) void openGates(
    const bfloat16* z, const float* scales, const float* gateBiases, const float* magnitudeBiases,
    int rows, bfloat16* h, bfloat16* f) {
  int vector = blockIdx.x * 256 + threadIdx.x;
  if (vector >= LATENTS / 8) {
    return;
  }
  float scale[8], gateBias[8], magnitudeBias[8];
  load(scale, scales + 8 * vector);
  load(gateBias, gateBiases + 8 * vector);
  load(magnitudeBias, magnitudeBiases + 8 * vector);
  int last = min(rows, (int) (blockIdx.y + 1) * ROWS_OF_SLOPES);
#pragma unroll 2
  for (int row = blockIdx.y * ROWS_OF_SLOPES; row < last; row++) {
    long at = (long) row * (LATENTS / 8) + vector;
    Eight eight = ((const Eight*) z)[at];
    float gate[8], magnitude[8];
#pragma unroll
    for (int i = 0; i < 8; i++) {
      float value = i & 1 ? upper(eight.pair[i / 2]) : lower(eight.pair[i / 2]);
      gate[i] = rectified(value + gateBias[i]);
      magnitude[i] = gate[i] == 0 ? 0 : rectified(scale[i] * value + magnitudeBias[i]);
    }
    ((Eight*) h)[at] = rounded(gate);
    ((Eight*) f)[at] = rounded(magnitude);
  }
}

// dL/dm = 1[f > 0] W_d' dL/dx^ and dL/dh = 1[h > 0] (W_d' dL/da + the penalty's); dL/dz = exp(r) dL/dm
// + dL/dh in place of the first product, bfloat16 (B, F). Over ROWS_OF_SLOPES rows the sums of dL/dm,
// of dL/dh, of f dL/dm and of h, as sums (4, blocks, F); and in how many rows f is above 0, added to
// fired (F).
template <class Penalty>
__device__ void differentiateGates(
    bfloat16* atMagnitudes, const bfloat16* atGates, const bfloat16* f, const bfloat16* h,
    const float* scales, Penalty penalty, int rows, float* sums, unsigned int* fired) {
  int vector = blockIdx.x * 256 + threadIdx.x;
  if (vector >= LATENTS / 8) {
    return;
  }
  float scale[8], magnitudes[8] = {}, gates[8] = {}, scaled[8] = {}, opened[8] = {};
  unsigned int count[8] = {};
  load(scale, scales + 8 * vector);
  int last = min(rows, (int) (blockIdx.y + 1) * ROWS_OF_SLOPES);
#pragma unroll 2
  for (int row = blockIdx.y * ROWS_OF_SLOPES; row < last; row++) {
    long at = (long) row * (LATENTS / 8) + vector;
    float ofRow = penalty.of(row), both[8];
    Eight ofMagnitudes = ((const Eight*) atMagnitudes)[at], ofGates = ((const Eight*) atGates)[at];
    Eight latents = ((const Eight*) f)[at], openings = ((const Eight*) h)[at];
#pragma unroll
    for (int i = 0; i < 8; i++) {
      float latent = i & 1 ? upper(latents.pair[i / 2]) : lower(latents.pair[i / 2]);
      float opening = i & 1 ? upper(openings.pair[i / 2]) : lower(openings.pair[i / 2]);
      float slope = i & 1 ? upper(ofMagnitudes.pair[i / 2]) : lower(ofMagnitudes.pair[i / 2]);
      float gate = i & 1 ? upper(ofGates.pair[i / 2]) : lower(ofGates.pair[i / 2]);
      slope = latent > 0 ? slope : 0;
      gate = opening > 0 ? gate + penalty.at(ofRow, opening) : 0;
      both[i] = scale[i] * slope + gate;
      magnitudes[i] += slope;
      gates[i] += gate;
      scaled[i] += slope * latent;
      opened[i] += opening;
      count[i] += latent > 0;
    }
    ((Eight*) atMagnitudes)[at] = rounded(both);
  }
  long place = (long) blockIdx.y * LATENTS + 8 * vector, next = (long) gridDim.y * LATENTS;
  store(sums + place, magnitudes);
  store(sums + next + place, gates);
  store(sums + 2 * next + place, scaled);
  store(sums + 3 * next + place, opened);
  for (int i = 0; i < 8; i++) {
    if (count[i] > 0) {
      atomicAdd(&fired[8 * vector + i], count[i]);
    }
  }
}

extern "C" __global__ __launch_bounds__(256) void slopesOfGates(
    bfloat16* atMagnitudes, const bfloat16* atGates, const bfloat16* f, const bfloat16* h,
    const float* scales, float weight, int rows, float* sums, unsigned int* fired) {
  differentiateGates(atMagnitudes, atGates, f, h, scales, Even{weight}, rows, sums, fired);
}

extern "C" __global__ __launch_bounds__(256) void slopesOfPowersOfGates(
    bfloat16* atMagnitudes, const bfloat16* atGates, const bfloat16* f, const bfloat16* h,
    const float* scales, const float* factors, float exponent, int rows, float* sums,
    unsigned int* fired) {
  differentiateGates(
      atMagnitudes, atGates, f, h, scales, Powers{factors, exponent}, rows, sums, fired);
}
