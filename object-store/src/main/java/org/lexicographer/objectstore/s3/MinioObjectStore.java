package org.lexicographer.objectstore.s3;

import static java.util.Objects.requireNonNull;

import io.minio.BucketExistsArgs;
import io.minio.GetObjectArgs;
import io.minio.Http;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.RemoveObjectsArgs;
import io.minio.ServerSideEncryption;
import io.minio.StatObjectArgs;
import io.minio.StatObjectResponse;
import io.minio.errors.MinioException;
import io.minio.messages.DeleteRequest;
import io.minio.messages.DeleteResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.UploadContent;
import org.lexicographer.objectstore.retry.RetryingObjectStore;

/**
 * An {@link ObjectStore} on any S3 server: MinIO, Amazon's, the embedded one.
 *
 * <p>Streams are uploaded in parts of 64 MiB, of which one at a time is in memory, so one object
 * may have 625 GiB. No request is repeated: {@link RetryingObjectStore} does that.
 */
public final class MinioObjectStore implements ObjectStore {

    private static final long PART_BYTES = 64L << 20;
    private static final int PAGE_KEYS = 1000;

    private static final String CONDITION_FAILED = "PreconditionFailed";
    private static final String BEYOND_THE_END = "InvalidRange";
    private static final Set<String> BUCKET_IS_THERE =
            Set.of("BucketAlreadyOwnedByYou", "BucketAlreadyExists");

    private final OkHttpClient http;
    private final MinioClient client;
    private final ServerSideEncryption encryption;
    private final String bucket;
    private final int pageKeys;

    private MinioObjectStore(
            OkHttpClient http,
            MinioClient client,
            ServerSideEncryption encryption,
            String bucket,
            int pageKeys) {
        this.http = http;
        this.client = client;
        this.encryption = encryption;
        this.bucket = requireNonNull(bucket, "bucket is null");
        this.pageKeys = pageKeys;
    }

    /** Returns the store of a bucket; nothing is asked of the server yet. */
    public static MinioObjectStore of(S3Endpoint endpoint, String bucket) {
        return of(endpoint, bucket, PAGE_KEYS);
    }

    /** As {@link #of(S3Endpoint, String)}, listing that many keys per request. */
    static MinioObjectStore of(S3Endpoint endpoint, String bucket, int pageKeys) {
        OkHttpClient http = S3HttpClient.create(endpoint);
        MinioClient client =
                MinioClient.builder()
                        .endpoint(endpoint.url())
                        .region(endpoint.region())
                        .credentialsProvider(CredentialProviders.of(endpoint.credentials(), http))
                        .httpClient(http)
                        .build();
        return new MinioObjectStore(
                http, client, WriteEncryption.of(endpoint.encryption()), bucket, pageKeys);
    }

    @Override
    public Optional<ObjectStat> stat(String key) {
        return request("stat", key).unless(S3Request::isNotFound, () -> statOf(key));
    }

    private ObjectStat statOf(String key) throws MinioException {
        StatObjectResponse found =
                client.statObject(StatObjectArgs.builder().bucket(bucket).object(key).build());
        return new ObjectStat(key, found.size(), unquoted(found.etag()));
    }

    @Override
    public InputStream get(String key) {
        return request("get", key).ask(() -> client.getObject(whole(key).build()));
    }

