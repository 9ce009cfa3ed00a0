package org.lexicographer.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.lexicographer.objectstore.GeneratedContent;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.s3.FakeS3.Request;

/** Who a process is to a store, by its settings. */
class S3CredentialsTest {

    private static final String ACCESS_VARIABLE = "AWS_ACCESS_KEY_ID";
    private static final String SECRET_VARIABLE = "AWS_SECRET_ACCESS_KEY";

    private static final String KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";

    @TempDir private Path folder;
    private FakeS3 server;

    @BeforeEach
    void start() throws IOException {
        server = new FakeS3();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private MinioObjectStore store(Map<String, String> own) {
        Map<String, String> settings = new HashMap<>(own);
        settings.put("OBJECT_STORE_ENDPOINT", server.url());
        return MinioObjectStore.of(S3Settings.ofEnvironment(settings).endpoint(), "bucket");
    }

    private Request asked(MinioObjectStore store) {
        store.put("key", new byte[1]);
        return server.requests().getLast();
    }

    private Map<String, String> webIdentity(String token) throws IOException {
        Path file = Files.writeString(tokenFile(), token + "\n");
        return Map.of(
                "OBJECT_STORE_CREDENTIALS", "web-identity",
                "OBJECT_STORE_WEB_IDENTITY_TOKEN_FILE", file.toString(),
                "OBJECT_STORE_WEB_IDENTITY_ROLE", "arn:aws:iam::1:role/trainer",
                "OBJECT_STORE_WEB_IDENTITY_SESSION_NAME", "trainer");
    }

    private Path tokenFile() {
        return folder.resolve("token");
    }

    @Test
    void keysMayComeWithASessionToken() {
        Map<String, String> keys =
                Map.of("OBJECT_STORE_ACCESS_KEY", "access", "OBJECT_STORE_SECRET_KEY", "secret");
        Map<String, String> lent = new HashMap<>(keys);
        lent.put("OBJECT_STORE_SESSION_TOKEN", "session");

        assertThat(asked(store(keys)).accessKey()).isEqualTo("access");
        assertThat(asked(store(keys)).header("x-amz-security-token")).isEmpty();
        assertThat(asked(store(lent)).header("x-amz-security-token")).contains("session");
    }

    @Test
    void aTokenIsExchangedForKeysUntilTheyExpire() throws IOException {
        // Given
        MinioObjectStore store = store(webIdentity("first"));

        // When
        Request request = asked(store);
        asked(store);

        // Then
        assertThat(request.accessKey()).isEqualTo("lent-1");
        assertThat(request.header("x-amz-security-token")).contains("session-1");
        assertThat(server.exchanges())
                .singleElement()
                .satisfies(
                        form ->
                                assertThat(form)
                                        .containsEntry("Action", "AssumeRoleWithWebIdentity")
                                        .containsEntry("WebIdentityToken", "first")
                                        .containsEntry("RoleArn", "arn:aws:iam::1:role/trainer")
                                        .containsEntry("RoleSessionName", "trainer"));
    }

    @Test
    void whatHasExpiredIsExchangedAgainForTheTokenThatIsThereThen() throws IOException {
        // Given
        server.lendForNoTime();
        MinioObjectStore store = store(webIdentity("first"));
        asked(store);

        // When
        Files.writeString(tokenFile(), "second");
        Request request = asked(store);

        // Then
        assertThat(server.exchanges())
                .extracting(form -> form.get("WebIdentityToken"))
                .startsWith("first")
                .endsWith("second");
        assertThat(request.accessKey()).isEqualTo("lent-" + server.exchanges().size());
    }

    @Test
    void anExchangeThatIsRefusedNamesTheSetting() throws IOException {
        // Given
        server.answerExchangesWith(403);
        MinioObjectStore store = store(webIdentity("wrong"));

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RefusedObjectStoreException.class)
                .hasMessageContaining("object-store.credentials=web-identity")
                .hasMessageContaining("403");
    }

