package org.lexicographer.pipeline.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.auth.SslEngineFactory;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kafka's own TLS, made anew when the files of its keystore or truststore have changed by the time
 * a connection is opened; a client of Kafka reads them once. While the new files cannot be read, as
 * amid an exchange, connections are opened with what was there before. Kafka makes it by its name,
 * for each client.
 */
public final class MountedCertificates implements SslEngineFactory {

    private static final Logger LOG = LoggerFactory.getLogger(MountedCertificates.class);
    private static final List<String> FILES =
            List.of(
                    SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
                    SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG);

    private Map<String, ?> settings = Map.of();
    private Map<String, byte[]> read = Map.of();
    private SslEngineFactory current;

    @Override
    public synchronized void configure(Map<String, ?> configs) {
        settings = configs;
        read = contents();
        current = made();
    }

    private SslEngineFactory made() {
        DefaultSslEngineFactory made = new DefaultSslEngineFactory();
        made.configure(settings);
        return made;
    }

    private Map<String, byte[]> contents() {
        Map<String, byte[]> contents = new HashMap<>();
        for (String setting : FILES) {
            Object file = settings.get(setting);
            if (file != null) {
                try {
                    contents.put(setting, Files.readAllBytes(Path.of(file.toString())));
                } catch (IOException e) {
                    throw new KafkaException(
                            "not readable: kafka.%s=%s".formatted(setting, file), e);
                }
            }
        }
        return contents;
    }

    @Override
    public SSLEngine createClientSslEngine(String host, int port, String identification) {
        return upToDate().createClientSslEngine(host, port, identification);
    }

    @Override
    public SSLEngine createServerSslEngine(String host, int port) {
        return upToDate().createServerSslEngine(host, port);
    }

    private synchronized SslEngineFactory upToDate() {
        try {
            Map<String, byte[]> now = contents();
            if (!isRead(now)) {
                current = made();
                read = now;
                LOG.info("certificates exchanged: files={}", read.keySet());
            }
        } catch (KafkaException e) {
            LOG.warn("certificates stay as they were: reason={}", e.getMessage());
        }
        return current;
    }

    private boolean isRead(Map<String, byte[]> now) {
        return now.keySet().equals(read.keySet())
                && now.entrySet().stream()
                        .allMatch(file -> Arrays.equals(file.getValue(), read.get(file.getKey())));
    }

    @Override
    public boolean shouldBeRebuilt(Map<String, Object> nextConfigs) {
        return upToDate().shouldBeRebuilt(nextConfigs);
    }

    @Override
    public Set<String> reconfigurableConfigs() {
        return upToDate().reconfigurableConfigs();
    }

    @Override
    public KeyStore keystore() {
        return upToDate().keystore();
    }

    @Override
    public KeyStore truststore() {
        return upToDate().truststore();
    }

    @Override
    public synchronized void close() throws IOException {
        if (current != null) {
            current.close();
        }
    }
}
