package org.lexicographer.pipeline.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.NameCallback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;

/**
 * Tells a Kafka client its user's name and password whenever it proves itself to a broker, as they
 * are in their files then: at every connection, and at every re-authentication that a broker asks
 * for (KIP-368). For the mechanisms PLAIN and SCRAM. Kafka makes it by its name, for each client.
 */
public final class MountedPassword implements AuthenticateCallbackHandler {

    private Map<String, ?> settings = Map.of();

    @Override
    public void configure(
            Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> modules) {
        settings = Map.copyOf(withoutNull(configs));
    }

    private static Map<String, Object> withoutNull(Map<String, ?> configs) {
        Map<String, Object> present = new HashMap<>(configs);
        present.values().removeIf(Objects::isNull);
        return present;
    }

    @Override
    public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
        for (Callback callback : callbacks) {
            switch (callback) {
                case NameCallback name -> name.setName(user());
                case PasswordCallback password ->
                        password.setPassword(content(MountedSecrets.PASSWORD_FILE).toCharArray());
                default -> throw new UnsupportedCallbackException(callback);
            }
        }
    }

    private String user() throws IOException {
        Object name = settings.get(MountedSecrets.USERNAME);
        return name == null ? content(MountedSecrets.USERNAME_FILE) : name.toString();
    }

    /** An editor ends a file's last line, which is no part of the secret. */
    private String content(String setting) throws IOException {
        Path file = Path.of(settings.get(setting).toString());
        try {
            return Files.readString(file).stripTrailing();
        } catch (NoSuchFileException e) {
            throw new IOException("no file: kafka.%s=%s".formatted(setting, file), e);
        } catch (IOException e) {
            throw new IOException("not readable: kafka.%s=%s".formatted(setting, file), e);
        }
    }

    @Override
    public void close() {}
}
