package org.lexicographer.pipeline.stream;

import static java.util.Objects.requireNonNull;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.lexicographer.pipeline.secret.MountedSecrets;

/**
 * Where the brokers are and how a client proves itself to them: addresses, TLS, SASL and whatever
 * else holds for every Kafka client of a process. All consumers, producers and admin clients are
 * made here, so that all of them reach the brokers in the same way.
 *
 * <p>What a client needs for its own work (its group, its acknowledgements) is given when it is
 * made and stands above what the connection says. Safe for use by several threads.
 */
public final class KafkaConnection {

    /** What the installation's names begin with on the brokers. */
    private static final String PREFIX = "prefix";

    /** Not for clients: what is made an id for each, and what the extension of Quarkus adds. */
    private static final Set<String> NOT_FOR_CLIENTS =
            Set.of(PREFIX, CommonClientConfigs.CLIENT_ID_CONFIG, "application.id");

    private final Map<String, Object> settings;
    private final Installation installation;
    private final String client;
    private final AtomicInteger clients = new AtomicInteger();

    private KafkaConnection(
            Map<String, Object> settings, Installation installation, String client) {
        this.settings = Map.copyOf(settings);
        this.installation = installation;
        this.client = client;
    }

    /**
     * Returns a connection with the settings of Kafka's clients under their usual names, such as
     * {@code security.protocol}, and the {@link Installation}'s {@code prefix} where it has one.
     * Clients are called what {@code client.id} says, their kind and a number.
     *
     * @throws IllegalArgumentException when they name no broker, the prefix is none, or a password
     *     is not said once
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
                MountedSecrets.followedIn(settings).entrySet().stream()
                        .filter(setting -> !NOT_FOR_CLIENTS.contains(setting.getKey()))
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                new Installation(text(settings, PREFIX).orElse("")),
                text(settings, CommonClientConfigs.CLIENT_ID_CONFIG).orElse("client"));
    }

    private static Optional<String> text(Map<String, ?> settings, String key) {
        return Optional.ofNullable(settings.get(key)).map(Object::toString);
    }

    /** Returns a connection in plain text, as {@code host:port,host:port}. */
    public static KafkaConnection plaintext(String bootstrapServers) {
        return of(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
    }

    /** Returns whose names the topics and groups have. */
    public Installation installation() {
        return installation;
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
        return Admin.create(with(own, AdminClientConfig.configNames(), "admin"));
    }

    /**
     * Returns a new consumer; parameters and errors as in {@link #admin}. Its group is named as
     * within the installation; topics are named as at the brokers, as with every client.
     */
    public <K, V> KafkaConsumer<K, V> consumer(
            Map<String, ?> own, Deserializer<K> keys, Deserializer<V> values) {
        return new KafkaConsumer<>(
                with(own, ConsumerConfig.configNames(), "consumer"), keys, values);
    }

    /** Returns a new producer; parameters and errors as in {@link #admin}. */
    public <K, V> KafkaProducer<K, V> producer(
            Map<String, ?> own, Serializer<K> keys, Serializer<V> values) {
        return new KafkaProducer<>(
                with(own, ProducerConfig.configNames(), "producer"), keys, values);
    }

    /**
     * Leaves out settings that only another kind of client knows. What no client knows is passed
     * on: a login module or an interceptor may read it.
     */
    private Map<String, Object> with(Map<String, ?> own, Set<String> known, String kind) {
        Map<String, Object> all = new HashMap<>();
        settings.forEach(
                (key, value) -> {
                    if (known.contains(key) || !isKnownToSome(key)) {
                        all.put(key, value);
                    }
                });
        all.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId(kind));
        all.putAll(own);
        all.computeIfPresent(
                CommonClientConfigs.GROUP_ID_CONFIG,
                (key, group) -> installation.atBrokers(group.toString()));
        return all;
    }

    /** Two clients of one id would be one to the process's meters. */
    private String clientId(String kind) {
        return installation.atBrokers(
                "%s-%s-%d".formatted(client, kind, clients.incrementAndGet()));
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
