package org.lexicographer.runstore.backup;

/**
 * Thrown when a bucket or a copy of one is not as it must be: doing the same again changes nothing.
 */
public final class BackupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception with the rule, then expected and found values. */
    public BackupException(String message) {
        super(message);
    }
}
