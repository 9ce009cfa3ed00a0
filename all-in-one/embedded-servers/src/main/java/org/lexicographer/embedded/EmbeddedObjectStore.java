package org.lexicographer.embedded;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.gaul.s3proxy.BlobStores;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;

/**
 * An S3 server inside this JVM that listens on the loopback interface alone and keeps buckets and
 * objects as files in its folder.
 *
 * <p>Conditional writes ({@code If-None-Match}, {@code If-Match}) hold; object tags are not
 * supported. The server logs through SLF4J under {@link #LOGGERS}. Its threads are no daemons: a
 * JVM ends after {@link #close()}.
 */
public final class EmbeddedObjectStore implements AutoCloseable {

    /** The names of the loggers under which the server logs. */
    public static final List<String> LOGGERS = List.of("org.gaul");

    /** Nobody but this machine's users reaches the server, so the keys keep nothing secret. */
    private static final String KEY = "lexicographer";

    /** S3's own limit for one request, in bytes. */
    private static final long MAX_REQUEST_BYTES = 5L << 30;

    /** A request whose signature covers its whole body is held in memory, so this is less. */
    private static final long MAX_SIGNED_REQUEST_BYTES = 1L << 30;

    private static final int MAX_THREADS = 64;

    /** Clients keep idle connections open, and waiting for those would never end well. */
    private static final long STOP_TIMEOUT_MILLIS = 0;

    private final FolderLock lock;
    private final S3Proxy server;
    private boolean closed;

    private EmbeddedObjectStore(FolderLock lock, S3Proxy server) {
        this.lock = lock;
        this.server = server;
    }

    /**
     * Starts a server on any free port.
     *
     * @param dataFolder where everything is kept; created when missing
     * @throws IllegalStateException when the folder is in use or the server does not start
     */
    public static EmbeddedObjectStore start(Path dataFolder) {
        return start(dataFolder, 0);
    }

    /**
     * Starts a server and returns when it accepts requests.
     *
     * @param dataFolder where everything is kept; created when missing
     * @param port the port to listen on, 0 for any free one
     * @throws IllegalStateException when the folder or the port is in use or the server does not
     *     start
     */
    public static EmbeddedObjectStore start(Path dataFolder, int port) {
        Path folder = dataFolder.toAbsolutePath().normalize();
        FolderLock lock = FolderLock.take(folder);
        try {
            return new EmbeddedObjectStore(lock, startServer(folder.resolve("buckets"), port));
        } catch (Exception e) {
            lock.close();
            throw new IllegalStateException(
                    "S3 server does not start: folder=%s, port=%d, reason=%s"
                            .formatted(folder, port, e.getMessage()),
                    e);
        }
    }

    private static S3Proxy startServer(Path bucketFolder, int port) throws Exception {
        Files.createDirectories(bucketFolder);
        HalfWrittenFiles.delete(bucketFolder);
        S3Proxy server = server(bucketFolder, port);
        try {
            server.start();
            return server;
        } catch (Exception e) {
            server.stop();
            throw e;
        }
    }

    private static S3Proxy server(Path bucketFolder, int port) {
        Properties settings = new Properties();
        settings.setProperty("jclouds.filesystem.basedir", bucketFolder.toString());
        return S3Proxy.builder()
                .blobStore(new ConditionalWrites(BlobStores.create("filesystem-nio2", settings)))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, KEY)
                .maxSinglePartObjectSize(MAX_REQUEST_BYTES)
                .v4MaxNonChunkedRequestSize(MAX_SIGNED_REQUEST_BYTES)
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(MAX_THREADS)
                .stopTimeout(STOP_TIMEOUT_MILLIS)
                .build();
    }

    /** Returns the address for clients: {@code http://127.0.0.1:port}. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getPort();
    }

    /** Returns the access key that the server accepts. */
    public String accessKey() {
        return KEY;
    }

    /** Returns the secret key that the server accepts. */
    public String secretKey() {
        return KEY;
    }

    /** Stops the server and releases its folder; a second call does nothing. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("S3 server does not stop: endpoint=" + endpoint(), e);
        }
    }
}
