package org.lexicographer.kernel;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void followsTheRules() {
        ArchitectureRules.of("org.lexicographer.kernel").check();
    }
}
