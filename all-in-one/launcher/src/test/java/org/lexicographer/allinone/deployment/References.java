package org.lexicographer.allinone.deployment;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Secrets, config maps and volume claims that pods and gateways name. */
final class References {

    private static final String SECRET = "Secret/";

    private References() {}

    /** What pods need and the resources neither are nor have made by an operator. */
    static Set<String> broughtAlong(Rendered resources) {
        Set<String> there =
                resources.stream()
                        .flatMap(References::made)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = new TreeSet<>();
        boolean keysAreNeeded = keysAreNeeded(resources.settings());
        for (Manifest pod : resources.pods()) {
            references(pod, keysAreNeeded).forEach(missing::add);
        }
        resources
                .ofKind("Gateway")
                .flatMap(gateway -> gateway.at("spec", "listeners").elements().stream())
                .flatMap(listener -> listener.at("tls", "certificateRefs").elements().stream())
                .forEach(certificate -> missing.add(SECRET + certificate.at("name").text()));
        missing.removeAll(there);
        return missing;
    }

    /**
     * A secret that a pod may do without is needed where nothing else says how callers are known:
     * services that have keys alone do not start without them.
     */
    private static boolean keysAreNeeded(Map<String, String> settings) {
        return !"off".equals(settings.get("ACCESS"))
                && !settings.containsKey("QUARKUS_OIDC_AUTH_SERVER_URL");
    }

    /** A resource, and the secrets that an operator makes for it. */
    private static Stream<String> made(Manifest resource) {
        Stream<String> secrets =
                switch (resource.kind()) {
                    case "Kafka" -> Stream.of(SECRET + resource.name() + "-cluster-ca-cert");
                    case "KafkaUser" -> Stream.of(SECRET + resource.name());
                    case "ExternalSecret" ->
                            Stream.of(SECRET + resource.at("spec", "target", "name").text());
                    default -> Stream.of();
                };
        return Stream.concat(Stream.of(resource.kind() + "/" + resource.name()), secrets);
    }

    private static Stream<String> references(Manifest pod, boolean optional) {
        Manifest container = pod.at("containers", 0);
        Stream<String> sources =
                container.find("envFrom").stream()
                        .flatMap(list -> list.elements().stream())
                        .flatMap(
                                source ->
                                        Stream.concat(
                                                reference(source, "ConfigMap", "configMapRef"),
                                                reference(source, "Secret", "secretRef")));
        Stream<String> values =
                container.find("env").stream()
                        .flatMap(list -> list.elements().stream())
                        .flatMap(value -> value.find("valueFrom").stream())
                        .flatMap(value -> reference(value, "Secret", "secretKeyRef"));
        Stream<String> volumes =
                pod.at("volumes").elements().stream()
                        .filter(volume -> optional || volume.find("secret", "optional").isEmpty())
                        .flatMap(References::ofVolume);
        return Stream.of(sources, values, volumes).flatMap(stream -> stream);
    }

    private static Stream<String> ofVolume(Manifest volume) {
        return Stream.of(
                        volume.find("secret", "secretName").map(it -> SECRET + it.text()),
                        volume.find("configMap", "name").map(it -> "ConfigMap/" + it.text()),
                        volume.find("persistentVolumeClaim", "claimName")
                                .map(it -> "PersistentVolumeClaim/" + it.text()))
                .flatMap(found -> found.stream());
    }

    private static Stream<String> reference(Manifest source, String kind, String key) {
        return source.find(key, "name").map(name -> kind + "/" + name.text()).stream();
    }
}
