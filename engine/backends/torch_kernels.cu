// What PyTorch's libraries do slowly for networks of few channels on a large GPU; float16, channels last, sm_80 and up.
//
// `conv3x3_relu`: a 3 × 3 convolution of stride 1, with bias, shortcut and ReLU. A library's implicit matrix product reads
// every pixel nine times from the L2 cache, and with few channels that is what it waits for. Here a tile of the
// picture with its rim lies in shared memory, all weights beside it, and the nine taps are nine views of that tile.
//
// Compiled for CHANNELS (a multiple of 16), OUTPUTS (a multiple of 32), ROWS (of the picture for one warp: 4 or 8) and
// WARPS_M (warps one below the other). OUTPUTS / 32 warps lie side by side, each with 32 of the outputs.
//
// `sum_up`: the sum of up to four maps, smaller ones enlarged by whole factors (nearest), a bias and ReLU: what ends an
// exchange between HRNet's branches, in one pass.

typedef unsigned int u32;
typedef unsigned short u16;
typedef long long i64;

__device__ __forceinline__ float low(u32 pair) {
    float value;
    asm("{.reg .b16 l, h; mov.b32 {l, h}, %1; cvt.f32.f16 %0, l;}" : "=f"(value) : "r"(pair));
    return value;
}

__device__ __forceinline__ float high(u32 pair) {
    float value;
    asm("{.reg .b16 l, h; mov.b32 {l, h}, %1; cvt.f32.f16 %0, h;}" : "=f"(value) : "r"(pair));
    return value;
}

__device__ __forceinline__ u32 pack(float first, float second) {
    u32 pair;
    asm("cvt.rn.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
    return pair;
}

__device__ __forceinline__ u32 pack_positive(float first, float second) {
    u32 pair;
    asm("cvt.rn.relu.f16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(second), "f"(first));
    return pair;
}

#ifdef CHANNELS

constexpr int COLUMNS = 8;                  // of a tile: the rows of an 8 × 8 matrix of the tensor cores
constexpr int WARPS_N = OUTPUTS / 32;
constexpr int THREADS = 32 * WARPS_M * WARPS_N;
constexpr int TILE_ROWS = ROWS * WARPS_M;
constexpr int PATCH_COLUMNS = COLUMNS + 2;
constexpr int PATCH_PIXELS = (TILE_ROWS + 2) * PATCH_COLUMNS;
constexpr int CHUNKS = CHANNELS / 8;        // of 16 bytes, in a pixel
constexpr int STRIDE = CHANNELS * 2 + 16;   // bytes from pixel to pixel: eight neighbours start in different banks
constexpr int WEIGHT_BYTES = 9 * OUTPUTS * STRIDE;
constexpr int PATCH_BYTES = PATCH_PIXELS * STRIDE;
constexpr int PIXELS_A_TURN = THREADS / CHUNKS;
constexpr int TURNS = (PATCH_PIXELS + PIXELS_A_TURN - 1) / PIXELS_A_TURN;  // in which the threads fetch a patch

__device__ __forceinline__ void fetch(u32 target, const u16* source, bool is_inside) {
    asm volatile("cp.async.cg.shared.global [%0], [%1], 16, %2;" ::"r"(target), "l"(source), "r"(is_inside ? 16 : 0));
}

__device__ __forceinline__ void load_four(u32& a, u32& b, u32& c, u32& d, u32 address) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(a), "=r"(b), "=r"(c), "=r"(d) : "r"(address));
}

__device__ __forceinline__ void multiply_add(float (&sum)[4], u32 a0, u32 a1, u32 a2, u32 a3, u32 b0, u32 b1) {
    asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "
                 "{%0, %1, %2, %3};"
                 : "+f"(sum[0]), "+f"(sum[1]), "+f"(sum[2]), "+f"(sum[3])
                 : "r"(a0), "r"(a1), "r"(a2), "r"(a3), "r"(b0), "r"(b1));
}

struct Tile {
    int first, top, left;  // the pixel of the batch that its picture begins with; rows and columns within the picture
    __device__ Tile(u32 number, u32 down, u32 across, int height, int width) {
        const u32 image = number / (down * across), rest = number - image * down * across;
        first = image * height * width;
        top = rest / across * TILE_ROWS;
        left = rest % across * COLUMNS;
    }
};