    @Override
    public InputStream get(String key, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, Long.MAX_VALUE);
        if (length == 0) {
            return nothingOf(key);
        }
        return request("get", key)
                .unless(BEYOND_THE_END::equals, () -> open(key, offset, length))
                .orElseGet(InputStream::nullInputStream);
    }

    private InputStream open(String key, long offset, long length) throws MinioException {
        return client.getObject(whole(key).offset(offset).length(length).build());
    }

    /** An object that is stored compressed has to arrive as it is stored. */
    private GetObjectArgs.Builder whole(String key) {
        return GetObjectArgs.builder()
                .bucket(bucket)
                .object(key)
                .extraHeaders(new Http.Headers("Accept-Encoding", "identity"));
    }

    private InputStream nothingOf(String key) {
        if (stat(key).isEmpty()) {
            throw new ObjectNotFoundException(bucket, key, null);
        }
        return InputStream.nullInputStream();
    }

    @Override
    public byte[] bytes(String key) {
        try (InputStream content = get(key)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw request("get", key).failure(S3Request.NO_CODE, e);
        }
    }

    @Override
    public ObjectStat put(String key, byte[] content) {
        return request("put", key).ask(() -> write(key, content, new Http.Headers()));
    }

    @Override
    public ObjectStat put(String key, InputStream source, long size) {
        UploadContent content = new UploadContent(source, size);
        try {
            return request("put", key).ask(() -> stream(key, content, size));
        } catch (ObjectStoreException e) {
            content.throwFailure();
            throw e;
        }
    }

    private ObjectStat stream(String key, UploadContent content, long size) throws MinioException {
        PutObjectArgs args =
                PutObjectArgs.builder().bucket(bucket).object(key).sse(encryption).stream(
                                content, size, PART_BYTES)
                        .build();
        String etag = client.putObject(args).etag();
        return new ObjectStat(key, content.size(), unquoted(etag));
    }

    @Override
    public Optional<ObjectStat> putIfAbsent(String key, byte[] content) {
        Http.Headers condition = new Http.Headers("If-None-Match", "*");
        return request("putIfAbsent", key)
                .unless(CONDITION_FAILED::equals, () -> write(key, content, condition));
    }

    @Override
    public Optional<ObjectStat> putIfMatch(String key, String etag, byte[] content) {
        Http.Headers condition = new Http.Headers("If-Match", '"' + etag + '"');
        return request("putIfMatch", key)
                .unless(
                        code -> CONDITION_FAILED.equals(code) || S3Request.isNotFound(code),
                        () -> write(key, content, condition));
    }

    private ObjectStat write(String key, byte[] content, Http.Headers condition)
            throws MinioException {
        PutObjectArgs args =
                PutObjectArgs.builder()
                        .bucket(bucket)
                        .object(key)
                        .sse(encryption)
                        .data(content, content.length)
                        .extraHeaders(condition)
                        .build();
        return new ObjectStat(key, content.length, unquoted(client.putObject(args).etag()));
    }

    @Override
    public Stream<ObjectStat> list(String prefix) {
        S3Request request = request("list", prefix);
        return request.stream(request.ask(() -> client.listObjects(listing(prefix))))
                .filter(item -> !item.isDir())
                // A server of plain files lists what is still being written, or was when it was
                // killed: such a file has no entity tag, and is no object.
                .filter(item -> item.etag() != null)
                .map(item -> new ObjectStat(item.objectName(), item.size(), unquoted(item.etag())));
    }

    private ListObjectsArgs listing(String prefix) {
        return ListObjectsArgs.builder()
                .bucket(bucket)
                .prefix(prefix)
                .recursive(true)
                .maxKeys(pageKeys)
                .build();
    }

    @Override
    public void delete(String key) {
        request("delete", key)
                .ask(
                        () -> {
                            client.removeObject(
                                    RemoveObjectArgs.builder().bucket(bucket).object(key).build());
                            return key;
                        });
    }

    @Override
    public void deleteAll(Collection<String> keys) {
        RemoveObjectsArgs args =
                RemoveObjectsArgs.builder()
                        .bucket(bucket)
                        .objects(keys.stream().map(DeleteRequest.Object::new).toList())
                        .build();
        request("delete", "*").stream(client.removeObjects(args))
                .forEach(this::throwUnlessNotFound);
    }

    private void throwUnlessNotFound(DeleteResult.Error refusal) {
        if (!S3Request.isNotFound(refusal.code())) {
            throw request("delete", refusal.objectName()).failure(refusal.code(), null);
        }
    }

    @Override
    public MinioObjectStore inBucket(String other) {
        return new MinioObjectStore(http, client, encryption, other, pageKeys);
    }

    @Override
    public String bucket() {
        return bucket;
    }

    @Override
    public void ensureBucket() {
        request("create bucket", "").unless(BUCKET_IS_THERE::contains, this::createBucket);
    }

    private boolean createBucket() throws MinioException {
        boolean isMissing = !client.bucketExists(BucketExistsArgs.builder().bucket(bucket).build());
        if (isMissing) {
            client.makeBucket(MakeBucketArgs.builder().bucket(bucket).build());
        }
        return isMissing;
    }

    /** Returns the number of connections that a request or an open stream holds. */
    int busyConnections() {
        return http.connectionPool().connectionCount()
                - http.connectionPool().idleConnectionCount();
    }

    private S3Request request(String action, String key) {
        return new S3Request(action, bucket, key);
    }

    private static String unquoted(String etag) {
        return etag.replace("\"", "");
    }
}
