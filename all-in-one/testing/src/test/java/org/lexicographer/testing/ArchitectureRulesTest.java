package org.lexicographer.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

class ArchitectureRulesTest {

    private static final String HERE = "org.lexicographer.testing.";

    @Test
    void passesAModuleWhoseArrowsGoDown() {
        assertThatCode(() -> check("down")).doesNotThrowAnyException();
    }

    @Test
    void namesAnArrowThatGoesUp() {
        assertThatThrownBy(() -> check("up"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("arrows go down")
                .hasMessageContaining("up.metric.LoggedLoss")
                .hasMessageContaining("up.service.TrainerService");
    }

    @Test
    void namesALoggerThatIsNotTheHouses() {
        assertThatThrownBy(() -> check("up"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("logs go through SLF4J")
                .hasMessageContaining("java.lang.System$Logger");
    }

    @Test
    void namesTheCircleOfTwoPackages() {
        assertThatThrownBy(() -> check("circle"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("in a circle")
                .hasMessageContaining("circle.left")
                .hasMessageContaining("circle.right");
    }

    @Test
    void namesAMethodThatHandsVectorsOver() {
        assertThatThrownBy(() -> check("lanes"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("vectors stay within a method")
                .hasMessageContaining("Doubling.twice");
    }

    @Test
    void refusesToFindNothing() {
        assertThatThrownBy(() -> ArchitectureRules.of(HERE + "nowhere").check())
                .isInstanceOf(AssertionError.class)
                .hasMessage("no classes found: package=org.lexicographer.testing.nowhere");
    }

    @Test
    void holdsForThisModule() {
        ArchitectureRules.of("org.lexicographer.testing").check();
    }

    /** The embedded servers' own tests cannot use this module, which uses them. */
    @Test
    void holdsForTheEmbeddedServers() {
        ArchitectureRules.of("org.lexicographer.embedded").check();
    }

    private static void check(String module) {
        ArchitectureRules.of(HERE + module)
                .check(new ClassFileImporter().importPackages(HERE + module));
    }
}
