package org.lexicographer.pipeline.secret;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/**
 * What makes a Kafka client read its secrets from files as they are when it connects, so that they
 * can be exchanged while it runs: certificates and keys in whatever files the usual settings name,
 * and a password in {@value #PASSWORD_FILE}.
 */
public final class MountedSecrets {

    /** The setting that names the user whose password is in a file. */
    public static final String USERNAME = "sasl.username";

    /** The setting that names a file with the user's name in it, in place of the name. */
    public static final String USERNAME_FILE = "sasl.username.file";

    /** The setting that names the file with the user's password. */
    public static final String PASSWORD_FILE = "sasl.password.file";

    private static final String PLAIN = "PLAIN";
    private static final Set<String> SCRAM = Set.of("SCRAM-SHA-256", "SCRAM-SHA-512");
    private static final Set<String> WITH_TLS = Set.of("SSL", "SASL_SSL");

    private MountedSecrets() {}

    /**
     * Returns the settings of a client with what they lack to do so.
     *
     * @param settings under their names in Kafka's clients
     * @throws IllegalArgumentException when a password's file is named and the user is not, another
     *     setting gives a password too, or the mechanism has none
     */
    public static Map<String, Object> followedIn(Map<String, ?> settings) {
        requireNonNull(settings, "settings is null");
        Map<String, Object> all = new HashMap<>(settings);
        if (WITH_TLS.contains(text(settings, CommonClientConfigs.SECURITY_PROTOCOL_CONFIG))) {
            all.putIfAbsent(
                    SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG,
                    MountedCertificates.class.getName());
        }
        if (settings.containsKey(PASSWORD_FILE)) {
            requireUser(settings);
            refuse(settings, SaslConfigs.SASL_JAAS_CONFIG);
            refuse(settings, SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS);
            all.put(SaslConfigs.SASL_JAAS_CONFIG, loginModule(settings) + " required;");
            all.put(
                    SaslConfigs.SASL_CLIENT_CALLBACK_HANDLER_CLASS,
                    MountedPassword.class.getName());
        }
        return all;
    }

    private static void requireUser(Map<String, ?> settings) {
        if (settings.containsKey(USERNAME) == settings.containsKey(USERNAME_FILE)) {
            throw new IllegalArgumentException(
                    "kafka.%s wants one of kafka.%s and kafka.%s: found=%s"
                            .formatted(
                                    PASSWORD_FILE,
                                    USERNAME,
                                    USERNAME_FILE,
                                    settings.containsKey(USERNAME) ? "both" : "none"));
        }
    }

    /** A callback handler or login module of the user's would be passed over in silence. */
    private static void refuse(Map<String, ?> settings, String other) {
        if (settings.containsKey(other)) {
            throw new IllegalArgumentException(
                    ("two settings for one password: expected=one of kafka.%s and kafka.%s,"
                                    + " found=both")
                            .formatted(PASSWORD_FILE, other));
        }
    }

    private static String loginModule(Map<String, ?> settings) {
        String mechanism = text(settings, SaslConfigs.SASL_MECHANISM);
        if (mechanism.equals(PLAIN)) {
            return PlainLoginModule.class.getName();
        }
        if (SCRAM.contains(mechanism)) {
            return ScramLoginModule.class.getName();
        }
        throw new IllegalArgumentException(
                ("kafka.%s is for mechanisms with a password: expected kafka.%s=PLAIN,"
                                + " SCRAM-SHA-256 or SCRAM-SHA-512, found=%s")
                        .formatted(PASSWORD_FILE, SaslConfigs.SASL_MECHANISM, mechanism));
    }

    private static String text(Map<String, ?> settings, String key) {
        return settings.get(key) == null ? "" : settings.get(key).toString();
    }
}
