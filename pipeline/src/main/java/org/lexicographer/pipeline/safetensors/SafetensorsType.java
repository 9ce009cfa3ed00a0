package org.lexicographer.pipeline.safetensors;

/**
 * The element types of a tensor, under the names they have in a file.
 *
 * <p>A file holds its tensors from the last of these types to the first, so that every tensor
 * starts at a multiple of its element's size.
 */
public enum SafetensorsType {
    /** One byte, 0 or 1. */
    BOOL(1),
    /** Unsigned 8-bit integer. */
    U8(1),
    /** Signed 8-bit integer. */
    I8(1),
    /** 8-bit floating point, 5 bits of exponent, 2 of mantissa. */
    F8_E5M2(1),
    /** 8-bit floating point, 4 bits of exponent, 3 of mantissa. */
    F8_E4M3(1),
    /** Signed 16-bit integer. */
    I16(2),
    /** Unsigned 16-bit integer. */
    U16(2),
    /** IEEE 754 half precision. */
    F16(2),
    /** The upper half of an IEEE 754 single. */
    BF16(2),
    /** Signed 32-bit integer. */
    I32(4),
    /** Unsigned 32-bit integer. */
    U32(4),
    /** IEEE 754 single precision. */
    F32(4),
    /** IEEE 754 double precision. */
    F64(8),
    /** Signed 64-bit integer. */
    I64(8),
    /** Unsigned 64-bit integer. */
    U64(8);

    private final int bytes;

    SafetensorsType(int bytes) {
        this.bytes = bytes;
    }

    /** Returns the size of one element in bytes. */
    public int bytes() {
        return bytes;
    }
}
