package org.lexicographer.objectstore.s3;

import java.io.IOException;
import java.util.Set;
import org.lexicographer.objectstore.ObjectNotFoundException;
import org.lexicographer.objectstore.ObjectStoreException;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;

/**
 * What was asked of an S3 server: tells from the answer what the caller should do next.
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
        return cause.getCause() == null ? cause.toString() : reason(cause.getCause());
    }
}
