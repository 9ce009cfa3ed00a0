package org.lexicographer.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every implementation of {@link ObjectStore} must do. */
public abstract class ObjectStoreContract {

    private static final byte[] ONE = "one".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "another".getBytes(StandardCharsets.UTF_8);
    private static final int RACERS = 16;

    private ObjectStore store;

    /** Returns the store of a bucket that may not exist yet. */
    protected abstract ObjectStore storeOf(String bucket);

    @BeforeEach
    protected void createBucket() {
        store = storeOf(newBucketName());
        store.ensureBucket();
    }

    protected ObjectStore store() {
        return store;
    }

    protected static String newBucketName() {
        return "test-" + UUID.randomUUID();
    }

    @Test
    protected void returnsWhatWasPut() throws IOException {
        // When
        ObjectStat put = store.put("folder/object", ONE);

        // Then
        assertThat(put.key()).isEqualTo("folder/object");
        assertThat(put.size()).isEqualTo(ONE.length);
        assertThat(put.etag()).isNotEmpty().doesNotContain("\"");
        assertThat(store.stat("folder/object")).contains(put);
        assertThat(store.bytes("folder/object")).isEqualTo(ONE);
        assertThat(read(store.get("folder/object"))).isEqualTo(ONE);
    }

    @Test
    protected void replacesWhatWasThere() {
        // Given
        ObjectStat before = store.put("key", ONE);

        // When
        ObjectStat after = store.put("key", OTHER);

        // Then
        assertThat(store.bytes("key")).isEqualTo(OTHER);
        assertThat(after.etag()).isNotEqualTo(before.etag());
    }

    @Test
    protected void keepsEmptyObjects() throws IOException {
        // When
        store.put("empty", new byte[0]);

        // Then
        assertThat(store.stat("empty")).map(ObjectStat::size).contains(0L);
        assertThat(store.bytes("empty")).isEmpty();
        assertThat(read(store.get("empty", 0, 10))).isEmpty();
    }

    @Test
    protected void keepsKeysAsTheyAre() {
        // Given
        List<String> keys =
                List.of("a b+c%20d.txt", "k=v&x,y;z@1:2", "snow \u2603 \ud83d\ude80/\u00fc.json");

        // When
        keys.forEach(key -> store.put(key, key.getBytes(StandardCharsets.UTF_8)));

        // Then
        assertThat(keys(store.list(""))).containsExactlyElementsOf(keys);
        assertThat(keys).allSatisfy(key -> assertThat(store.bytes(key)).asString().isEqualTo(key));
    }

    @Test
    protected void namesTheObjectThatIsNotThere() {
        // When, Then
        assertThat(store.stat("absent")).isEmpty();
        assertThatThrownBy(() -> store.get("absent"))
                .isInstanceOf(ObjectNotFoundException.class)
                .hasMessage("object not found: bucket=%s, key=absent", store.bucket());
        assertThatThrownBy(() -> store.get("absent", 0, 1))
                .isInstanceOf(ObjectNotFoundException.class);
        assertThatThrownBy(() -> store.get("absent", 0, 0))
                .isInstanceOf(ObjectNotFoundException.class);
        assertThatThrownBy(() -> store.bytes("absent")).isInstanceOf(ObjectNotFoundException.class);
    }

    @Test
    protected void readsRangesAndCutsThemAtTheEnd() throws IOException {
        // Given
        store.put("key", new byte[] {0, 1, 2, 3, 4});

        // When, Then
        assertThat(read(store.get("key", 1, 3))).containsExactly(1, 2, 3);
        assertThat(store.bytes("key", 1, 3)).containsExactly(1, 2, 3);
        assertThat(store.bytes("key", 3, 100)).containsExactly(3, 4);
        assertThat(read(store.get("key", 3, 100))).containsExactly(3, 4);
        assertThat(read(store.get("key", 1, 1L << 52))).containsExactly(1, 2, 3, 4);
        assertThat(read(store.get("key", 5, 1))).isEmpty();
        assertThat(read(store.get("key", 100, 1))).isEmpty();
        assertThat(read(store.get("key", 2, 0))).isEmpty();
    }

