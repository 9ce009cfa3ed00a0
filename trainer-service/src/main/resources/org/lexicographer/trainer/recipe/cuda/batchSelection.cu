// The largest of a whole batch: a histogram of all keys gives the threshold exactly; rows are counted
// and placed one after the other, and then written as those of each row are.

#define BINS 0x8000

// counts (BINS) has the number of elements of each positive key. Dynamic shared memory: BINS ints.
extern "C" __global__ __launch_bounds__(1024) void countKeys(
    const bfloat16* a, long vectors, unsigned int* counts) {
  extern __shared__ unsigned int bins[];
  for (int i = threadIdx.x; i < BINS; i += 1024) {
    bins[i] = 0;
  }
  __syncthreads();
  for (long at = blockIdx.x * 1024L + threadIdx.x; at < vectors; at += gridDim.x * 1024L) {
    uint4 eight = ((const uint4*) a)[at];
    unsigned int pairs[4] = {eight.x, eight.y, eight.z, eight.w};
#pragma unroll
    for (int i = 0; i < 8; i++) {
      unsigned int key = pairs[i / 2] >> (16 * (i & 1)) & 0x7fff;
      if (key > 0) {
        atomicAdd(&bins[key], 1);
      }
    }
  }
  __syncthreads();
  for (int i = threadIdx.x; i < BINS; i += 1024) {
    if (bins[i] > 0) {
      atomicAdd(&counts[i], bins[i]);
    }
  }
}

// threshold is {the smallest key that is chosen, how many of that key are}: the wanted largest, or
// all positive ones where there are fewer. smallest is the smallest chosen one, 0 where none is.
extern "C" __global__ __launch_bounds__(1024) void findThreshold(
    const unsigned int* counts, int wanted, int* threshold, float* smallest) {
  __shared__ int fromHere[1024];
  __shared__ unsigned int leasts[32];
  int thread = threadIdx.x, first = thread * (BINS / 1024), own = 0;
  unsigned int least = ABOVE_ALL;
  for (int key = first + BINS / 1024 - 1; key >= first; key--) {
    own += counts[key];
    least = counts[key] > 0 ? key : least;
  }
  fromHere[thread] = own;
  __syncthreads();
  for (int distance = 1; distance < 1024; distance <<= 1) {
    int other = thread + distance < 1024 ? fromHere[thread + distance] : 0;
    __syncthreads();
    fromHere[thread] += other;
    __syncthreads();
  }
  int above = fromHere[thread] - own;
  if (above < wanted && fromHere[thread] >= wanted) {
    int key = first + BINS / 1024 - 1;
    while (above + (int) counts[key] < wanted) {
      above += counts[key--];
    }
    threshold[0] = key;
    threshold[1] = wanted - above;
    smallest[0] = widened(key);
  }
  if (fromHere[0] >= wanted) {
    return;
  }
  least = __reduce_min_sync(ALL_LANES, least);
  if (lane() == 0) {
    leasts[warp()] = least;
  }
  __syncthreads();
  if (thread == 0) {
    for (int i = 1; i < 32; i++) {
      least = min(least, leasts[i]);
    }
    threshold[0] = 0;
    threshold[1] = 0;
    smallest[0] = least < ABOVE_ALL ? widened(least) : 0;
  }
}

extern "C" __global__ __launch_bounds__(SELECTORS) void countInRow(
    const bfloat16* a, const int* threshold, int* above, int* equal) {
  __shared__ int shared[2][32];
  Keys keys = keysOf(a, blockIdx.x);
  int greater = blockCountFrom(keys, threshold[0] + 1, shared[0]);
  int from = blockCountFrom(keys, threshold[0], shared[1]);
  if (threadIdx.x == 0) {
    above[blockIdx.x] = greater;
    equal[blockIdx.x] = from - greater;
  }
}

// offsets (B + 1) says where each row's chosen latents begin; equal (B) becomes how many there are
// in the rows before.
extern "C" __global__ __launch_bounds__(1024) void placeRows(
    const int* above, int* equal, const int* threshold, int rows, int* offsets) {
  __shared__ int shared[2][32];
  int each = (rows + 1023) / 1024, first = threadIdx.x * each, last = min(rows, first + each);
  int greater = 0, same = 0, allGreater, allSame, needed = threshold[1];
  for (int row = first; row < last; row++) {
    greater += above[row];
    same += equal[row];
  }
  greater = blockBefore(greater, shared[0], allGreater);
  same = blockBefore(same, shared[1], allSame);
  for (int row = first; row < last; row++) {
    int inRow = equal[row];
    offsets[row] = greater + min(same, needed);
    equal[row] = same;
    greater += above[row];
    same += inRow;
  }
  if (threadIdx.x == 0) {
    offsets[rows] = allGreater + min(allSame, needed);
  }
}

extern "C" __global__ __launch_bounds__(SELECTORS) void chooseOfBatch(
    const bfloat16* a, const int* threshold, const int* equalBefore, const int* offsets, int* latents,
    bfloat16* values, unsigned int* seen, int words) {
  int row = blockIdx.x;
  Keys keys = keysOf(a, row);
  int needed = max(0, threshold[1] - equalBefore[row]);
  choose(keys, row, threshold[0], needed, offsets[row], {latents, values, seen, words, false});
}
