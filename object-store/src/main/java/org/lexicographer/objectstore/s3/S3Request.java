package org.lexicographer.objectstore.s3;

import io.minio.Result;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.MinioException;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/**
 * What is asked of an S3 server: tells from the answer what the caller should do next.
 *
 * @param action what was to be done
 * @param bucket the bucket it was to be done in
 * @param key the key, or the prefix of several
 */
record S3Request(String action, String bucket, String key) {

    /** The code of an answer that is no S3 error: none came, or it cannot be read. */
    static final String NO_CODE = "";

    private static final Set<String> NO_OBJECT = Set.of("NoSuchKey", "NoSuchVersion");

    /** Codes that also come with a status of 200 or 409, when all else looked well. */
    private static final Set<String> TRANSIENT =
            Set.of(
                    "ConditionalRequestConflict",
                    "InternalError",
                    "OperationAborted",
                    "RequestTimeout",
                    "ServiceUnavailable",
                    "SlowDown");

    /** A call of the S3 client, which reports what it got as a {@link MinioException}. */
    interface Call<T> {
        T answer() throws MinioException;
    }

    <T> T ask(Call<T> call) {
        return unless(code -> false, call).orElseThrow();
    }

    /**
     * Returns the answer, or empty for an error code that is expected. The S3 client wraps what its
     * connections throw in an {@link IllegalStateException}, and says by an {@link
     * IllegalArgumentException} that it does not ask for such a bucket or key.
     */
    <T> Optional<T> unless(Predicate<String> expected, Call<T> call) {
        try {
            return Optional.of(call.answer());
        } catch (MinioException | IllegalStateException | IllegalArgumentException e) {
            String code = code(e);
            if (expected.test(code)) {
                return Optional.empty();
            }
            throw failure(code, e);
        }
    }

    private static String code(Throwable failure) {
        if (failure instanceof ErrorResponseException answer) {
            return answer.errorResponse().code();
        }
        return failure == null ? NO_CODE : code(failure.getCause());
    }

    /** Returns results that come page by page, each with a request of its own. */
    <T> Stream<T> stream(Iterable<Result<T>> results) {
        Iterator<Result<T>> all = results.iterator();
        return Stream.iterate(next(all), Optional::isPresent, last -> next(all))
                .map(Optional::orElseThrow);
    }

    private <T> Optional<T> next(Iterator<Result<T>> all) {
        return ask(() -> all.hasNext() ? Optional.of(all.next().get()) : Optional.empty());
    }

    static boolean isNotFound(String code) {
        return NO_OBJECT.contains(code);
    }

    /** Returns the failure to throw for an S3 error code, or for none and its cause. */
    ObjectStoreException failure(String code, Throwable cause) {
        if (isNotFound(code)) {
            return new ObjectNotFoundException(bucket, key, cause);
        }
        return TRANSIENT.contains(code) || (code.equals(NO_CODE) && isTransport(cause))
                ? new RetryableObjectStoreException(message("fails", code, cause), cause)
                : new RefusedObjectStoreException(message("is refused", code, cause), cause);
    }

    private String message(String verdict, String code, Throwable cause) {
        return "object store request %s: action=%s, bucket=%s, key=%s, code=%s, reason=%s"
                .formatted(verdict, action, bucket, key, code, reason(cause));
    }

    private static boolean isTransport(Throwable cause) {
        return cause != null && (cause instanceof IOException || isTransport(cause.getCause()));
    }

    private static String reason(Throwable cause) {
        if (cause == null) {
            return "";
        }
        if (cause instanceof CredentialsException) {
            return cause.getMessage();
        }
        return cause.getCause() == null ? cause.toString() : reason(cause.getCause());
    }
}
