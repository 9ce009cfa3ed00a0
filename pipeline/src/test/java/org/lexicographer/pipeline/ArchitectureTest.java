package org.lexicographer.pipeline;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void packagesFollowTheFloorPlan() {
        ArchitectureRules.of("org.lexicographer.pipeline").check();
    }
}
