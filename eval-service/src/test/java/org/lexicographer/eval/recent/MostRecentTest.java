package org.lexicographer.eval.recent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MostRecentTest {

    @Test
    void letsGoOfWhatWasAskedForLongestAgo() {
        // Given
        MostRecent<String, Integer> kept = MostRecent.ofCount(2);
        kept.put("a", 1);
        kept.put("b", 2);

        // When
        kept.find("a");
        kept.put("c", 3);

        // Then
        assertThat(kept.find("a")).contains(1);
        assertThat(kept.find("b")).isEmpty();
        assertThat(kept.find("c")).contains(3);
    }

    @Test
    void whatIsReplacedOrRemovedWeighsNothing() {
        MostRecent<String, Integer> kept = new MostRecent<>(10, Integer::longValue);
        kept.put("a", 9);
        kept.put("a", 4);
        kept.put("b", 5);
        kept.remove("b");
        kept.put("c", 6);

        assertThat(kept.find("a")).contains(4);
        assertThat(kept.find("c")).contains(6);
    }

    @Test
    void whatWeighsTooMuchIsNotKept() {
        MostRecent<String, Integer> kept = new MostRecent<>(10, Integer::longValue);

        kept.put("a", 11);
        kept.put("b", 10);

        assertThat(kept.find("a")).isEmpty();
        assertThat(kept.find("b")).contains(10);
    }
}
