package org.lexicographer.objectstore.s3;

/** Says that no credentials could be had, and which setting says where they come from. */
final class CredentialsException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    CredentialsException(S3Credentials wanted, RuntimeException cause) {
        super(
                "no credentials: %s=%s, reason=%s"
                        .formatted(S3Settings.CREDENTIALS, wanted.kind(), reason(cause)),
                cause);
    }

    private static String reason(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        return cause.getCause() == null || text.contains(cause.getCause().toString())
                ? text
                : text + ": " + cause.getCause();
    }
}
