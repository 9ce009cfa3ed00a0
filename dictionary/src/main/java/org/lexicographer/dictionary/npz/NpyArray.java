package org.lexicographer.dictionary.npz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.Weight;
import org.lexicographer.dictionary.torch.TorchTensor;
import org.lexicographer.pipeline.safetensors.SafetensorsType;

/**
 * One array as {@code numpy.save} writes it: {@code \x93NUMPY}, two bytes of version, the length of
 * the header (two bytes in version 1, four after it), the header, and the elements.
 *
 * <p>The header is a dict of Python's with the fields {@code descr}, {@code fortran_order} and
 * {@code shape} in any order. It is read by its form, never evaluated; arrays of objects are
 * pickles, and refused. Source: numpy.lib.format.
 *
 * @param name what the array is called
 * @param elements its elements and how they lie
 */
record NpyArray(String name, TorchTensor elements) {

    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
    private static final int MAX_HEADER_BYTES = 1 << 16;
    private static final int MAX_DIMENSIONS = 8;

    private static final Pattern DESCRIPTION =
            field("descr", "(?:'([^']*)'|\"([^\"]*)\"|(\\[.*\\]))");
    private static final Pattern FORTRAN = field("fortran_order", "(True|False)");
    private static final Pattern SHAPE = field("shape", "\\(([\\d, ]*)\\)");

    private static Pattern field(String name, String value) {
        return Pattern.compile("[{,]\\s*['\"]" + name + "['\"]\\s*:\\s*" + value);
    }

    /**
     * Reads an array, from the buffer's position to its limit.
     *
     * @throws DictionaryException when the bytes are no array of floating-point numbers in
     *     little-endian order, or not as many as its shape says
     */
    static NpyArray read(String name, ByteBuffer bytes) {
        ByteBuffer file = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        String header = header(name, file);
        SafetensorsType type = type(name, header);
        List<Long> shape = shape(name, header);
        long expected = type.bytes();
        try {
            for (long size : shape) {
                expected = Math.multiplyExact(expected, size);
            }
        } catch (ArithmeticException e) {
            throw wrong("array too large", "2^63 bytes at most", shape.toString(), name, e);
        }
        if (expected != file.remaining()) {
            throw wrong(
                    "array not as long as its shape",
                    expected + " bytes for " + shape,
                    file.remaining() + " bytes",
                    name,
                    null);
        }
        boolean fortran = found(FORTRAN, header, "fortran_order", name).group(1).equals("True");
        return new NpyArray(
                name, new TorchTensor(type, shape, strides(shape, fortran), 0, file.slice()));
    }

    private static String header(String name, ByteBuffer file) {
        byte[] magic = new byte[MAGIC.length];
        if (file.remaining() < MAGIC.length + 4) {
            throw wrong(
                    "not an array of NumPy", "a header", file.remaining() + " bytes", name, null);
        }
        file.get(magic);
        int version = Byte.toUnsignedInt(file.get());
        file.get();
        if (!java.util.Arrays.equals(magic, MAGIC) || version < 1 || version > 3) {
            throw wrong(
                    "not an array of NumPy",
                    "\\x93NUMPY, version 1 to 3",
                    "version " + version,
                    name,
                    null);
        }
        if (version > 1 && file.remaining() < Integer.BYTES) {
            throw wrong("header cut", "4 bytes", file.remaining() + " bytes", name, null);
        }
        long length =
                version == 1
                        ? Short.toUnsignedLong(file.getShort())
                        : Integer.toUnsignedLong(file.getInt());
        if (length > Math.min(MAX_HEADER_BYTES, file.remaining())) {
            throw wrong(
                    "header too long",
                    "at most %d bytes".formatted(Math.min(MAX_HEADER_BYTES, file.remaining())),
                    length + " bytes",
                    name,
                    null);
        }
        byte[] text = new byte[(int) length];
        file.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static SafetensorsType type(String name, String header) {
        Matcher matcher = found(DESCRIPTION, header, "descr", name);
        String type =
                matcher.group(1) != null
                        ? matcher.group(1)
                        : matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
        return switch (type) {
            case "<f2" -> SafetensorsType.F16;
            case "<f4" -> SafetensorsType.F32;
            case "<f8" -> SafetensorsType.F64;
            case "|O", "O" ->
                    throw new DictionaryException(
                            "array of objects, which is a pickle, is not read: descr=%s, array=%s"
                                    .formatted(type, name));
            default -> throw wrong("array type mismatch", "<f2, <f4 or <f8", type, name, null);
        };
    }

    private static List<Long> shape(String name, String header) {
        String text = found(SHAPE, header, "shape", name).group(1);
        List<Long> shape = new ArrayList<>();
        for (String size : text.split(",")) {
            String digits = size.strip();
            if (!digits.isEmpty()) {
                if (digits.length() > 18 || !digits.chars().allMatch(Character::isDigit)) {
                    throw wrong("shape not valid", "whole numbers", "(" + text + ")", name, null);
                }
                shape.add(Long.parseLong(digits));
            }
        }
        if (shape.size() > MAX_DIMENSIONS) {
            throw wrong(
                    "too many dimensions",
                    "at most " + MAX_DIMENSIONS,
                    "" + shape.size(),
                    name,
                    null);
        }
        return shape;
    }

    private static Matcher found(Pattern pattern, String header, String field, String name) {
        Matcher matcher = pattern.matcher(header);
        if (!matcher.find()) {
            throw wrong("header not valid", field, header.strip(), name, null);
        }
        return matcher;
    }

    /** In Fortran's order the first index changes fastest. */
    private static List<Long> strides(List<Long> shape, boolean fortran) {
        Long[] strides = new Long[shape.size()];
        long stride = 1;
        for (int i = 0; i < strides.length; i++) {
            int dimension = fortran ? i : strides.length - 1 - i;
            strides[dimension] = stride;
            stride *= shape.get(dimension);
        }
        return List.of(strides);
    }

    /** Returns the array, row-major. */
    Weight weight() {
        return new Weight(elements.shape(), elements.floats());
    }

    private static DictionaryException wrong(
            String rule, String expected, String found, String name, Exception cause) {
        return new DictionaryException(
                "%s: expected=%s, found=%s, array=%s".formatted(rule, expected, found, name),
                cause);
    }
}
