package org.lexicographer.tokenizer;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void keepsTheRulesOfTheHouse() {
        ArchitectureRules.of("org.lexicographer.tokenizer").check();
    }
}
