package org.lexicographer.eval;

import org.junit.jupiter.api.Test;
import org.lexicographer.testing.ArchitectureRules;
import org.lexicographer.testing.RolesTable;

class ArchitectureTest {

    @Test
    void followsTheRules() {
        ArchitectureRules.of("org.lexicographer.eval").check();
    }

    @Test
    void everyRequestSaysWhoMaySendIt() {
        RolesTable.check("org.lexicographer.eval", "eval-service");
    }
}
