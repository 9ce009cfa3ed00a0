package org.lexicographer.activation;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;
import org.lexicographer.testing.RolesTable;

class ArchitectureTest {

    @Test
    void keepsToTheRulesOfTheHouse() {
        ArchitectureRules.of("org.lexicographer.activation").check();
    }

    @Test
    void everyRequestSaysWhoMaySendIt() {
        RolesTable.check("org.lexicographer.activation", "activation-service");
    }
}