    @Test
    protected void rejectsNegativeRanges() {
        // Given
        store.put("key", ONE);

        // When, Then
        assertThatThrownBy(() -> store.get("key", -1, 1))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> store.get("key", 0, -1))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    protected void storesStreamsOfKnownAndUnknownSize() {
        // When
        ObjectStat known = store.put("known", new ByteArrayInputStream(ONE), ONE.length);
        ObjectStat unknown = store.put("unknown", new ByteArrayInputStream(ONE), -1);
        ObjectStat empty = store.put("empty", InputStream.nullInputStream(), -1);

        // Then
        assertThat(store.stat("known")).contains(known);
        assertThat(store.stat("unknown")).contains(unknown);
        assertThat(store.stat("empty")).contains(empty);
        assertThat(store.bytes("known")).isEqualTo(ONE);
        assertThat(store.bytes("unknown")).isEqualTo(ONE);
        assertThat(empty.size()).isZero();
    }

    @Test
    protected void storesWhatAFileHolds(@TempDir Path folder) throws IOException {
        // Given
        Path file = Files.write(folder.resolve("file"), ONE);
        Path empty = Files.createFile(folder.resolve("empty"));

        // When
        ObjectStat put = store.put("key", file);
        store.put("empty", empty);

        // Then
        assertThat(put.size()).isEqualTo(ONE.length);
        assertThat(store.stat("key")).contains(put);
        assertThat(store.bytes("key")).isEqualTo(ONE);
        assertThat(store.bytes("empty")).isEmpty();
    }

    @Test
    protected void namesTheFileThatCannotBeRead(@TempDir Path folder) {
        // Given: a folder can be opened, and then not be read
        Path absent = folder.resolve("absent");

        // When, Then
        assertThatThrownBy(() -> store.put("key", absent))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("content cannot be read: file=" + absent);
        assertThatThrownBy(() -> store.put("key", folder))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("content cannot be read: file=" + folder);
        assertThat(store.stat("key")).isEmpty();
    }

    @Test
    protected void leavesTheCallersStreamOpen() {
        // Given
        GeneratedContent content = new GeneratedContent(10);

        // When
        store.put("key", content, 10);

        // Then
        assertThat(content.isClosed()).isFalse();
    }

    @Test
    protected void leavesNoObjectWhenTheStreamFails() {
        // Given
        GeneratedContent content = new GeneratedContent(1 << 20).failingAt(1000);

        // When, Then
        assertThatThrownBy(() -> store.put("key", content, -1))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("generated failure: position=1000");
        assertThat(store.stat("key")).isEmpty();
    }

    @Test
    protected void keepsTheOldObjectWhenTheStreamOfTheNewOneFails() {
        // Given
        store.put("key", ONE);

        // When, Then
        assertThatThrownBy(
                        () ->
                                store.put(
                                        "key",
                                        new GeneratedContent(1 << 20).failingAt(10),
                                        1 << 20))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(store.bytes("key")).isEqualTo(ONE);
    }

    @Test
    protected void refusesStreamsOfAnotherSizeThanDeclared() {
        // When, Then
        assertThatThrownBy(() -> store.put("short", new GeneratedContent(9), 10))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("content size mismatch: expected=10, found=9");
        assertThatThrownBy(() -> store.put("long", new GeneratedContent(11), 10))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessage("content size mismatch: expected=10, found=at least 11");
        assertThat(store.list("")).isEmpty();
    }

    @Test
    protected void createsOnlyWhereNothingIs() {
        // When
        Optional<ObjectStat> first = store.putIfAbsent("key", ONE);
        Optional<ObjectStat> second = store.putIfAbsent("key", OTHER);

        // Then
        assertThat(first).isEqualTo(store.stat("key")).isPresent();
        assertThat(second).isEmpty();
        assertThat(store.bytes("key")).isEqualTo(ONE);
    }

