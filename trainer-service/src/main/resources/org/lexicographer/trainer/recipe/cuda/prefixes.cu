// Reconstruction where each prefix of the latents is a dictionary of its own: x^_g is of the chosen
// latents of prefix g. Prefixes are in the order of their ends.

#define AT_ONCE 4

__device__ __forceinline__ float dot(Eight eight, const float* numbers) {
  float part[8], sum = 0;
  load(part, numbers);
#pragma unroll
  for (int i = 0; i < 4; i++) {
    sum += part[2 * i] * lower(eight.pair[i]) + part[2 * i + 1] * upper(eight.pair[i]);
  }
  return sum;
}

// e_g = x^_g + b - y and R_g = sum over h from g of scale_h e_h, the gradient at what the latents that
// prefix g has beyond the one before add to reconstructions. Writes R as outputs, bfloat16 (count, B,
// D), sum over g of weight_g e_g^2 of each row as squares (B), sums of R_0 over ROWS rows as columns
// (B / ROWS, D), and dL/df of chosen latents above 0 as slopes. A block takes ROWS rows one after the
// other. Dynamic shared memory: count * GROUPS * WIDTH floats.
extern "C" __global__ __launch_bounds__(THREADS) void reconstructPrefixes(
    const int* offsets, int k, const int* latents, const bfloat16* values, const bfloat16* decoder,
    const float* bias, const float* targets, const Prefix* prefixes, int count, int rows,
    bfloat16* outputs, float* squares, float* slopes, float* columns) {
  extern __shared__ __align__(16) float prefixParts[];
  __shared__ Listed listed;
  __shared__ float shared[32];
  int chunk = threadIdx.x % CHUNKS, group = threadIdx.x / CHUNKS;
  float* parts = prefixParts + group * WIDTH + 8 * chunk;
  float column[8] = {};
  for (int row = blockIdx.x * ROWS; row < min(rows, (int) (blockIdx.x + 1) * ROWS); row++) {
    int2 places = placesOf(row, offsets, k);
    float sum[8] = {}, square = 0;
    int prefix = 0;
    __syncthreads();
    for (int start = places.x; start < places.y; start += LISTED) {
      int end = list(listed, start, places.y, latents, values);
      for (int first = group; first < end; first += AT_ONCE * GROUPS) {
        Eight decoded[AT_ONCE];
#pragma unroll
        for (int i = 0; i < AT_ONCE; i++) {
          int at = min(first + i * GROUPS, end - 1);
          decoded[i] = ((const Eight*) decoder)[(long) listed.latents[at] * CHUNKS + chunk];
        }
#pragma unroll
        for (int i = 0; i < AT_ONCE; i++) {
          int at = first + i * GROUPS;
          if (at < end) {
            for (; prefix < count - 1 && listed.latents[at] >= prefixes[prefix].end; prefix++) {
              store(parts + prefix * GROUPS * WIDTH, sum);
            }
            addScaled(sum, decoded[i], listed.values[at]);
          }
        }
      }
    }
    for (; prefix < count; prefix++) {
      store(parts + prefix * GROUPS * WIDTH, sum);
    }
    __syncthreads();
    if (group == 0) {
      float start[8], target[8], gradient[8] = {};
      load(start, bias + 8 * chunk);
      load(target, targets + (long) row * WIDTH + 8 * chunk);
      for (int i = 0; i < 8; i++) {
        start[i] -= target[i];
      }
      for (int g = count - 1; g >= 0; g--) {
        float error[8] = {}, part[8];
        addAll(error, start);
        for (int i = 0; i < GROUPS; i++) {
          load(part, parts + (g * GROUPS + i) * WIDTH);
          addAll(error, part);
        }
        for (int i = 0; i < 8; i++) {
          square += prefixes[g].weight * error[i] * error[i];
          gradient[i] += prefixes[g].scale * error[i];
        }
        store(parts + g * GROUPS * WIDTH, gradient);
        ((Eight*) outputs)[((long) g * rows + row) * CHUNKS + chunk] = rounded(gradient);
      }
      addAll(column, gradient);
    }
    square = blockSum(square, shared);
    if (threadIdx.x == 0) {
      squares[row] = square;
    }
    for (int start = places.x; start < places.y; start += LISTED) {
      // One list is still there.
      int end = places.y - places.x > LISTED ? list(listed, start, places.y, latents, values) : places.y - start;
      for (int i = warp(); i < end; i += WARPS) {
        int latent = listed.latents[i];
        const float* gradient = prefixParts + prefixOf(latent, prefixes, count) * GROUPS * WIDTH;
        float slope = 0;
        for (int at = lane(); at < CHUNKS; at += 32) {
          slope += dot(((const Eight*) decoder)[(long) latent * CHUNKS + at], gradient + 8 * at);
        }
        slope = warpSum(slope);
        if (lane() == 0) {
          slopes[start + i] = listed.values[i] > 0 ? slope : 0;
        }
      }
    }
  }
  if (group == 0) {
    store(columns + (long) blockIdx.x * WIDTH + 8 * chunk, column);
  }
}
