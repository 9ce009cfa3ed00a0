package org.lexicographer.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathPatternTest {

    /** The JDK's patterns mean the same, where its file system has the path. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "data/*.jsonl~data/a.jsonl~true",
                "data/*.jsonl~data/b/a.jsonl~false",
                "data/**.jsonl~data/b/a.jsonl~true",
                "**/a.jsonl~data/b/a.jsonl~true",
                "**/a.jsonl~a.jsonl~false",
                "*~a~true",
                "*~.a~true",
                "?.txt~a.txt~true",
                "[ab].txt~b.txt~true",
                "[!ab].txt~b.txt~false",
                "[!ab].txt~c.txt~true",
                "[a-c]1~b1~true",
                "[a-c]1~d1~false",
                "[a-]~-~true",
                "[^a]~^~true",
                "[&&]~&~true",
                "{a,b*}.txt~bc.txt~true",
                "{a,b*}.txt~c.txt~false",
                "a,b~a,b~true",
                "a}~a}~true",
                "a.b~axb~false",
                "(a|b)+$~(a|b)+$~true",
                "a\\*b~a*b~true",
                "a\\*b~axb~false",
                "train-0000?-of-*.parquet~train-00001-of-00009.parquet~true"
            })
    void meansWhatTheJdksPatternsMean(String pattern, String path, boolean matches) {
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(matches);
        assertThat(
                        FileSystems.getDefault()
                                .getPathMatcher("glob:" + pattern)
                                .matches(Path.of(path)))
                .isEqualTo(matches);
    }

    /** Java's file system has no such paths where the locale is POSIX. */
    @ParameterizedTest
    @CsvSource({
        "d\u00e4ta/*.txt, d\u00e4ta/\u6f22\u5b57.txt, true",
        "?.txt, \u6f22.txt, true",
        "?.txt, \ud83d\ude00.txt, true",
        "[\u00e4\u6f22].txt, \u6f22.txt, true",
        "[\u00e4-\u00fc].txt, \u00f6.txt, true",
        "\u00e4.txt, a.txt, false"
    })
    void lettersAreThoseOfAnyScript(String pattern, String path, boolean matches) {
        assertThat(PathPattern.of(pattern).matches(path)).isEqualTo(matches);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a", "{a", "{a,{b}}", "a\\", "[b-a]"})
    void whatIsNoPatternIsRefused(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> PathPattern.of(pattern));
    }

    /** Trying every way that each star may end would never come to an end. */
    @Test
    void aPathIsGoneThroughOnceHoweverManyStarsThereAre() {
        PathPattern pattern = PathPattern.of("*a".repeat(100) + "b");
        assertThat(pattern.matches("a".repeat(10_000))).isFalse();
        assertThat(pattern.matches("a".repeat(10_000) + "b")).isTrue();
    }

    @Test
    void aPatternIsNoLongerThanIsTried() {
        assertThat(PathPattern.of("a".repeat(1024)).matches("a".repeat(1024))).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> PathPattern.of("a".repeat(1025)));
    }
}
