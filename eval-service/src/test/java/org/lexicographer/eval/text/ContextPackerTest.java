package org.lexicographer.eval.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ContextPackerTest {

    private static final int END = 9;

    private final ContextPacker packer = new ContextPacker(3, END);

    @Test
    void everyDocumentIsFollowedByTheEndOfText() {
        // Given
        packer.add(new long[] {1, 2, 3, 4});

        // When
        packer.add(new long[] {5});

        // Then
        assertThat(packer.contexts().tokens()).containsExactly(1, 2, 3, 4, END, 5);
        assertThat(packer.tokens()).isEqualTo(7);
    }

    @Test
    void anEmptyDocumentLeavesNoTrace() {
        // Given
        packer.add(new long[] {});

        // When
        packer.add(new long[] {1, 2});

        // Then
        assertThat(packer.contexts().tokens()).containsExactly(1, 2, END);
    }
}
