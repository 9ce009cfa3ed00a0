package org.lexicographer.runtime.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.testing.KeysFile;
import org.lexicographer.testing.KeysFile.Key;

class ApiKeyFileTest {

    private static final Key FIRST = new Key("lex_first", "first", "submitter", "alice");
    private static final Key SECOND = new Key("lex_second", "second", "reader", "bob");

    @TempDir Path folder;

    private KeysFile written;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @BeforeEach
    void twoKeys() {
        written = new KeysFile(folder.resolve("keys.json"));
        written.write(FIRST, SECOND);
    }

    private ApiKeyFile read() {
        return ApiKeyFile.read(written.path(), () -> now);
    }

    @Test
    void aKeySaysWhoHoldsIt() {
        ApiKeyFile file = read();

        assertThat(file.find("lex_first").orElseThrow().holder()).isEqualTo("alice");
        assertThat(file.find("lex_second").orElseThrow().role()).isEqualTo("reader");
        assertThat(file.find("lex_third")).isEmpty();
        assertThat(file.find("")).isEmpty();
    }

    @Test
    void aKeyThatIsTakenOutOfTheFileIsTakenASecondLongerAtMost() {
        // Given
        ApiKeyFile file = read();

        // When
        written.write(SECOND, new Key("lex_third", "third", "operator", "carol"));

        // Then
        now = now.plus(ApiKeyFile.LOOK);
        assertThat(file.find("lex_first")).isEmpty();
        assertThat(file.find("lex_second")).isPresent();
        assertThat(file.find("lex_third")).isPresent();
    }

    @Test
    void aFileThatIsHalfWrittenChangesNothing() {
        // Given
        ApiKeyFile file = read();

        // When
        written.write("{\"keys\": [{\"name\": \"fi");

        // Then
        now = now.plus(ApiKeyFile.LOOK);
        assertThat(file.find("lex_first")).isPresent();

        // When
        written.write(SECOND);

        // Then
        now = now.plus(ApiKeyFile.LOOK);
        assertThat(file.find("lex_first")).isEmpty();
    }

    @Test
    void withoutAFileAServiceDoesNotStart() {
        Path absent = folder.resolve("absent.json");

        assertThatIllegalStateException()
                .isThrownBy(() -> ApiKeyFile.read(absent, () -> now))
                .withMessageContaining("access.keys-file=" + absent);
    }

    @Test
    void besideAnIdentityProviderTheFileMayComeLater() {
        // Given
        KeysFile later = new KeysFile(folder.resolve("later.json"));
        ApiKeyFile file = ApiKeyFile.readOrAwait(later.path(), () -> now);
        assertThat(file.find("lex_first")).isEmpty();

        // When
        later.write(FIRST);

        // Then
        now = now.plus(ApiKeyFile.LOOK);
        assertThat(file.find("lex_first")).isPresent();
    }

    @Test
    void aFileThatIsThereIsReadWhoeverElseKnowsCallers() {
        written.write("{\"keys\": [{\"name\": \"fi");

        assertThatIllegalStateException()
                .isThrownBy(() -> ApiKeyFile.readOrAwait(written.path(), () -> now))
                .withMessageContaining("access.keys-file=" + written.path());
    }

    @Test
    void whatIsWrongWithAKeyIsNamedAndTheDigestIsNotRepeated() {
        written.write(
                "{\"keys\": [{\"name\": \"a\", \"role\": \"admin\", \"sha256\": \"lex_plain\"}]}");

        assertThatIllegalStateException()
                .isThrownBy(this::read)
                .withMessageContaining("role")
                .withMessageContaining("reader, submitter, operator")
                .withMessageContaining("64 hexadecimal digits")
                .withMessageNotContaining("lex_plain");
    }
}
