package org.lexicographer.pipeline.safetensors;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorValuesTest {

    private static SafetensorsFile tensor(SafetensorsType type, ByteBuffer data)
            throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        long elements = data.remaining() / type.bytes();
        new SafetensorsWriter().add("x", type, List.of(elements), data).writeTo(out);
        return SafetensorsFile.read(out.toByteArray());
    }

    private static ByteBuffer allShorts() {
        ByteBuffer data = ByteBuffer.allocate(2 << 16).order(LITTLE_ENDIAN);
        for (int bits = 0; bits < 1 << 16; bits++) {
            data.putShort((short) bits);
        }
        return data.flip();
    }

    /** Half precision by its definition: sign, 5 bits of exponent, 10 bits of mantissa. */
    private static float half(int bits) {
        int exponent = bits >> 10 & 0x1f;
        double mantissa = bits & 0x3ff;
        double size =
                switch (exponent) {
                    case 0 -> Math.scalb(mantissa, -24);
                    case 31 -> mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
                    default -> Math.scalb(1024 + mantissa, exponent - 25);
                };
        return (float) (bits >= 1 << 15 ? -size : size);
    }

    @Test
    void widensEveryHalfPrecisionValueExactly() throws IOException {
        // When
        float[] values = tensor(SafetensorsType.F16, allShorts()).floats("x");

        // Then
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat(Float.floatToIntBits(values[bits]))
                    .as("bits %04x", bits)
                    .isEqualTo(Float.floatToIntBits(half(bits)));
        }
    }

    @Test
    void widensEveryBfloat16ValueExactly() throws IOException {
        // When
        float[] values = tensor(SafetensorsType.BF16, allShorts()).floats("x");

        // Then
        for (int bits = 0; bits < 1 << 16; bits++) {
            assertThat(Float.floatToRawIntBits(values[bits])).isEqualTo(bits << 16);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0001, 9.1835e-41",
        "0080, 1.17549435e-38",
        "7f80, Infinity",
        "ff80, -Infinity",
        "7fc0, NaN",
        "3f80, 1"
    })
    void readsTheValuesOfBfloat16(String bits, float expected) throws IOException {
        // Given
        ByteBuffer data = ByteBuffer.allocate(2).order(LITTLE_ENDIAN);
        data.putShort(0, (short) Integer.parseInt(bits, 16));

        // When
        float[] values = tensor(SafetensorsType.BF16, data).floats("x");

        // Then
        assertThat(values).containsExactly(expected);
    }

    @Test
    void readsSinglesBitForBitAndRoundsDoubles() throws IOException {
        // Given
        ByteBuffer singles = ByteBuffer.allocate(8).order(LITTLE_ENDIAN);
        singles.putFloat(0, Float.MIN_VALUE).putFloat(4, Float.NEGATIVE_INFINITY);
        ByteBuffer doubles = ByteBuffer.allocate(8).order(LITTLE_ENDIAN).putDouble(0, Math.PI);

        // When
        float[] fromSingles = tensor(SafetensorsType.F32, singles).floats("x");
        float[] fromDoubles = tensor(SafetensorsType.F64, doubles).floats("x");

        // Then
        assertThat(fromSingles).containsExactly(Float.MIN_VALUE, Float.NEGATIVE_INFINITY);
        assertThat(fromDoubles).containsExactly((float) Math.PI);
    }

    @ParameterizedTest
    @CsvSource({
        "I8, -1",
        "U8, 255",
        "I16, -1",
        "U16, 65535",
        "I32, -1",
        "U32, 4294967295",
        "I64, -1"
    })
    void readsAllOnesBySignAndWidth(SafetensorsType type, long expected) throws IOException {
        // Given
        ByteBuffer data = ByteBuffer.allocate(type.bytes());
        while (data.hasRemaining()) {
            data.put((byte) -1);
        }

        // When, Then
        assertThat(tensor(type, data.flip()).longs("x")).containsExactly(expected);
    }

    @Test
    void rejectsAnUnsignedValueThatNoLongHolds() throws IOException {
        // Given
        SafetensorsFile tensors =
                tensor(SafetensorsType.U64, ByteBuffer.allocate(8).put(7, (byte) 0x80));

        // When, Then
        assertThatExceptionOfType(SafetensorsException.class)
                .isThrownBy(() -> tensors.longs("x"))
                .withMessageContaining("found=9223372036854775808, tensor=x");
    }

    @Test
    void handsOutReadOnlyLittleEndianBytes() throws IOException {
        // Given
        ByteBuffer data = ByteBuffer.allocate(4).put(0, (byte) 1);

        // When
        ByteBuffer bytes = tensor(SafetensorsType.I32, data).bytes("x");

        // Then
        assertThat(bytes.isReadOnly()).isTrue();
        assertThat(bytes.getInt(0)).isEqualTo(1);
    }
}
