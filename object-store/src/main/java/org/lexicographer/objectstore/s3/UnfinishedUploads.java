package org.lexicographer.objectstore.s3;

import static java.util.Objects.requireNonNull;

import io.minio.AbortMultipartUploadArgs;
import io.minio.ListMultipartUploadsArgs;
import io.minio.MinioAsyncClient;
import io.minio.errors.MinioException;
import io.minio.messages.ListMultipartUploadsResult;
import io.minio.messages.ListMultipartUploadsResult.Upload;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import okhttp3.OkHttpClient;

/**
 * Uploads in parts that nobody has finished. A process that is killed in the middle of one leaves
 * its parts in the bucket, where they take room and no listing of objects shows them.
 */
public final class UnfinishedUploads {

    private static final String GONE = "NoSuchUpload";

    private final MinioAsyncClient client;
    private final String bucket;

    private UnfinishedUploads(MinioAsyncClient client, String bucket) {
        this.client = client;
        this.bucket = requireNonNull(bucket, "bucket is null");
    }

    /** Returns those of a bucket; nothing is asked of the server yet. */
    public static UnfinishedUploads of(S3Endpoint endpoint, String bucket) {
        OkHttpClient http = S3HttpClient.create(endpoint);
        MinioAsyncClient client =
                MinioAsyncClient.builder()
                        .endpoint(endpoint.url())
                        .region(endpoint.region())
                        .credentialsProvider(CredentialProviders.of(endpoint.credentials(), http))
                        .httpClient(http)
                        .build();
        return new UnfinishedUploads(client, bucket);
    }

    /**
     * Aborts uploads that began before a moment, so that their parts are removed; one that is gone
     * meanwhile is passed over.
     *
     * @param prefix what their keys begin with
     * @return the keys
     * @throws org.lexicographer.objectstore.RefusedObjectStoreException also when the server knows
     *     no such listing
     */
    public List<String> abort(String prefix, Instant before) {
        List<String> aborted = new ArrayList<>();
        for (Upload upload : uploads(prefix)) {
            if (upload.objectName().startsWith(prefix)
                    && upload.initiated().toInstant().isBefore(before)) {
                abort(upload);
                aborted.add(upload.objectName());
            }
        }
        return aborted;
    }

    private void abort(Upload upload) {
        AbortMultipartUploadArgs args =
                AbortMultipartUploadArgs.builder()
                        .bucket(bucket)
                        .object(upload.objectName())
                        .uploadId(upload.uploadId())
                        .build();
        new S3Request("abort upload", bucket, upload.objectName())
                .unless(GONE::equals, () -> answer(client.abortMultipartUpload(args)));
    }

    private List<Upload> uploads(String prefix) {
        List<Upload> all = new ArrayList<>();
        ListMultipartUploadsResult page;
        String afterKey = null;
        String afterUpload = null;
        do {
            ListMultipartUploadsArgs.Builder args =
                    ListMultipartUploadsArgs.builder().bucket(bucket).prefix(prefix);
            if (afterKey != null) {
                args.keyMarker(afterKey).uploadIdMarker(afterUpload);
            }
            ListMultipartUploadsArgs wanted = args.build();
            page =
                    new S3Request("list uploads", bucket, prefix)
                            .ask(() -> answer(client.listMultipartUploads(wanted)))
                            .result();
            all.addAll(page.uploads());
            afterKey = page.nextKeyMarker();
            afterUpload = page.nextUploadIdMarker();
        } while (page.isTruncated() && afterKey != null);
        return all;
    }

    private static <T> T answer(CompletableFuture<T> asked) throws MinioException {
        try {
            return asked.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof MinioException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
