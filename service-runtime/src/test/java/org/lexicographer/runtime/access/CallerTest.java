package org.lexicographer.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.quarkus.security.credential.TokenCredential;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.lexicographer.runtime.problem.ProblemException;

class CallerTest {

    private static SecurityIdentity identity(String name, String role) {
        return new ImpliedRoles()
                .augment(
                        QuarkusSecurityIdentity.builder()
                                .setPrincipal(new QuarkusPrincipal(name))
                                .addRole(role)
                                .addCredential(new TokenCredential("lex_secret", "key"))
                                .build(),
                        null)
                .await()
                .indefinitely();
    }

    private static Caller caller(String name, String role) {
        return new Caller(identity(name, role), false);
    }

    @Test
    void aRoleIncludesThoseBelowAndNoOther() {
        assertThat(identity("a", Roles.OPERATOR).getRoles())
                .containsExactlyInAnyOrder("reader", "submitter", "operator");
        assertThat(identity("a", Roles.SUBMITTER).getRoles())
                .containsExactlyInAnyOrder("reader", "submitter");
        assertThat(identity("a", "admin").getRoles()).containsExactly("admin");
    }

    @Test
    void aRunIsChangedByItsOwnerAndByOperators() {
        Optional<String> alice = Optional.of("alice");

        assertThatCode(() -> caller("alice", Roles.SUBMITTER).mustChange("run", alice))
                .doesNotThrowAnyException();
        assertThatCode(() -> caller("olga", Roles.OPERATOR).mustChange("run", alice))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(() -> caller("bob", Roles.SUBMITTER).mustChange("run", alice))
                .withMessage(
                        "run is another's: expected=alice or the role operator, found=bob, run=run");
    }

    @Test
    void aRunOfNobodyIsTheOperators() {
        assertThatExceptionOfType(ProblemException.class)
                .isThrownBy(
                        () -> caller("bob", Roles.SUBMITTER).mustChange("run", Optional.empty()))
                .withMessageContaining("expected=nobody or the role operator");
        assertThatCode(() -> caller("olga", Roles.OPERATOR).mustChange("run", Optional.empty()))
                .doesNotThrowAnyException();
    }

    @Test
    void whileAccessIsOffRunsAreNobodys() {
        assertThat(new Caller(identity("everybody", Roles.OPERATOR), true).owner()).isEmpty();
        assertThat(caller("alice", Roles.READER).owner()).contains("alice");
    }

    @Test
    void anotherServiceIsAskedInTheCallersName() {
        assertThat(caller("alice", Roles.READER).authorization()).contains("Bearer lex_secret");
    }
}
