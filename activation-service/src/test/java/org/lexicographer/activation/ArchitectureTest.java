package org.lexicographer.activation;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void keepsToTheRulesOfTheHouse() {
        ArchitectureRules.of("org.lexicographer.activation").check();
    }
}
