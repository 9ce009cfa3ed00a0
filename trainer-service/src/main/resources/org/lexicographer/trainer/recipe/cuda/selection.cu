// The largest of each row of a, bfloat16 (B, F) and not negative: their bits are in the order of the
// numbers, and are called keys. A block of SELECTORS threads takes a row; each thread holds the keys
// of VECTORS times 8 neighbouring latents, so that threads are in the order of latents.

#define VECTORS ((LATENTS / 8 + SELECTORS - 1) / SELECTORS)
#define SIGNS 0x80008000u
#define ABOVE_ALL 0x8000

struct Keys {
  unsigned int pair[4 * VECTORS];
  int largest;
};

// With their signs set, so that subtracting a key borrows nothing from the other half.
__device__ __forceinline__ Keys keysOf(const bfloat16* a, int row) {
  const uint4* vectors = (const uint4*) (a + (long) row * LATENTS);
  Keys keys;
  unsigned int largest = 0;
#pragma unroll
  for (int i = 0; i < VECTORS; i++) {
    int vector = threadIdx.x * VECTORS + i;
    uint4 eight = vector < LATENTS / 8 ? vectors[vector] : make_uint4(0, 0, 0, 0);
    keys.pair[4 * i] = eight.x | SIGNS;
    keys.pair[4 * i + 1] = eight.y | SIGNS;
    keys.pair[4 * i + 2] = eight.z | SIGNS;
    keys.pair[4 * i + 3] = eight.w | SIGNS;
  }
#pragma unroll
  for (int i = 0; i < 4 * VECTORS; i++) {
    largest = max(largest, max(keys.pair[i] & 0x7fff, keys.pair[i] >> 16 & 0x7fff));
  }
  keys.largest = largest;
  return keys;
}

// Of the thread's keys, padding of key 0 included.
__device__ __forceinline__ int countFrom(const Keys& keys, int least) {
  if (keys.largest < least) {
    return 0;
  }
  unsigned int both = least * 0x10001u, sum = 0;
#pragma unroll
  for (int i = 0; i < 4 * VECTORS; i++) {
    sum += (keys.pair[i] - both) >> 15 & 0x10001u;
  }
  return (sum & 0xffff) + (sum >> 16);
}

__device__ __forceinline__ int blockCountFrom(const Keys& keys, int least, int* shared) {
  int total;
  blockBefore(countFrom(keys, least), shared, total);
  return total;
}

// Returns the largest key of which the row has at least k that are not smaller.
__device__ int thresholdOf(const Keys& keys, int k) {
  __shared__ int candidates[SELECTORS];
  __shared__ int shared[32];
  int from = 0, to = ABOVE_ALL;
  // The k-th largest of the threads' largest keys bounds it from below.
  while (k <= SELECTORS && to - from > 1) {
    int middle = (from + to) >> 1;
    if (__syncthreads_count(keys.largest >= middle) >= k) {
      from = middle;
    } else {
      to = middle;
    }
  }
  to = ABOVE_ALL;
  int own = countFrom(keys, from), all, at = blockBefore(own, shared, all);
  if (from > 0 && all <= SELECTORS) {
    if (own > 0) {
      for (int i = 0; i < 4 * VECTORS; i++) {
        int first = keys.pair[i] & 0x7fff, second = keys.pair[i] >> 16 & 0x7fff;
        if (first >= from) {
          candidates[at++] = first;
        }
        if (second >= from) {
          candidates[at++] = second;
        }
      }
    }
    __syncthreads();
    int candidate = threadIdx.x < all ? candidates[threadIdx.x] : 0;
    while (to - from > 1) {
      int middle = (from + to) >> 1;
      if (__syncthreads_count(candidate >= middle) >= k) {
        from = middle;
      } else {
        to = middle;
      }
    }
    return from;
  }
  while (to - from > 1) {
    int middle = (from + to) >> 1;
    if (blockCountFrom(keys, middle, shared) >= k) {
      from = middle;
    } else {
      to = middle;
    }
  }
  return from;
}

// A row's chosen latents in the order of their numbers, from a place on: those above the threshold
// and, of those equal to it, as many as are needed. seen (F, words) has a bit for each row.
struct Chosen {
  int* latents;
  bfloat16* values;
  unsigned int* seen;
  int words;
  bool zeroCounts;
};

__device__ void choose(const Keys& keys, int row, int threshold, int needed, long begin, Chosen chosen) {
  __shared__ int shared[2][32];
  int above = countFrom(keys, threshold + 1), total;
  int greater = blockBefore(above, shared[0], total);
  int equal = blockBefore(countFrom(keys, threshold) - above, shared[1], total);
  if (keys.largest < threshold) {
    return;
  }
  for (int i = 0; i < 8 * VECTORS; i++) {
    int key = keys.pair[i / 2] >> (16 * (i & 1)) & 0x7fff;
    int latent = threadIdx.x * VECTORS * 8 + i;
    bool isEqual = key == threshold;
    if (key < threshold || (isEqual && equal >= needed) || latent >= LATENTS) {
      continue;
    }
    long at = begin + greater + min(equal, needed);
    equal += isEqual;
    greater += !isEqual;
    chosen.latents[at] = latent;
    chosen.values[at] = key;
    if (key > 0 || chosen.zeroCounts) {
      atomicOr(&chosen.seen[(long) latent * chosen.words + row / 32], 1u << (row & 31));
    }
  }
}

// Returns the smallest positive key of a row, ABOVE_ALL where there is none.
__device__ int smallestPositive(const Keys& keys) {
  __shared__ unsigned int shared[32];
  unsigned int least = ABOVE_ALL;
  for (int i = 0; i < 8 * VECTORS; i++) {
    unsigned int key = keys.pair[i / 2] >> (16 * (i & 1)) & 0x7fff;
    least = key > 0 ? min(least, key) : least;
  }
  least = __reduce_min_sync(ALL_LANES, least);
  if (lane() == 0) {
    shared[warp()] = least;
  }
  __syncthreads();
  for (int i = 0; i < SELECTORS / 32; i++) {
    least = min(least, shared[i]);
  }
  return least;
}

// Chooses the k largest of each row; among equals those with the smaller numbers. smallest (B) is
// the smallest positive one, 0 where there is none, and positive (B) counts those above 0.
extern "C" __global__ __launch_bounds__(SELECTORS) void chooseOfRow(
    const bfloat16* a, int k, int* latents, bfloat16* values, unsigned int* seen, int words,
    int zeroCounts, float* smallest, int* positive) {
  __shared__ int shared[32];
  int row = blockIdx.x;
  Keys keys = keysOf(a, row);
  int threshold = thresholdOf(keys, k);
  int above = blockCountFrom(keys, threshold + 1, shared);
  choose(keys, row, threshold, k - above, (long) row * k, {latents, values, seen, words, zeroCounts != 0});
  int least = threshold > 0 ? threshold : smallestPositive(keys);
  if (threadIdx.x == 0) {
    smallest[row] = least < ABOVE_ALL ? widened(least) : 0;
    positive[row] = threshold > 0 ? k : above;
  }
}
