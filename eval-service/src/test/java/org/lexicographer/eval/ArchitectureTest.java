package org.lexicographer.eval;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void followsTheRules() {
        ArchitectureRules.of("org.lexicographer.eval").check();
    }
}