// This thread's share of a tile with its rim; black outside the picture.
__device__ __forceinline__ void fetch_patch(u32 target, const u16* x, const Tile& tile, int height, int width) {
    const int chunk = threadIdx.x % CHUNKS, first = threadIdx.x / CHUNKS;
    target += first * STRIDE + chunk * 16;
    x += (i64)tile.first * CHANNELS + chunk * 8;
    #pragma unroll
    for (int turn = 0; turn < TURNS; ++turn) {
        const int pixel = first + turn * PIXELS_A_TURN;
        const int row = tile.top + pixel / PATCH_COLUMNS - 1, column = tile.left + pixel % PATCH_COLUMNS - 1;
        const bool is_inside = (u32)row < (u32)height && (u32)column < (u32)width;
        if ((turn + 1) * PIXELS_A_TURN <= PATCH_PIXELS || pixel < PATCH_PIXELS)
            fetch(target + turn * PIXELS_A_TURN * STRIDE, x + (is_inside ? (row * width + column) * CHANNELS : 0), is_inside);
    }
}

// x [images, height, width, CHANNELS], w [OUTPUTS, 3, 3, CHANNELS], bias [OUTPUTS], shortcut (or null) as y
// [images, height, width, OUTPUTS]; dynamic shared memory: WEIGHT_BYTES + 2 * PATCH_BYTES. Blocks take tile after tile.
extern "C" __global__ void __launch_bounds__(THREADS) conv3x3_relu(
    const u16* __restrict__ x, const u16* __restrict__ w, const u16* __restrict__ bias,
    const u16* __restrict__ shortcut, u16* __restrict__ y, int images, int height, int width
) {
    extern __shared__ __align__(128) unsigned char memory[];
    const u32 weights = (u32)__cvta_generic_to_shared(memory), patches = weights + WEIGHT_BYTES;
    const int lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const int above = warp % WARPS_M * ROWS, first_output = warp / WARPS_M * 32;
    const int across = (width + COLUMNS - 1) / COLUMNS, down = (height + TILE_ROWS - 1) / TILE_ROWS;
    const int tiles = images * across * down;

    int number = blockIdx.x;
    Tile tile(number, down, across, height, width);
    if (number < tiles) fetch_patch(patches, x, tile, height, width);
    // The tensor cores give a lane outputs 2 q and 2 q + 1 of each eight. Their rows are put in such an order that these
    // are eight neighbours: row 8 j + 2 q + e is output 8 q + 2 j + e.
    for (int i = threadIdx.x; i < 9 * OUTPUTS * CHUNKS; i += THREADS) {
        const int chunk = i % CHUNKS, row = i / CHUNKS, output = row / 9, tap = row % 9;
        const int place = output / 32 * 32 + output % 8 / 2 * 8 + output % 32 / 8 * 2 + output % 2;
        fetch(weights + (tap * OUTPUTS + place) * STRIDE + chunk * 16, w + row * CHANNELS + chunk * 8, true);
    }
    asm volatile("cp.async.commit_group;");
    const int own = first_output + lane % 4 * 8;  // the first of this lane's eight outputs
    float shift[8];
    #pragma unroll
    for (int i = 0; i < 4; ++i) {
        const u32 pair = *(const u32*)(bias + own + 2 * i);
        shift[2 * i] = low(pair);
        shift[2 * i + 1] = high(pair);
    }

    for (int buffer = 0; number < tiles; buffer ^= 1) {
        asm volatile("cp.async.wait_group 0;");
        __syncthreads();  // this patch is there for all, and all are done with the other
        const Tile current = tile;
        number += gridDim.x;
        if (number < tiles) {
            tile = Tile(number, down, across, height, width);
            fetch_patch(patches + (buffer ^ 1) * PATCH_BYTES, x, tile, height, width);
        }
        asm volatile("cp.async.commit_group;");
        // where this lane's row of each 8 × 8 matrix begins; all others are at fixed distances
        const u32 pixels = patches + buffer * PATCH_BYTES
            + ((above + lane / 16) * PATCH_COLUMNS + lane % 8) * STRIDE + lane / 8 % 2 * 16;
        const u32 outputs = weights + (first_output + lane / 16 * 8 + lane % 8) * STRIDE + lane / 8 % 2 * 16;

        float sums[ROWS / 2][4][4];  // of two rows of the picture, as the tensor cores hold them
        #pragma unroll
        for (int m = 0; m < ROWS / 2; ++m)
            #pragma unroll
            for (int j = 0; j < 4; ++j)
                #pragma unroll
                for (int i = 0; i < 4; ++i) sums[m][j][i] = shift[2 * j + i % 2];
        #pragma unroll 1
        for (int k = 0; k < CHANNELS * 2; k += 32) {  // bytes of 16 channels
            #pragma unroll
            for (int dx = 0; dx < 3; ++dx) {
                u32 a[ROWS + 2][2];  // a row's 8 pixels by 16 channels, read once for the taps of all three rows
                #pragma unroll
                for (int q = 0; q < ROWS + 2; q += 2)
                    load_four(a[q][0], a[q][1], a[q + 1][0], a[q + 1][1], pixels + k + (q * PATCH_COLUMNS + dx) * STRIDE);
                #pragma unroll
                for (int dy = 0; dy < 3; ++dy) {
                    u32 b[4][2];
                    #pragma unroll
                    for (int j = 0; j < 4; j += 2)
                        load_four(b[j][0], b[j][1], b[j + 1][0], b[j + 1][1],
                                  outputs + k + ((3 * dy + dx) * OUTPUTS + 8 * j) * STRIDE);
                    #pragma unroll
                    for (int m = 0; m < ROWS / 2; ++m) {
                        const int r = 2 * m + dy;
                        #pragma unroll
                        for (int j = 0; j < 4; ++j)
                            multiply_add(sums[m][j], a[r][0], a[r + 1][0], a[r][1], a[r + 1][1], b[j][0], b[j][1]);
                    }
                }
            }
        }

        const int column = current.left + lane / 4, row = current.top + above;
        const i64 begin = ((i64)current.first + row * width + column) * OUTPUTS + own;
        const int inside = column < width ? height - row : 0;  // how many of this warp's rows are in the picture
        if (shortcut) {
            uint4 beside[ROWS];
            #pragma unroll
            for (int r = 0; r < ROWS; ++r)
                if (r < inside) beside[r] = *(const uint4*)(shortcut + begin + r * width * OUTPUTS);
            #pragma unroll
            for (int r = 0; r < ROWS; ++r) {
                const u32 pairs[4] = {beside[r].x, beside[r].y, beside[r].z, beside[r].w};
                #pragma unroll
                for (int j = 0; j < 4; ++j) {
                    sums[r / 2][j][r % 2 * 2] += low(pairs[j]);
                    sums[r / 2][j][r % 2 * 2 + 1] += high(pairs[j]);
                }
            }
        }
        #pragma unroll
        for (int r = 0; r < ROWS; ++r) {
            u32 v[4];
            #pragma unroll
            for (int j = 0; j < 4; ++j) v[j] = pack_positive(sums[r / 2][j][r % 2 * 2], sums[r / 2][j][r % 2 * 2 + 1]);
            if (r < inside) *(uint4*)(y + begin + r * width * OUTPUTS) = make_uint4(v[0], v[1], v[2], v[3]);
        }
    }
}

