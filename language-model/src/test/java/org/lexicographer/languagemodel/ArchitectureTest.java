package org.lexicographer.languagemodel;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;

class ArchitectureTest {

    @Test
    void keepsToTheRulesOfTheHouse() {
        ArchitectureRules.of("org.lexicographer.languagemodel").check();
    }
}
