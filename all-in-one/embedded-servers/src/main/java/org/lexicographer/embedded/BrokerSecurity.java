package org.lexicographer.embedded;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Makes a broker's only client listener one with TLS and passwords (SASL_SSL): a certificate of its
 * own making for the loopback interface, and the users that are let in by PLAIN. Those who are let
 * in by SCRAM are made by an admin client. With an authorizer, a user may do only what was granted.
 */
public final class BrokerSecurity {

    private static final String ALIAS = "broker";
    private static final String TYPE = "PKCS12";
    private static final String STORE_PASSWORD = "embedded-broker";
    private static final String MODULE =
            "org.apache.kafka.common.security.plain.PlainLoginModule required";
    private static final String SCRAM_MODULE =
            "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    private static final String LISTENER = "listener.name.broker.";

    /** The broker speaks to itself as its controller without a name. */
    private static final String ITSELF = "User:ANONYMOUS";

    private final Path keystore;
    private final Path truststore;
    private final Map<String, String> users;
    private final Optional<Rights> rights;

    /** Who says what users may do, and the user that may do all. */
    private record Rights(String authorizer, String superUser) {}

    private BrokerSecurity(
            Path keystore, Path truststore, Map<String, String> users, Optional<Rights> rights) {
        this.keystore = keystore;
        this.truststore = truststore;
        this.users = users;
        this.rights = rights;
    }

    /**
     * Makes a certificate, in place of one that the folder may hold.
     *
     * @param folder where the key and the trusted certificate are kept; created when missing
     * @param users the password of every user
     * @throws IllegalStateException when the JDK makes no certificate
     */
    public static BrokerSecurity create(Path folder, Map<String, String> users) {
        requireNonNull(users, "users is null");
        if (users.isEmpty()) {
            throw new IllegalArgumentException("no user is let in: expected=at least one, found=0");
        }
        Path keystore = folder.resolve("broker.p12").toAbsolutePath();
        Path truststore = folder.resolve("trusted.p12").toAbsolutePath();
        try {
            Files.createDirectories(folder);
            // The JDK's tool adds to a store that is there, under its own password.
            Files.deleteIfExists(keystore);
            Files.deleteIfExists(truststore);
            makeKey(keystore);
            trust(keystore, truststore);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no certificate: folder=" + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while making a certificate", e);
        }
        return new BrokerSecurity(keystore, truststore, new TreeMap<>(users), Optional.empty());
    }

    /**
     * Returns the same security with a broker that denies what was not granted.
     *
     * @param authorizer the name of the class that decides, such as KRaft's {@code
     *     org.apache.kafka.metadata.authorizer.StandardAuthorizer}
     * @param superUser the user that may do everything, and so grant rights
     */
    public BrokerSecurity authorizedBy(String authorizer, String superUser) {
        return new BrokerSecurity(
                keystore, truststore, users, Optional.of(new Rights(authorizer, superUser)));
    }

    /** Returns the file with the certificate that clients have to trust. */
    public Path truststore() {
        return truststore;
    }

    /** The JDK has no public class that signs a certificate, but a tool that does. */
    private static void makeKey(Path keystore) throws IOException, InterruptedException {
        Process keytool =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                ALIAS,
                                "-keyalg",
                                "EC",
                                "-dname",
                                "CN=localhost",
                                "-ext",
                                "SAN=ip:127.0.0.1,dns:localhost",
                                "-validity",
                                "3650",
                                "-storetype",
                                TYPE,
                                "-keystore",
                                keystore.toString(),
                                "-storepass",
                                STORE_PASSWORD)
                        .redirectErrorStream(true)
                        .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + said.strip());
        }
    }

    private static void trust(Path keystore, Path truststore)
            throws IOException, GeneralSecurityException {
        KeyStore own = KeyStore.getInstance(TYPE);
        try (InputStream in = Files.newInputStream(keystore)) {
            own.load(in, STORE_PASSWORD.toCharArray());
        }
        KeyStore trusted = KeyStore.getInstance(TYPE);
        trusted.load(null, null);
        trusted.setCertificateEntry(ALIAS, own.getCertificate(ALIAS));
        try (OutputStream out = Files.newOutputStream(truststore)) {
            trusted.store(out, STORE_PASSWORD.toCharArray());
        }
    }

    /** Returns the settings of a client of the first user, under their names in Kafka's clients. */
    public Map<String, String> clientSettings() {
        String first = users.keySet().iterator().next();
        return clientSettings(first, users.get(first));
    }

    /** Returns the settings of a client that trusts the broker and gives that name and password. */
    public Map<String, String> clientSettings(String user, String password) {
        Map<String, String> settings = new TreeMap<>(untrusting(user, password));
        settings.put("ssl.truststore.location", truststore.toString());
        settings.put("ssl.truststore.password", STORE_PASSWORD);
        settings.put("ssl.truststore.type", TYPE);
        return settings;
    }

    /** Returns the same settings for a client that trusts only the authorities of its JDK. */
    public Map<String, String> untrusting(String user, String password) {
        return Map.of(
                "security.protocol",
                "SASL_SSL",
                "sasl.mechanism",
                "PLAIN",
                "sasl.jaas.config",
                MODULE + credentials(user, password) + ";");
    }

    /** Puts the listener into the broker's settings. */
    void applyTo(Properties broker) {
        broker.setProperty(
                "listener.security.protocol.map", "BROKER:SASL_SSL,CONTROLLER:PLAINTEXT");
        broker.setProperty("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
        broker.setProperty("sasl.mechanism.inter.broker.protocol", "PLAIN");
        broker.setProperty(LISTENER + "ssl.keystore.location", keystore.toString());
        broker.setProperty(LISTENER + "ssl.keystore.password", STORE_PASSWORD);
        broker.setProperty(LISTENER + "ssl.key.password", STORE_PASSWORD);
        broker.setProperty(LISTENER + "ssl.keystore.type", TYPE);
        broker.setProperty(LISTENER + "ssl.truststore.location", truststore.toString());
        broker.setProperty(LISTENER + "ssl.truststore.password", STORE_PASSWORD);
        broker.setProperty(LISTENER + "ssl.truststore.type", TYPE);
        broker.setProperty(LISTENER + "plain.sasl.jaas.config", brokerLogin());
        broker.setProperty(LISTENER + "scram-sha-512.sasl.jaas.config", SCRAM_MODULE);
        rights.ifPresent(
                granted -> {
                    broker.setProperty("authorizer.class.name", granted.authorizer());
                    broker.setProperty("super.users", ITSELF + ";User:" + granted.superUser());
                });
    }

    private String brokerLogin() {
        String first = users.keySet().iterator().next();
        String known =
                users.entrySet().stream()
                        .map(user -> " user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
                        .collect(Collectors.joining());
        return MODULE + credentials(first, users.get(first)) + known + ";";
    }

    private static String credentials(String user, String password) {
        return " username=\"%s\" password=\"%s\"".formatted(user, password);
    }
}
