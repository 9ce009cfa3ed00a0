package org.lexicographer.objectstore.s3;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.lexicographer.objectstore.s3.S3Credentials.Environment;
import org.lexicographer.objectstore.s3.S3Credentials.Instance;
import org.lexicographer.objectstore.s3.S3Credentials.Keys;
import org.lexicographer.objectstore.s3.S3Credentials.WebIdentity;

/** The settings {@code object-store.*}, as services and commands are given them. */
public final class S3Settings {

    /** The address of a store on this machine. */
    public static final String DEFAULT_ENDPOINT = "http://localhost:9000";

    static final String CREDENTIALS = "object-store.credentials";
    static final String CERTIFICATES = "object-store.certificates";
    static final String TOKEN_FILE = "object-store.web-identity.token-file";

    private static final String ENDPOINT = "object-store.endpoint";
    private static final String REGION = "object-store.region";
    private static final String ACCESS_KEY = "object-store.access-key";
    private static final String SECRET_KEY = "object-store.secret-key";
    private static final String SESSION_TOKEN = "object-store.session-token";
    private static final String STS_ENDPOINT = "object-store.web-identity.sts-endpoint";
    private static final String ROLE = "object-store.web-identity.role";
    private static final String SESSION_NAME = "object-store.web-identity.session-name";
    private static final String METADATA_ENDPOINT = "object-store.instance.metadata-endpoint";
    private static final String ENCRYPTION = "object-store.encryption";
    private static final String ENCRYPTION_KEY = "object-store.encryption-key";

    private final Function<String, Optional<String>> values;

    /** Takes settings by their names. */
    public S3Settings(Function<String, Optional<String>> values) {
        this.values = requireNonNull(values, "values is null");
    }

    /** Returns the settings that a process has in its environment, such as OBJECT_STORE_REGION. */
    public static S3Settings ofEnvironment(Map<String, String> environment) {
        return new S3Settings(
                name ->
                        Optional.ofNullable(
                                environment.get(
                                        name.toUpperCase(Locale.ROOT)
                                                .replace('-', '_')
                                                .replace('.', '_'))));
    }

    /** Returns the same settings for the store at an address. */
    public S3Settings at(String endpoint) {
        return new S3Settings(
                name -> name.equals(ENDPOINT) ? Optional.of(endpoint) : values.apply(name));
    }

    /**
     * Returns what they say of the store and of who asks it.
     *
     * @throws IllegalArgumentException naming the setting that is missing or wrong
     */
    public S3Endpoint endpoint() {
        String url = value(ENDPOINT).orElse(DEFAULT_ENDPOINT);
        String region = value(REGION).orElse(S3Endpoint.DEFAULT_REGION);
        S3Endpoint endpoint = S3Endpoint.of(url, region, credentials(url)).encrypting(encryption());
        return value(CERTIFICATES).map(Path::of).map(endpoint::trusting).orElse(endpoint);
    }

    private S3Credentials credentials(String endpoint) {
        String kind = value(CREDENTIALS).orElse(Keys.KIND);
        return switch (kind) {
            case Keys.KIND ->
                    new Keys(
                            required(ACCESS_KEY, CREDENTIALS, kind),
                            required(SECRET_KEY, CREDENTIALS, kind),
                            value(SESSION_TOKEN));
            case Environment.KIND -> new Environment();
            case WebIdentity.KIND ->
                    new WebIdentity(
                            Path.of(required(TOKEN_FILE, CREDENTIALS, kind)),
                            value(STS_ENDPOINT).orElse(endpoint),
                            value(ROLE),
                            value(SESSION_NAME));
            case Instance.KIND -> new Instance(value(METADATA_ENDPOINT));
            default ->
                    throw wrong(CREDENTIALS, kind, "keys, environment, web-identity or instance");
        };
    }

    private S3Encryption encryption() {
        String kind = value(ENCRYPTION).orElse("bucket");
        if (!kind.equals("kms") && value(ENCRYPTION_KEY).isPresent()) {
            throw wrong(ENCRYPTION, kind, "kms, as there is " + ENCRYPTION_KEY);
        }
        return switch (kind) {
            case "bucket" -> new S3Encryption.OfTheBucket();
            case "s3" -> new S3Encryption.ByTheStore();
            case "kms" -> new S3Encryption.ByKey(required(ENCRYPTION_KEY, ENCRYPTION, kind));
            default -> throw wrong(ENCRYPTION, kind, "bucket, s3 or kms");
        };
    }

    private Optional<String> value(String name) {
        return values.apply(name).map(String::strip).filter(text -> !text.isEmpty());
    }

    private String required(String name, String because, String kind) {
        return value(name)
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "setting missing: expected=%s, as %s is %s, found=none"
                                                .formatted(name, because, kind)));
    }

    private static IllegalArgumentException wrong(String name, String found, String expected) {
        return new IllegalArgumentException(
                "setting wrong: setting=%s, expected=%s, found=%s"
                        .formatted(name, expected, found));
    }
}
