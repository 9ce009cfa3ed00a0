package org.lexicographer.trainer;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;
import org.lexicographer.testing.RolesTable;

class ArchitectureTest {

    @Test
    void keepsTheRules() {
        ArchitectureRules.of("org.lexicographer.trainer").check();
    }

    @Test
    void everyRequestSaysWhoMaySendIt() {
        RolesTable.check("org.lexicographer.trainer", "trainer-service");
    }
}
