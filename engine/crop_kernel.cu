/* Crops of a picture, cut on the GPU: the rule of engine/crops.py (an affine for each crop, bilinear, black outside).

   image    uint8 [height, width, 3]
   inverse  float [count, 6]: crop pixel (x, y) -> source pixel (m0 x + m1 y + m2, m3 x + m4 y + m5); pixel centres are
            whole numbers on both sides
   crops    uint8 [count, crop_height, crop_width, 3]

   One thread makes one pixel of a crop; blockIdx.z is the crop. */

static __device__ float tap(const unsigned char* image, int width, int height, int x, int y, int channel)
{
    if (x < 0 || y < 0 || x >= width || y >= height) return 0.0f;
    return (float)image[((long long)y * width + x) * 3 + channel];
}

extern "C" __global__ void cut_crops(const unsigned char* image, int width, int height, const float* inverse,
                                     unsigned char* crops, int crop_width, int crop_height)
{
    int x = blockIdx.x * blockDim.x + threadIdx.x;
    int y = blockIdx.y * blockDim.y + threadIdx.y;
    if (x >= crop_width || y >= crop_height) return;

    const float* m = inverse + 6 * blockIdx.z;
    float source_x = m[0] * x + m[1] * y + m[2];
    float source_y = m[3] * x + m[4] * y + m[5];
    float left = floorf(source_x), top = floorf(source_y);
    float right_share = source_x - left, lower_share = source_y - top;
    /* far outside a float does not fit an int: held where every tap is black already */
    int column = (int)fminf(fmaxf(left, -2.0f), (float)width);
    int row = (int)fminf(fmaxf(top, -2.0f), (float)height);

    unsigned char* out = crops + (((long long)blockIdx.z * crop_height + y) * crop_width + x) * 3;
    for (int channel = 0; channel < 3; ++channel) {
        float upper = tap(image, width, height, column, row, channel) * (1.0f - right_share)
                    + tap(image, width, height, column + 1, row, channel) * right_share;
        float lower = tap(image, width, height, column, row + 1, channel) * (1.0f - right_share)
                    + tap(image, width, height, column + 1, row + 1, channel) * right_share;
        out[channel] = (unsigned char)(upper * (1.0f - lower_share) + lower * lower_share + 0.5f);
    }
}
