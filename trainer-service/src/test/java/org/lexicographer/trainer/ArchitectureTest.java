package org.lexicographer.trainer;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void keepsTheRules() {
        ArchitectureRules.of("org.lexicographer.trainer").check();
    }
}
