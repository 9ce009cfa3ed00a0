package org.lexicographer.eval.evaluator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class ContextsTest {

    private static final Contexts THREE = new Contexts(2, new int[] {1, 2, 3, 4, 5, 6});

    @Test
    void cutsWholeContexts() {
        // Given / When
        Contexts middle = THREE.range(1, 2);

        // Then
        assertThat(middle.tokens()).containsExactly(3, 4);
        assertThat(THREE.first(2).tokens()).containsExactly(1, 2, 3, 4);
        assertThat(THREE.count()).isEqualTo(3);
    }

    @Test
    void joinsPiecesInOrder() {
        // Given
        List<int[]> pieces = List.of(new int[] {1, 2}, new int[] {}, new int[] {3, 4, 5, 6});

        // When
        Contexts joined = Contexts.join(2, pieces);

        // Then
        assertThat(joined.tokens()).containsExactly(THREE.tokens());
    }

    @Test
    void theDigestTellsContextsApart() {
        // Given
        Contexts sameTokensOtherCut = new Contexts(3, THREE.tokens());

        // When
        String digest = THREE.digest();

        // Then
        assertThat(digest)
                .isEqualTo(new Contexts(2, THREE.tokens().clone()).digest())
                .isNotEqualTo(sameTokensOtherCut.digest())
                .isNotEqualTo(THREE.first(2).digest());
    }

    @Test
    void rejectsHalfAContext() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Contexts(2, new int[] {1, 2, 3}))
                .withMessage("not whole contexts: contextLength=2, tokens=3");
    }
}
