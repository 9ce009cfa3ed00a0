package org.lexicographer.embedded;

import java.io.InputStream;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.S3Exceptions;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Makes {@code If-Match} hold: the store of files compares the entity tag when a request arrives
 * and writes later, so that two writers both find the tag they know. Here the changes of a key wait
 * for each other, and the tag is compared by the one whose turn it is.
 */
final class ConditionalWrites extends ForwardingBlobStore {

    /** Keys share locks; with so many, two that are written at once hardly ever do. */
    private static final int LOCKS = 1024;

    private final Lock[] locks =
            IntStream.range(0, LOCKS).mapToObj(i -> new ReentrantLock()).toArray(Lock[]::new);

    ConditionalWrites(BlobStore files) {
        super(files);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream content) {
        return inTurn(
                request.bucket(),
                request.key(),
                () -> {
                    requireMatch(request);
                    return super.putBlob(request, content);
                });
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return inTurn(
                request.bucket(),
                request.key(),
                () -> super.completeMultipartUpload(upload, request));
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        return inTurn(request.bucket(), request.key(), () -> super.removeBlob(request));
    }

    private void requireMatch(PutObjectRequest request) {
        if (request.ifMatch() != null && !isCurrent(request)) {
            throw S3Exceptions.preconditionFailed(null);
        }
    }

    private boolean isCurrent(PutObjectRequest request) {
        HeadObjectResponse current = blobMetadataIfPresent(request.bucket(), request.key());
        return current != null && unquoted(current.eTag()).equals(unquoted(request.ifMatch()));
    }

    private <T> T inTurn(String bucket, String key, Supplier<T> change) {
        Lock lock = locks[Math.floorMod(31 * bucket.hashCode() + key.hashCode(), LOCKS)];
        lock.lock();
        try {
            return change.get();
        } finally {
            lock.unlock();
        }
    }

    private static String unquoted(String etag) {
        return etag.replace("\"", "");
    }
}