    @Test
    protected void replacesOnlyWhatHasNotChanged() {
        // Given
        String etag = store.put("key", ONE).etag();

        // When
        Optional<ObjectStat> current = store.putIfMatch("key", etag, OTHER);
        Optional<ObjectStat> stale = store.putIfMatch("key", etag, ONE);
        Optional<ObjectStat> absent = store.putIfMatch("absent", etag, ONE);

        // Then
        assertThat(current).isEqualTo(store.stat("key")).isPresent();
        assertThat(stale).isEmpty();
        assertThat(absent).isEmpty();
        assertThat(store.bytes("key")).isEqualTo(OTHER);
        assertThat(store.stat("absent")).isEmpty();
    }

    @Test
    protected void letsOneOfManyCreate() throws Exception {
        // When
        List<Optional<ObjectStat>> results =
                Race.of(RACERS, racer -> store.putIfAbsent("key", new byte[] {(byte) racer}));

        // Then
        assertThat(results).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(store.bytes("key")).containsExactly(Race.winner(results));
    }

    @Test
    protected void letsOneOfManyReplace() throws Exception {
        // Given
        String etag = store.put("key", ONE).etag();

        // When
        List<Optional<ObjectStat>> results =
                Race.of(RACERS, racer -> store.putIfMatch("key", etag, new byte[] {(byte) racer}));

        // Then
        assertThat(results).filteredOn(Optional::isPresent).hasSize(1);
        assertThat(store.bytes("key")).containsExactly(Race.winner(results));
    }

    @Test
    protected void listsByPrefixInTheOrderOfTheKeys() {
        // Given
        List<String> keys = List.of("a-b", "a.b", "a/b", "a/c/d", "a/c0", "a0", "b/a", "\u00e4");
        keys.reversed().forEach(key -> store.put(key, ONE));

        // When, Then
        assertThat(keys(store.list(""))).containsExactlyElementsOf(keys);
        assertThat(keys(store.list("a/"))).containsExactly("a/b", "a/c/d", "a/c0");
        assertThat(keys(store.list("a/c"))).containsExactly("a/c/d", "a/c0");
        assertThat(store.list("a/b")).containsExactly(store.stat("a/b").orElseThrow());
        assertThat(store.list("c")).isEmpty();
    }

    @Test
    protected void deletesWhatIsThereAndPassesOverWhatIsNot() {
        // Given
        List.of("a", "b", "c", "d").forEach(key -> store.put(key, ONE));

        // When
        store.delete("a");
        store.delete("a");
        store.deleteAll(List.of("b", "absent", "c"));
        store.deleteAll(List.of());

        // Then
        assertThat(keys(store.list(""))).containsExactly("d");
    }

    @Test
    protected void keepsBucketsApart() {
        // Given
        ObjectStore other = store.inBucket(newBucketName());
        other.ensureBucket();
        other.ensureBucket();

        // When
        other.put("key", ONE);

        // Then
        assertThat(store.stat("key")).isEmpty();
        assertThat(other.inBucket(store.bucket()).bucket()).isEqualTo(store.bucket());
        assertThat(other.bytes("key")).isEqualTo(ONE);
    }

    @Test
    protected void refusesABucketThatIsNotThere() {
        // Given
        ObjectStore missing = storeOf(newBucketName());

        // When, Then
        assertThatThrownBy(() -> missing.put("key", ONE))
                .isInstanceOf(RefusedObjectStoreException.class)
                .hasMessageContaining("bucket=" + missing.bucket())
                .hasMessageContaining("code=NoSuchBucket");
        assertThatThrownBy(() -> missing.list("").toList())
                .isInstanceOf(RefusedObjectStoreException.class);
    }

    private static byte[] read(InputStream stream) throws IOException {
        try (stream) {
            return stream.readAllBytes();
        }
    }

    private static List<String> keys(Stream<ObjectStat> objects) {
        return objects.map(ObjectStat::key).toList();
    }
}
