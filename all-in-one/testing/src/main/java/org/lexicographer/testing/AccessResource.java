package org.lexicographer.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.lexicographer.testing.KeysFile.Key;

/**
 * An identity provider and a file of keys for tests of who may do what. The application is told of
 * both; a field of a test of type {@link IdentityProviderServer} or {@link KeysFile} gets them.
 * Arguments of the annotation are further settings of the application.
 */
public final class AccessResource implements QuarkusTestResourceLifecycleManager {

    /** The key of a machine that is a submitter, and whose runs are {@code robots}'. */
    public static final Key SUBMITTER =
            new Key("lex_test-submitter", "nightly", "submitter", "robots");

    private Map<String, String> further = Map.of();
    private IdentityProviderServer provider;
    private Path folder;
    private KeysFile keys;

    @Override
    public void init(Map<String, String> initArgs) {
        further = Map.copyOf(initArgs);
    }

    @Override
    public Map<String, String> start() {
        provider = IdentityProviderServer.start();
        try {
            folder = Files.createTempDirectory("lexicographer-access");
        } catch (IOException e) {
            throw new UncheckedIOException("no folder for keys", e);
        }
        keys = new KeysFile(folder.resolve("keys.json"));
        keys.write(SUBMITTER);
        Map<String, String> settings = new HashMap<>(further);
        settings.put("quarkus.oidc.auth-server-url", provider.address());
        settings.put(
                "quarkus.oidc.credentials.secret", "a-secret-of-thirty-two-characters-or-more");
        settings.put("access.keys-file", keys.path().toString());
        return settings;
    }

    @Override
    public void inject(TestInjector injector) {
        injector.injectIntoFields(
                provider, new TestInjector.MatchesType(IdentityProviderServer.class));
        injector.injectIntoFields(keys, new TestInjector.MatchesType(KeysFile.class));
    }

    @Override
    public void stop() {
        if (provider != null) {
            provider.close();
        }
        if (keys != null) {
            try {
                Files.deleteIfExists(keys.path());
                Files.deleteIfExists(folder);
            } catch (IOException e) {
                throw new UncheckedIOException("folder cannot be deleted: folder=" + folder, e);
            }
        }
    }
}
