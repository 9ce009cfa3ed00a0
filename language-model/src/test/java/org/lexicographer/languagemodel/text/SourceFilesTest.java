package org.lexicographer.languagemodel.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.pipeline.source.SourceUri;

class SourceFilesTest {

    private final InMemoryObjectStore store = new InMemoryObjectStore("data");
    private final SourceFiles files = new SourceFiles(store, false);

    private static byte[] read(SourceFiles files, String uri) throws IOException {
        try (InputStream content = files.open(SourceUri.parse(uri))) {
            return content.readAllBytes();
        }
    }

    @Test
    void opensObjects() throws IOException {
        store.put("a b#c.txt", "stored".getBytes(UTF_8));

        assertThat(read(files, "s3://data/a b#c.txt")).asString().isEqualTo("stored");
        assertThatThrownBy(() -> read(files, "s3://data/none.txt"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("object not found")
                .hasMessageContaining("none.txt");
        assertThatThrownBy(() -> read(files, "s3://nowhere/none.txt"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("nowhere");
    }

    @Test
    void opensLocalFilesWhereTheyAreAllowed(@TempDir Path folder) throws IOException {
        String uri = Files.writeString(folder.resolve("a b.txt"), "local").toUri().toString();
        SourceFiles local = new SourceFiles(store, true);

        assertThat(read(local, uri)).asString().isEqualTo("local");
        assertThatThrownBy(() -> read(files, uri))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("local files are not allowed");
        assertThatThrownBy(() -> read(local, "file:/no/such/file.txt"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> read(local, folder.toUri().toString()))
                .isInstanceOf(IOException.class);
    }

    @Test
    void throwsAnOutageOfTheStoreAsWhatItIs() throws IOException {
        RetryableObjectStoreException outage = new RetryableObjectStoreException("away", null);
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("broke off", outage);
                    }
                };
        ObjectStore breaking =
                (ObjectStore)
                        Proxy.newProxyInstance(
                                SourceFilesTest.class.getClassLoader(),
                                new Class<?>[] {ObjectStore.class},
                                (proxy, method, arguments) ->
                                        method.getName().equals("inBucket") ? proxy : broken);

        InputStream content =
                new SourceFiles(breaking, false).open(SourceUri.parse("s3://data/a.txt"));

        assertThatThrownBy(content::read).isSameAs(outage);
        assertThatThrownBy(() -> content.read(new byte[10])).isSameAs(outage);
    }
}
