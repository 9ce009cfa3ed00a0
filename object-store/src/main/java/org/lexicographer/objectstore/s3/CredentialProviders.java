package org.lexicographer.objectstore.s3;

import io.minio.credentials.AwsEnvironmentProvider;
import io.minio.credentials.Credentials;
import io.minio.credentials.IamAwsProvider;
import io.minio.credentials.Jwt;
import io.minio.credentials.Provider;
import io.minio.credentials.StaticProvider;
import io.minio.credentials.WebIdentityProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProviderException;
import okhttp3.OkHttpClient;
import org.lexicographer.objectstore.s3.S3Credentials.Environment;
import org.lexicographer.objectstore.s3.S3Credentials.Instance;
import org.lexicographer.objectstore.s3.S3Credentials.Keys;
import org.lexicographer.objectstore.s3.S3Credentials.WebIdentity;

/** The S3 client's providers of credentials, which ask again when what they got has expired. */
final class CredentialProviders {

    /** As long as the one who is asked thinks right. */
    private static final int USUAL_SECONDS = 0;

    private CredentialProviders() {}

    /**
     * Returns the provider of credentials.
     *
     * @param http asks for them, and fails as the store's requests do
     */
    static Provider of(S3Credentials credentials, OkHttpClient http) {
        Provider provider = provider(credentials, http);
        return () -> fetch(credentials, provider);
    }

    private static Credentials fetch(S3Credentials credentials, Provider provider) {
        try {
            return provider.fetch();
        } catch (ProviderException
                | IllegalStateException
                | IllegalArgumentException
                | NullPointerException
                | UncheckedIOException e) {
            // The S3 client passes on only the cause of what a provider throws.
            throw new IllegalStateException(new CredentialsException(credentials, e));
        }
    }

    private static Provider provider(S3Credentials credentials, OkHttpClient http) {
        return switch (credentials) {
            case Keys keys ->
                    new StaticProvider(
                            keys.accessKey(), keys.secretKey(), keys.sessionToken().orElse(null));
            case Environment() -> new AwsEnvironmentProvider();
            case WebIdentity identity ->
                    new WebIdentityProvider(
                            () -> new Jwt(token(identity.tokenFile()), USUAL_SECONDS),
                            identity.stsEndpoint(),
                            null,
                            null,
                            identity.role().orElse(null),
                            identity.session().orElse(null),
                            http);
            case Instance instance ->
                    new IamAwsProvider(instance.metadataEndpoint().orElse(null), http);
        };
    }

    private static String token(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "not readable: %s=%s".formatted(S3Settings.TOKEN_FILE, file), e);
        }
    }
}