#else

__device__ __forceinline__ void add(float (&sums)[8], uint4 quad) {
    const u32 pairs[4] = {quad.x, quad.y, quad.z, quad.w};
    #pragma unroll
    for (int i = 0; i < 4; ++i) {
        sums[2 * i] += low(pairs[i]);
        sums[2 * i + 1] += high(pairs[i]);
    }
}

// y [images, height, width, channels] from maps of height / factor by width / factor; a map and `bias` may be null.
// A thread sums 8 channels of a pixel (channels is a multiple of 8); blocks.x are the rows of all pictures.
extern "C" __global__ void __launch_bounds__(256) sum_up(
    u16* __restrict__ y, const u16* __restrict__ a, const u16* __restrict__ b, const u16* __restrict__ c,
    const u16* __restrict__ d, int factor_a, int factor_b, int factor_c, int factor_d, const u16* __restrict__ bias,
    int has_relu, u32 height, u32 width, u32 chunks
) {
    const u32 place = blockIdx.y * blockDim.x + threadIdx.x;
    if (place >= width * chunks) return;
    const u32 column = place / chunks, chunk = place - column * chunks;
    const u32 image = blockIdx.x / height, row = blockIdx.x - image * height;
    const u16* const maps[4] = {a, b, c, d};
    const u32 factors[4] = {(u32)factor_a, (u32)factor_b, (u32)factor_c, (u32)factor_d};
    float sums[8] = {};
    if (bias) add(sums, *(const uint4*)(bias + chunk * 8));
    #pragma unroll
    for (int i = 0; i < 4; ++i) {
        if (!maps[i]) continue;
        const u32 f = factors[i];
        const u32 from = f == 1 ? blockIdx.x * width + column
                                : (image * (height / f) + row / f) * (width / f) + column / f;
        add(sums, *(const uint4*)(maps[i] + ((i64)from * chunks + chunk) * 8));
    }
    u32 pairs[4];
    #pragma unroll
    for (int i = 0; i < 4; ++i)
        pairs[i] = has_relu ? pack_positive(sums[2 * i], sums[2 * i + 1]) : pack(sums[2 * i], sums[2 * i + 1]);
    *(uint4*)(y + (((i64)blockIdx.x * width + column) * chunks + chunk) * 8) = make_uint4(pairs[0], pairs[1], pairs[2], pairs[3]);
}

#endif
