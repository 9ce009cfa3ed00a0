package org.lexicographer.objectstore.command;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Map;
import java.util.function.BiFunction;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.objectstore.retry.RetryingObjectStore;
import org.lexicographer.objectstore.s3.MinioObjectStore;
import org.lexicographer.objectstore.s3.S3Endpoint;
import picocli.CommandLine;

/**
 * What a command that works on a bucket is given.
 *
 * @param environment what is set around the process
 * @param stores opens a bucket of a store
 * @param out where it says what it has done
 * @param err where it says what it could not do
 */
public record CommandContext(
        Map<String, String> environment,
        BiFunction<S3Endpoint, String, ObjectStore> stores,
        PrintStream out,
        PrintStream err) {

    /** Returns what this process was given. */
    public static CommandContext ofProcess(BiFunction<S3Endpoint, String, ObjectStore> stores) {
        return new CommandContext(System.getenv(), stores, System.out, System.err);
    }

    /** Opens a bucket that is asked again where the store is away for a moment. */
    public static ObjectStore retrying(S3Endpoint endpoint, String bucket) {
        return RetryingObjectStore.wrap(
                MinioObjectStore.of(endpoint, bucket), RetryPolicy.STANDARD);
    }

    /** Runs a command and returns its exit code. */
    public int run(Object command, String... arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    /** Opens the bucket that the options name. */
    public ObjectStore open(StoreOptions options) {
        return stores.apply(options.endpoint(environment), options.bucket());
    }
}
