package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.process.Service;

/** What {@code kubectl kustomize} makes of {@code k8s}. */
class KubernetesTest {

    private static final Optional<Path> KUBECTL = Overlay.kubectl();
    private static final Map<Overlay, List<Manifest>> RENDERED = new ConcurrentHashMap<>();
    private static final Object[] POD = {"spec", "template", "spec"};
    private static final Set<String> WITH_PODS = Set.of("Deployment", "StatefulSet");

    /** What whoever installs the base or an overlay brings along, by docs/kubernetes.md. */
    private static final Map<Overlay, Set<String>> BROUGHT_ALONG =
            Map.of(
                    Overlay.BASE, Set.of("Secret/access-keys", "Secret/object-store-credentials"),
                    Overlay.DEV, Set.of("Secret/access-keys", "Secret/object-store-credentials"),
                    Overlay.GPU, Set.of("Secret/access-keys", "Secret/object-store-credentials"),
                    Overlay.PROD, Set.of("Secret/access-keys", "Secret/oidc-client"));

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void everyServiceIsDeployedOnItsUsualPort(Overlay overlay) {
        // When
        List<Manifest> resources = rendered(overlay);

        // Then
        for (Service service : Service.values()) {
            Manifest deployment = one(resources, "Deployment", service.folder());
            Manifest container = deployment.at(POD).at("containers", 0);
            assertThat(container.at("ports", 0, "containerPort").number())
                    .isEqualTo(service.usualPort());
            assertThat(container.at("image").text())
                    .startsWith("lexicographer/" + service.folder() + ":");
            Manifest port = one(resources, "Service", service.folder()).at("spec", "ports", 0);
            assertThat(port.at("port").number()).isEqualTo(service.usualPort());
            assertThat(port.at("targetPort").text())
                    .isEqualTo(container.at("ports", 0, "name").text());
        }
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void everyPodIsRestrictedAndHasAnAccountWithoutAToken(Overlay overlay) {
        // When
        List<Manifest> resources = rendered(overlay);

        // Then
        assertThat(pods(resources))
                .isNotEmpty()
                .allSatisfy(
                        pod -> {
                            assertThat(pod.at("automountServiceAccountToken").tree())
                                    .isEqualTo(false);
                            assertThat(pod.at("enableServiceLinks").tree()).isEqualTo(false);
                            assertThat(pod.at("securityContext", "runAsNonRoot").tree())
                                    .isEqualTo(true);
                            Manifest account =
                                    one(
                                            resources,
                                            "ServiceAccount",
                                            pod.at("serviceAccountName").text());
                            assertThat(account.at("automountServiceAccountToken").tree())
                                    .isEqualTo(false);
                            Manifest container = pod.at("containers", 0);
                            assertThat(container.at("securityContext").tree())
                                    .isEqualTo(
                                            Map.of(
                                                    "allowPrivilegeEscalation", false,
                                                    "readOnlyRootFilesystem", true,
                                                    "capabilities",
                                                            Map.of("drop", List.of("ALL"))));
                        });
        assertThat(
                        resources.stream()
                                .filter(resource -> WITH_PODS.contains(resource.kind()))
                                .map(resource -> resource.at(POD).at("serviceAccountName").text()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void everyPodSaysWhatItTakesAndEveryFolderHowLargeItGets(Overlay overlay) {
        // When
        List<Manifest> pods = pods(rendered(overlay));

        // Then
        assertThat(pods)
                .allSatisfy(
                        pod -> {
                            Manifest resources = pod.at("containers", 0, "resources");
                            assertThat(resources.at("requests", "memory").tree())
                                    .isEqualTo(resources.at("limits", "memory").tree());
                            assertThat(resources.find("requests", "cpu")).isPresent();
                            assertThat(pod.at("volumes").elements())
                                    .filteredOn(volume -> volume.find("emptyDir").isPresent())
                                    .allSatisfy(
                                            volume ->
                                                    assertThat(volume.find("emptyDir", "sizeLimit"))
                                                            .isPresent());
                        });
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void aContainerHasRoomForTheHeapAndTheLanguageModel(Overlay overlay) throws IOException {
        // When
        List<Manifest> resources = rendered(overlay);

        // Then
        for (Service service : Service.values()) {
            Manifest container =
                    one(resources, "Deployment", service.folder()).at(POD).at("containers", 0);
            ContainerMemory memory =
                    ContainerMemory.of(
                            service,
                            container.at("resources", "limits", "memory").text(),
                            container.find("env").stream()
                                    .flatMap(list -> list.elements().stream())
                                    .filter(value -> value.find("value").isPresent())
                                    .collect(
                                            Collectors.toMap(
                                                    value -> value.at("name").text(),
                                                    value -> value.at("value").text())));
            assertThat(memory.promised()).as("%s", service).isLessThanOrEqualTo(memory.limit());
        }
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void oneOfAServicesReplicasIsMovedAtATime(Overlay overlay) {
        // When
        List<Manifest> resources = rendered(overlay);

        // Then
        for (Service service : Service.values()) {
            Manifest budget = one(resources, "PodDisruptionBudget", service.folder());
            Manifest deployment = one(resources, "Deployment", service.folder());
            assertThat(budget.at("spec", "maxUnavailable").number()).isEqualTo(1);
            assertThat(budget.at("spec", "selector").tree())
                    .isEqualTo(deployment.at("spec", "selector").tree());
            assertThat(
                            deployment
                                    .at(POD)
                                    .at("topologySpreadConstraints", 0, "labelSelector")
                                    .tree())
                    .isEqualTo(deployment.at("spec", "selector").tree());
        }
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void everyPodOfOursIsUnderThePolicyThatDeniesAllElse(Overlay overlay) {
        // When
        List<Manifest> resources = rendered(overlay);

        // Then
        Manifest denial = one(resources, "NetworkPolicy", "default-deny").at("spec");
        assertThat(denial.at("policyTypes").tree()).isEqualTo(List.of("Ingress", "Egress"));
        assertThat(denial.find("ingress")).isEmpty();
        assertThat(denial.find("egress")).isEmpty();
        Manifest selected = denial.at("podSelector", "matchLabels");
        for (Service service : Service.values()) {
            Manifest template =
                    one(resources, "Deployment", service.folder()).at("spec", "template");
            assertThat(template.at("metadata", "labels").values())
                    .containsAllEntriesOf(selected.values());
        }
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void whatIsReferredToIsThereOrBroughtAlong(Overlay overlay) {
        // When
        List<Manifest> resources = rendered(overlay);

        // Then
        Set<String> there =
                resources.stream()
                        .flatMap(KubernetesTest::made)
                        .collect(Collectors.toCollection(TreeSet::new));
        Set<String> missing = new TreeSet<>();
        for (Manifest pod : pods(resources)) {
            references(pod).filter(reference -> !there.contains(reference)).forEach(missing::add);
        }
        assertThat(missing).isEqualTo(BROUGHT_ALONG.get(overlay));
    }

    @Test
    void servicesThatCalculateHaveOneGpuEachAndNoSecondPodThatWaitsForOne() {
        // When
        List<Manifest> resources = rendered(Overlay.GPU);

        // Then
        for (Service service : Service.values()) {
            Manifest deployment = one(resources, "Deployment", service.folder());
            Optional<Manifest> gpus =
                    deployment
                            .at(POD)
                            .find("containers", 0, "resources", "limits", "nvidia.com/gpu");
            if (service == Service.TOKENIZER) {
                assertThat(gpus).isEmpty();
            } else {
                assertThat(gpus.orElseThrow().text()).isEqualTo("1");
                assertThat(deployment.at("spec", "strategy", "rollingUpdate", "maxSurge").number())
                        .isZero();
                assertThat(deployment.at(POD).at("containers", 0, "image").text()).endsWith("-gpu");
                assertThat(deployment.at(POD).at("tolerations", 0, "key").text())
                        .isEqualTo("nvidia.com/gpu");
            }
        }
    }

    @Test
    void everyRouteLeadsToAPortOfAService() {
        // When
        List<Manifest> resources = rendered(Overlay.PROD);

        // Then
        List<Manifest> routes =
                resources.stream().filter(resource -> resource.kind().equals("HTTPRoute")).toList();
        assertThat(routes).isNotEmpty();
        for (Manifest route : routes) {
            Manifest target = route.at("spec", "rules", 0, "backendRefs", 0);
            assertThat(
                            one(resources, "Service", target.at("name").text())
                                    .at("spec", "ports", 0, "port")
                                    .tree())
                    .isEqualTo(target.at("port").tree());
        }
    }

    /** A resource, and the secrets that the Strimzi operator makes for it. */
    private static Stream<String> made(Manifest resource) {
        Stream<String> secrets =
                switch (resource.kind()) {
                    case "Kafka" -> Stream.of("Secret/" + resource.name() + "-cluster-ca-cert");
                    case "KafkaUser" -> Stream.of("Secret/" + resource.name());
                    default -> Stream.of();
                };
        return Stream.concat(Stream.of(resource.kind() + "/" + resource.name()), secrets);
    }

    /** Secrets, config maps and volume claims that a pod names. */
    private static Stream<String> references(Manifest pod) {
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
                        .flatMap(
                                volume ->
                                        Stream.of(
                                                        volume.find("secret", "secretName")
                                                                .map(n -> "Secret/" + n.text()),
                                                        volume.find("configMap", "name")
                                                                .map(n -> "ConfigMap/" + n.text()),
                                                        volume.find(
                                                                        "persistentVolumeClaim",
                                                                        "claimName")
                                                                .map(
                                                                        n ->
                                                                                "PersistentVolumeClaim/"
                                                                                        + n.text()))
                                                .flatMap(Optional::stream));
        return Stream.of(sources, values, volumes).flatMap(stream -> stream);
    }

    private static Stream<String> reference(Manifest source, String kind, String key) {
        return source.find(key, "name").map(name -> kind + "/" + name.text()).stream();
    }

    private static List<Manifest> pods(List<Manifest> resources) {
        return resources.stream()
                .filter(resource -> WITH_PODS.contains(resource.kind()))
                .map(resource -> resource.at(POD))
                .toList();
    }

    private static Manifest one(List<Manifest> resources, String kind, String name) {
        List<Manifest> found =
                resources.stream()
                        .filter(resource -> resource.kind().equals(kind))
                        .filter(resource -> resource.name().equals(name))
                        .toList();
        assertThat(found).as("%s %s", kind, name).hasSize(1);
        return found.getFirst();
    }

    private static List<Manifest> rendered(Overlay overlay) {
        assumeThat(KUBECTL).as("a kubectl with kustomize 5 on the PATH").isPresent();
        return RENDERED.computeIfAbsent(overlay, it -> it.render(KUBECTL.orElseThrow()));
    }
}
