package org.lexicographer.pipeline.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class AccessTokenTest {

    @Test
    void isShownAsABearerToken() {
        assertThat(AccessToken.of(Map.of("LEXICOGRAPHER_TOKEN", " lex_1 \n")).header())
                .contains("Bearer lex_1");
        assertThat(AccessToken.of(Map.of("LEXICOGRAPHER_TOKEN", "")).header()).isEmpty();
        assertThat(AccessToken.of(Map.of()).header()).isEmpty();
    }

    @Test
    void isNotPrinted() {
        assertThat(AccessToken.of(Map.of("LEXICOGRAPHER_TOKEN", "lex_1")))
                .hasToString("AccessToken[set]");
    }
}