    @Test
    void anExchangeInTroubleMayRecover() throws IOException {
        // Given
        server.answerExchangesWith(503);
        MinioObjectStore store = store(webIdentity("token"));

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RetryableObjectStoreException.class)
                .hasMessageContaining("object-store.credentials=web-identity")
                .hasMessageContaining("status=503");
    }

    @Test
    void aTokenThatIsNotThereYetIsNamed() throws IOException {
        // Given
        MinioObjectStore store = store(webIdentity("token"));
        Files.delete(tokenFile());

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RetryableObjectStoreException.class)
                .hasMessageContaining("object-store.web-identity.token-file=" + tokenFile());
    }

    @Test
    void aMachineHasARole() {
        // When
        Request request =
                asked(
                        store(
                                Map.of(
                                        "OBJECT_STORE_CREDENTIALS",
                                        "instance",
                                        "OBJECT_STORE_INSTANCE_METADATA_ENDPOINT",
                                        server.url())));

        // Then
        assertThat(request.accessKey()).isEqualTo("of-the-machine");
        assertThat(request.header("x-amz-security-token")).contains("machine-token");
    }

    @Test
    void variablesOfAmazonsToolsAreTaken() {
        // Given
        MinioObjectStore store = store(Map.of("OBJECT_STORE_CREDENTIALS", "environment"));

        // When, Then
        assertThatThrownBy(() -> store.stat("key"))
                .isInstanceOf(RefusedObjectStoreException.class)
                .hasMessageContaining("object-store.credentials=environment")
                .hasMessageContaining("AWS_ACCESS_KEY");

        // When: the S3 client takes system properties for variables
        System.setProperty(ACCESS_VARIABLE, "of-the-environment");
        System.setProperty(SECRET_VARIABLE, "secret");
        try {
            // Then
            assertThat(asked(store).accessKey()).isEqualTo("of-the-environment");
        } finally {
            System.clearProperty(ACCESS_VARIABLE);
            System.clearProperty(SECRET_VARIABLE);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ACCESS_KEY=a|expected=object-store.secret-key, as object-store.credentials is",
                "SECRET_KEY=a|expected=object-store.access-key, as object-store.credentials is",
                "ACCESS_KEY= SECRET_KEY=a|expected=object-store.access-key,",
                "CREDENTIALS=aws|setting=object-store.credentials, expected=keys, environment,",
                "CREDENTIALS=web-identity|expected=object-store.web-identity.token-file,",
                "CREDENTIALS=instance ENCRYPTION=aes|setting=object-store.encryption, expected=",
                "CREDENTIALS=instance ENCRYPTION=kms|expected=object-store.encryption-key,",
                "CREDENTIALS=instance ENCRYPTION_KEY=k|setting=object-store.encryption, expected="
            })
    void whatIsMissingOrWrongIsNamed(String settings, String named) {
        Map<String, String> environment = new HashMap<>();
        for (String setting : settings.split(" ")) {
            String[] parts = setting.split("=", 2);
            environment.put("OBJECT_STORE_" + parts[0], parts[1]);
        }
        assertThatThrownBy(() -> S3Settings.ofEnvironment(environment).endpoint())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(named);
    }

    @Test
    void nobodyHasKeysByDefault() {
        assertThatThrownBy(() -> S3Settings.ofEnvironment(Map.of()).endpoint())
                .hasMessage(
                        "setting missing: expected=object-store.access-key,"
                                + " as object-store.credentials is keys, found=none");
    }

    @Test
    void noSecretIsShown() {
        S3Credentials.Keys keys = new S3Credentials.Keys("access", "hidden", Optional.of("hidden"));

        assertThat(S3Endpoint.of("http://s3", "region", keys).toString())
                .contains("access")
                .doesNotContain("hidden");
    }

    @ParameterizedTest
    @CsvSource({"bucket,,", "s3,AES256,", "kms,aws:kms,trainer-key"})
    void everyWriteSaysHowItIsEncrypted(String encryption, String algorithm, String key) {
        // Given
        Map<String, String> settings =
                new HashMap<>(
                        Map.of(
                                "OBJECT_STORE_ACCESS_KEY", "access",
                                "OBJECT_STORE_SECRET_KEY", "secret",
                                "OBJECT_STORE_ENCRYPTION", encryption));
        if (key != null) {
            settings.put("OBJECT_STORE_ENCRYPTION_KEY", key);
        }
        MinioObjectStore store = store(settings).inBucket("other");
        long parts = (64L << 20) + 1;

        // When
        store.put("whole", new byte[1]);
        store.putIfAbsent("claimed", new byte[1]);
        store.putIfMatch("known", "e", new byte[1]);
        store.put("in-parts", new GeneratedContent(parts), parts);

        // Then
        List<Request> begins =
                server.requests().stream()
                        .filter(it -> !it.query().contains("uploadId"))
                        .filter(it -> !it.method().equals("GET"))
                        .toList();
        assertThat(begins)
                .hasSize(4)
                .allSatisfy(
                        it -> {
                            assertThat(it.headers().get("x-amz-server-side-encryption"))
                                    .isEqualTo(algorithm);
                            assertThat(it.headers().get(KMS_KEY)).isEqualTo(key);
                        });
        assertThat(server.requests())
                .filteredOn(it -> it.query().contains("partNumber"))
                .hasSize(2)
                .allSatisfy(
                        it ->
                                assertThat(it.headers())
                                        .doesNotContainKey("x-amz-server-side-encryption"));
    }
}
