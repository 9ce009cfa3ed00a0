package org.lexicographer.languagemodel.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import org.lexicographer.languagemodel.folder.InvalidModelException;

/**
 * The {@code precompiled_charsmap} of a normalizer that was made by SentencePiece: a double-array
 * trie over the bytes of characters, whose leaves are places in a text of replacements. The native
 * library follows it without a look at its bounds, so every way through it is walked here.
 *
 * @param units the trie; the lowest byte of a unit is its label
 * @param replacements UTF-8, each replacement ended by a 0
 */
record CharacterMap(int[] units, byte[] replacements) {

    private static final int BYTES = 256;
    private static final int LEAF = 1 << 8;
    private static final int LABEL = 0x8000_00ff;
    private static final int WIDE = 1 << 9;

    /**
     * Checks a map.
     *
     * @param text the map in base 64
     * @throws InvalidModelException when it leads out of itself
     */
    static void check(JsonNode text) {
        if (!text.isTextual()) {
            throw invalid("expected=a text, found=" + text.getNodeType());
        }
        try {
            read(Base64.getDecoder().decode(text.textValue())).walk();
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }

    private static InvalidModelException invalid(String why) {
        return new InvalidModelException("precompiled_charsmap not usable: " + why);
    }

    private static CharacterMap read(byte[] bytes) {
        ByteBuffer map = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long size = map.remaining() < Integer.BYTES ? -1 : Integer.toUnsignedLong(map.getInt());
        if (size < Integer.BYTES || size > map.remaining() || size % Integer.BYTES != 0) {
            throw invalid(
                    "expected=whole units within its %d bytes, found=%d bytes of units"
                            .formatted(bytes.length, size));
        }
        int[] units = new int[(int) size / Integer.BYTES];
        map.asIntBuffer().get(units);
        byte[] replacements = new byte[map.remaining() - (int) size];
        map.position(Integer.BYTES + (int) size).get(replacements);
        return new CharacterMap(units, replacements);
    }

    private void walk() {
        checkText();
        BitSet seen = new BitSet(units.length);
        Deque<Integer> open = new ArrayDeque<>();
        open.push(offset(units[0]));
        while (!open.isEmpty()) {
            int node = open.pop();
            if (seen.get(node)) {
                continue;
            }
            seen.set(node);
            for (int label = 1; label < BYTES; label++) {
                int next = node ^ label;
                int unit = unit(next);
                if ((unit & LABEL) == label) {
                    int child = next ^ offset(unit);
                    if ((unit & LEAF) != 0) {
                        checkLeaf(unit(child) & Integer.MAX_VALUE);
                    }
                    unit(child);
                    open.push(child);
                }
            }
        }
    }

    private static int offset(int unit) {
        return (unit >>> 10) << ((unit & WIDE) >>> 6);
    }

    private int unit(int place) {
        if (place < 0 || place >= units.length) {
            throw invalid("expected=units 0 to %d, found=%d".formatted(units.length - 1, place));
        }
        return units[place];
    }

    private void checkLeaf(int place) {
        boolean within = place <= replacements.length;
        if (!within || place < replacements.length && (replacements[place] & 0xc0) == 0x80) {
            throw invalid("expected=where a replacement begins, found=" + place);
        }
    }

    private void checkText() {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(replacements));
        } catch (CharacterCodingException e) {
            throw invalid("expected=replacements in UTF-8, found=" + e.getMessage());
        }
    }
}
