// What all kernels share. Constants of a program: LATENTS is F and WIDTH is D, both multiples of 8;
// a row of D numbers lies at CHUNKS threads, 8 numbers each, and a block of THREADS, a multiple of
// 32, holds GROUPS such rows. bfloat16 is the upper half of float32 and is held as its bits.
// Sums are taken in a fixed order, so that the same input gives the same bits.

typedef unsigned short bfloat16;

#define CHUNKS (WIDTH / 8)
#define THREADS (CHUNKS * GROUPS)
#define WARPS (THREADS / 32)
#define ALL_LANES 0xffffffffu

struct __align__(16) Eight {
  unsigned int pair[4];
};

__device__ __forceinline__ float lower(unsigned int pair) {
  return __uint_as_float(pair << 16);
}

__device__ __forceinline__ float upper(unsigned int pair) {
  return __uint_as_float(pair & 0xffff0000u);
}

__device__ __forceinline__ float widened(bfloat16 value) {
  return __uint_as_float((unsigned int) value << 16);
}

// Rounds to nearest, ties to even.
__device__ __forceinline__ unsigned int rounded(float lower, float upper) {
  unsigned int pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(upper), "f"(lower));
  return pair;
}

__device__ __forceinline__ Eight rounded(const float* values) {
  Eight eight;
#pragma unroll
  for (int i = 0; i < 4; i++) {
    eight.pair[i] = rounded(values[2 * i], values[2 * i + 1]);
  }
  return eight;
}

__device__ __forceinline__ void addScaled(float* sums, Eight eight, float factor) {
#pragma unroll
  for (int i = 0; i < 4; i++) {
    sums[2 * i] += factor * lower(eight.pair[i]);
    sums[2 * i + 1] += factor * upper(eight.pair[i]);
  }
}

__device__ __forceinline__ void addAll(float* sums, const float* values) {
#pragma unroll
  for (int i = 0; i < 8; i++) {
    sums[i] += values[i];
  }
}

__device__ __forceinline__ void load(float* values, const float* from) {
  float4 first = ((const float4*) from)[0], second = ((const float4*) from)[1];
  values[0] = first.x, values[1] = first.y, values[2] = first.z, values[3] = first.w;
  values[4] = second.x, values[5] = second.y, values[6] = second.z, values[7] = second.w;
}

__device__ __forceinline__ void store(float* to, const float* values) {
  ((float4*) to)[0] = make_float4(values[0], values[1], values[2], values[3]);
  ((float4*) to)[1] = make_float4(values[4], values[5], values[6], values[7]);
}

__device__ __forceinline__ int lane() {
  return threadIdx.x & 31;
}

__device__ __forceinline__ int warp() {
  return threadIdx.x >> 5;
}

__device__ __forceinline__ float warpSum(float value) {
#pragma unroll
  for (int distance = 16; distance > 0; distance >>= 1) {
    value += __shfl_xor_sync(ALL_LANES, value, distance);
  }
  return value;
}

// Returns the sum over a block to all its threads; shared has room for one number per warp.
__device__ __forceinline__ float blockSum(float value, float* shared) {
  value = warpSum(value);
  __syncthreads();
  if (lane() == 0) {
    shared[warp()] = value;
  }
  __syncthreads();
  float sum = 0;
  for (int i = 0; i < blockDim.x / 32; i++) {
    sum += shared[i];
  }
  return sum;
}

// Returns the sum over the threads of a block that come before; total becomes that over all.
__device__ __forceinline__ int blockBefore(int value, int* shared, int& total) {
  int sum = value;
  for (int distance = 1; distance < 32; distance <<= 1) {
    int other = __shfl_up_sync(ALL_LANES, sum, distance);
    if (lane() >= distance) {
      sum += other;
    }
  }
  __syncthreads();
  if (lane() == 31) {
    shared[warp()] = sum;
  }
  __syncthreads();
  int before = sum - value;
  total = 0;
  for (int i = 0; i < blockDim.x / 32; i++) {
    before += i < warp() ? shared[i] : 0;
    total += shared[i];
  }
  return before;
}
