package org.lexicographer.languagemodel.folder;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.reflect.Proxy;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/** What is left of a fetch that fails, and what is made of a copy that is not the object. */
class FailedFetchTest {

    private static final String URI = "s3://models/a/";
    private static final String WEIGHTS = "model.safetensors";

    @TempDir Path cache;

    private final InMemoryObjectStore stored = new InMemoryObjectStore("models");

    FailedFetchTest() {
        stored.put("a/config.json", "{}".getBytes(UTF_8));
        stored.put("a/" + WEIGHTS, "weights".getBytes(UTF_8));
    }

    /** A store whose content of the weights is changed on its way. */
    private ModelFolders folders(UnaryOperator<InputStream> onItsWay) {
        return new ModelFolders(changing(stored, onItsWay), cache, false);
    }

    private static ObjectStore changing(ObjectStore store, UnaryOperator<InputStream> onItsWay) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        FailedFetchTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (proxy, method, args) -> {
                            Object answer = method.invoke(store, args);
                            if (method.getName().equals("inBucket")) {
                                return changing((ObjectStore) answer, onItsWay);
                            }
                            return method.getName().equals("get") && args[0].equals("a/" + WEIGHTS)
                                    ? onItsWay.apply((InputStream) answer)
                                    : answer;
                        });
    }

    private List<String> left() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private void assertNothingIsLeft(ModelFolders folders, String reason) throws IOException {
        assertThatExceptionOfType(RetryableObjectStoreException.class)
                .isThrownBy(() -> folders.find(URI))
                .withMessageContaining(reason)
                .withMessageContaining("key=a/" + WEIGHTS);
        assertThat(left()).isEmpty();
    }

    @Test
    void aStreamThatBreaksLeavesNothing() throws IOException {
        ModelFolders folders =
                folders(
                        whole ->
                                new SequenceInputStream(
                                        new ByteArrayInputStream(new byte[3]), new Broken()));

        assertNothingIsLeft(folders, "object not read to its end");
    }

    @Test
    void aStreamThatEndsEarlyLeavesNothing() throws IOException {
        assertNothingIsLeft(
                folders(whole -> new ByteArrayInputStream(new byte[3])),
                "expected bytes=7, found=3");
    }

    @Test
    void contentThatIsDamagedOnItsWayLeavesNothing() throws IOException {
        byte[] damage = new byte[7];
        assertNothingIsLeft(
                folders(
                        whole -> {
                            damage[0]++;
                            return new ByteArrayInputStream(damage.clone());
                        }),
                "object damaged on its way: expected etag=");
    }

    /** Stores that encrypt tag what they store with something of the same form. */
    @Test
    void anEntityTagThatIsNoMd5IsNoDamage() {
        ModelFolders folders = folders(whole -> new ByteArrayInputStream(new byte[7]));

        assertThat(folders.find(URI).path().resolve(WEIGHTS)).hasBinaryContent(new byte[7]);
    }

    @Test
    void aModelThatIsReplacedMeanwhileIsNoMixture() throws IOException {
        ModelFolders folders =
                folders(
                        whole -> {
                            stored.put("a/config.json", "[]".getBytes(UTF_8));
                            return whole;
                        });

        assertThatExceptionOfType(ModelOutageException.class)
                .isThrownBy(() -> folders.find(URI))
                .withMessageContaining("changed while it was fetched: uri=s3://models/a/");
        assertThat(left()).isEmpty();
    }

    @Test
    void aCacheThatCannotBeWrittenIsAnOutageOfThisMachine() throws IOException {
        // Given
        Path file = Files.createFile(cache.resolve("file"));
        ModelFolders folders = new ModelFolders(stored, file.resolve("cache"), false);

        // Then
        assertThatExceptionOfType(ModelOutageException.class)
                .isThrownBy(() -> folders.find(URI))
                .withMessageContaining("language model not kept")
                .withMessageContaining("uri=s3://models/a/");
    }

    @Test
    void aDiskThatIsFullIsNamedAndNothingIsLeft() throws IOException {
        // Given: a disk of two blocks of 8 bytes, and weights that need three
        stored.put("a/" + WEIGHTS, new byte[20]);
        Configuration small =
                Configuration.unix().toBuilder().setBlockSize(8).setMaxSize(16).build();
        try (FileSystem disk = Jimfs.newFileSystem(small)) {
            Path root = disk.getPath("/models");
            ModelFolders folders = new ModelFolders(stored, root, false);

            // Then
            assertThatExceptionOfType(ModelOutageException.class)
                    .isThrownBy(() -> folders.find(URI))
                    .withMessageContaining("out of disk space")
                    .withMessageContaining("uri=" + URI)
                    .withMessageContaining("cache=/models/");
            assertThat(Files.list(root)).isEmpty();

            // And when there is room
            stored.put("a/" + WEIGHTS, new byte[8]);
            assertThat(folders.find(URI).path().resolve(WEIGHTS)).hasSize(8);
        }
    }

    @Test
    void whatKilledProcessesLeftIsRemovedAtTheStart() throws IOException {
        // Given
        ModelFolders folders = new ModelFolders(stored, cache, false);
        Path whole = folders.find(URI).path();
        half("part-123");
        half("part-0a1b");
        half(whole.getFileName() + "." + "0".repeat(8) + "-0000-0000-0000-" + "0".repeat(12));

        // When
        folders.removeLeftovers();

        // Then
        assertThat(left()).containsExactly(whole.getFileName().toString());
        assertThat(folders.find(URI).path()).isEqualTo(whole);
    }

    @Test
    void whatAnotherProcessIsFetchingStays() throws IOException {
        // Given
        Path half = half("part-other");
        Process other = lockHolder(cache.resolve("part-other.lock"));
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("locked");

            // When
            new ModelFolders(stored, cache, false).removeLeftovers();

            // Then
            assertThat(half.resolve(WEIGHTS)).exists();
        } finally {
            other.destroyForcibly().onExit().join();
        }
        new ModelFolders(stored, cache, false).removeLeftovers();
        assertThat(half).doesNotExist();
    }

    private static Process lockHolder(Path lock) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Path.of(
                                        LockHolder.class
                                                .getProtectionDomain()
                                                .getCodeSource()
                                                .getLocation()
                                                .getPath())
                                .toString(),
                        LockHolder.class.getName(),
                        lock.toString())
                .redirectErrorStream(true)
                .start();
    }

    private Path half(String name) throws IOException {
        Path folder = Files.createDirectory(cache.resolve(name));
        Files.writeString(folder.resolve(WEIGHTS), "wei");
        return folder;
    }

    /** Holds the lock of a fetch until it is killed. */
    static final class LockHolder {

        private LockHolder() {}

        public static void main(String[] args) throws IOException {
            try (FileChannel channel =
                            FileChannel.open(
                                    Path.of(args[0]),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var lock = channel.lock()) {
                System.out.println(lock.isValid() ? "locked" : "not locked");
                if (System.in.read() >= 0) {
                    System.out.println("told to leave");
                }
            }
        }
    }

    private static final class Broken extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("connection reset");
        }
    }
}
