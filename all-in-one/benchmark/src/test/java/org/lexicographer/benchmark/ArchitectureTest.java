package org.lexicographer.benchmark;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void followsTheFloorPlan() {
        ArchitectureRules.of("org.lexicographer.benchmark").check();
    }
}
