package org.lexicographer.objectstore.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.ObjectStoreException;

class TrustedCertificatesTest {

    @TempDir Path folder;

    @Test
    void trustsAnAuthorityOfItsFile() throws Exception {
        try (TlsServer store = TlsServer.start(folder.resolve("store"))) {
            assertThat(bucket(store, store.certificate()).stat("runs/none.json")).isEmpty();
        }
    }

    @Test
    void othersAreNotTrusted() throws Exception {
        try (TlsServer store = TlsServer.start(folder.resolve("store"));
                TlsServer other = TlsServer.start(folder.resolve("other"))) {
            MinioObjectStore bucket = bucket(store, other.certificate());
            assertThatThrownBy(() -> bucket.stat("runs/none.json"))
                    .isInstanceOf(ObjectStoreException.class)
                    .hasMessageContaining("unable to find valid certification path");
        }
    }

    @Test
    void aFileThatHasChangedIsReadAgain() throws Exception {
        // Given
        Path trusted = folder.resolve("ca.crt");
        try (TlsServer before = TlsServer.start(folder.resolve("before"));
                TlsServer after = TlsServer.start(folder.resolve("after"))) {
            Files.copy(before.certificate(), trusted);
            MinioObjectStore bucket = bucket(after, trusted);
            assertThatThrownBy(() -> bucket.stat("runs/none.json"))
                    .isInstanceOf(ObjectStoreException.class);

            // When
            Files.write(trusted, Files.readAllBytes(after.certificate()));

            // Then
            assertThat(bucket.stat("runs/none.json")).isEmpty();
        }
    }

    @Test
    void whatWasTrustedStaysSoWhileTheFileCannotBeRead() throws Exception {
        Path trusted = folder.resolve("ca.crt");
        try (TlsServer store = TlsServer.start(folder.resolve("store"))) {
            // Given
            Files.copy(store.certificate(), trusted);
            MinioObjectStore bucket = bucket(store, trusted);

            // When
            Files.writeString(trusted, "-----BEGIN CERTIFICATE-----");

            // Then
            assertThat(bucket.stat("runs/none.json")).isEmpty();
        }
    }

    @Test
    void aFileWithoutCertificatesIsRefusedWithItsSetting() throws IOException {
        Path empty = Files.createFile(folder.resolve("empty.crt"));
        for (Path file : new Path[] {empty, folder.resolve("missing.crt")}) {
            S3Endpoint endpoint = endpoint("https://127.0.0.1:1", file);
            assertThatThrownBy(() -> MinioObjectStore.of(endpoint, "lexicographer"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("setting=object-store.certificates")
                    .hasMessageContaining("file=" + file);
        }
    }

    private static MinioObjectStore bucket(TlsServer store, Path trusted) {
        return MinioObjectStore.of(endpoint(store.url(), trusted), "lexicographer");
    }

    private static S3Endpoint endpoint(String url, Path trusted) {
        return S3Settings.ofEnvironment(
                        Map.of(
                                "OBJECT_STORE_ENDPOINT",
                                url,
                                "OBJECT_STORE_ACCESS_KEY",
                                "key",
                                "OBJECT_STORE_SECRET_KEY",
                                "secret",
                                "OBJECT_STORE_CERTIFICATES",
                                trusted.toString()))
                .endpoint();
    }
}
