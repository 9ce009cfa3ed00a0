package org.lexicographer.pipeline.stream;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Where the brokers are and how a client proves itself to them: addresses, TLS, SASL and whatever
 * else holds for every Kafka client of a process. All consumers, producers and admin clients are
 * made here, so that all of them reach the brokers in the same way.
 *
 * <p>What a client needs for its own work (its group, its acknowledgements) is given when it is
 * made and stands above what the connection says. Immutable.
 */
public final class KafkaConnection {

    /** A setting that the Kafka extension of Quarkus adds and that no client knows. */
    private static final Set<String> NOT_FOR_CLIENTS = Set.of("application.id");

    private final Map<String, Object> settings;

    private KafkaConnection(Map<String, Object> settings) {
        this.settings = Map.copyOf(settings);
    }

    /**
     * Returns a connection with the settings of Kafka's clients under their usual names, such as
     * {@code security.protocol}.
     *
     * @throws IllegalArgumentException when they name no broker
     */
    public static KafkaConnection of(Map<String, ?> settings) {
        requireNonNull(settings, "settings is null");
        Object servers = settings.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
        if (servers == null || servers.toString().isBlank()) {
            throw new IllegalArgumentException(
                    "broker addresses missing: expected=bootstrap.servers, found="
                            + new TreeMap<>(settings).keySet());
        }
        return new KafkaConnection(
                settings.entrySet().stream()
                        .filter(setting -> !NOT_FOR_CLIENTS.contains(setting.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** Returns a connection in plain text, as {@code host:port,host:port}. */
    public static KafkaConnection plaintext(String bootstrapServers) {
        return of(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Returns the addresses of the brokers, for a message that says where they were looked for. */
    public String addresses() {
        return settings.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG).toString();
    }

    /**
     * Returns a new admin client.
     *
     * @param own what this client needs for its own work
     * @throws org.apache.kafka.common.KafkaException when the settings make no client: an address
     *     that no name server knows, a keystore that cannot be read
     */
    public Admin admin(Map<String, ?> own) {
        return Admin.create(with(own, AdminClientConfig.configNames()));
    }

    /** Returns a new consumer; parameters and errors as in {@link #admin}. */
    public <K, V> KafkaConsumer<K, V> consumer(
            Map<String, ?> own, Deserializer<K> keys, Deserializer<V> values) {
        return new KafkaConsumer<>(with(own, ConsumerConfig.configNames()), keys, values);
    }

    /** Returns a new producer; parameters and errors as in {@link #admin}. */
    public <K, V> KafkaProducer<K, V> producer(
            Map<String, ?> own, Serializer<K> keys, Serializer<V> values) {
        return new KafkaProducer<>(with(own, ProducerConfig.configNames()), keys, values);
    }

    /**
     * Leaves out settings that only another kind of client knows. What no client knows is passed
     * on: a login module or an interceptor may read it.
     */
    private Map<String, Object> with(Map<String, ?> own, Set<String> known) {
        Map<String, Object> all = new HashMap<>();
        settings.forEach(
                (key, value) -> {
                    if (known.contains(key) || !isKnownToSome(key)) {
                        all.put(key, value);
                    }
                });
        all.putAll(own);
        return all;
    }

    private static boolean isKnownToSome(String key) {
        return AdminClientConfig.configNames().contains(key)
                || ConsumerConfig.configNames().contains(key)
                || ProducerConfig.configNames().contains(key);
    }

    /** Names the addresses and the protocol, never a secret. */
    @Override
    public String toString() {
        return "KafkaConnection[addresses=%s, protocol=%s]"
                .formatted(
                        addresses(),
                        settings.getOrDefault(
                                CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
                                CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL));
    }
}
