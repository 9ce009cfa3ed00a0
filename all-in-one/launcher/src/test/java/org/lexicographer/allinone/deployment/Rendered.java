package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.lexicographer.allinone.process.Service;

/**
 * What {@code kubectl kustomize} makes of a folder, as it would be applied.
 *
 * @param resources all of it
 */
record Rendered(List<Manifest> resources) {

    /** Where the pod of a resource that has one is described. */
    static final Object[] POD = {"spec", "template", "spec"};

    /** The kinds of them. */
    static final Set<String> WITH_PODS = Set.of("Deployment", "StatefulSet");

    private static final Optional<Path> KUBECTL = Overlay.kubectl();
    private static final Map<Path, Rendered> KEPT = new ConcurrentHashMap<>();

    /** The base or an overlay; without a kubectl the test is skipped. */
    static Rendered of(Overlay overlay) {
        return of(overlay.folder());
    }

    /** A folder with a kustomization. */
    static Rendered of(Path folder) {
        assumeThat(KUBECTL).as("a kubectl with kustomize 5 on the PATH").isPresent();
        return KEPT.computeIfAbsent(
                folder, it -> new Rendered(Overlay.render(KUBECTL.orElseThrow(), it)));
    }

    Stream<Manifest> stream() {
        return resources.stream();
    }

    Stream<Manifest> ofKind(String kind) {
        return stream().filter(resource -> resource.kind().equals(kind));
    }

    /** The one resource of a kind and a name; fails where there are none or several. */
    Manifest one(String kind, String name) {
        List<Manifest> found =
                ofKind(kind).filter(resource -> resource.name().equals(name)).toList();
        assertThat(found).as("%s %s", kind, name).hasSize(1);
        return found.getFirst();
    }

    /** The pod of a service. */
    Manifest pod(Service service) {
        return one("Deployment", service.folder()).at(POD);
    }

    /** All pods. */
    List<Manifest> pods() {
        return stream()
                .filter(resource -> WITH_PODS.contains(resource.kind()))
                .map(resource -> resource.at(POD))
                .toList();
    }

    /** What the config map says to all services, by the names of environment variables. */
    Map<String, String> settings() {
        Manifest container = pod(Service.TOKENIZER).at("containers", 0);
        String name = container.at("envFrom", 0, "configMapRef", "name").text();
        return one("ConfigMap", name).at("data").values();
    }

    /** What a service's container is told beside, as far as it is told in the manifest. */
    Optional<String> value(Service service, String name) {
        return pod(service).at("containers", 0).find("env").stream()
                .flatMap(list -> list.elements().stream())
                .filter(variable -> variable.at("name").text().equals(name))
                .flatMap(variable -> variable.find("value").stream())
                .map(Manifest::text)
                .findFirst();
    }
}
