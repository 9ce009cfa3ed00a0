package org.lexicographer.tokenizer;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;
import org.lexicographer.testing.RolesTable;

class ArchitectureTest {

    @Test
    void keepsTheRulesOfTheHouse() {
        ArchitectureRules.of("org.lexicographer.tokenizer").check();
    }

    @Test
    void everyRequestSaysWhoMaySendIt() {
        RolesTable.check("org.lexicographer.tokenizer", "tokenizer-service");
    }
}
