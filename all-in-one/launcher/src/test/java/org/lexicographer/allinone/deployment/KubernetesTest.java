package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.process.Service;

/** What {@code kubectl kustomize} makes of {@code k8s}. */
class KubernetesTest {

    private static final Object[] POD = Rendered.POD;

    /**
     * What whoever installs the base or an overlay brings along, by docs/kubernetes.md; for dev all
     * that README's walk creates, for prod what ExternalSecrets fetch from elsewhere.
     */
    private static final Map<Overlay, Set<String>> BROUGHT_ALONG =
            Map.of(
                    Overlay.BASE, Set.of("Secret/access-keys", "Secret/object-store-credentials"),
                    Overlay.DEV, Set.of("Secret/object-store-credentials"),
                    Overlay.GPU, Set.of("Secret/access-keys", "Secret/object-store-credentials"),
                    Overlay.PROD, Set.of());

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void everyServiceIsDeployedOnItsUsualPort(Overlay overlay) {
        // When
        Rendered resources = Rendered.of(overlay);

        // Then
        for (Service service : Service.values()) {
            Manifest deployment = resources.one("Deployment", service.folder());
            Manifest container = deployment.at(POD).at("containers", 0);
            assertThat(container.at("ports", 0, "containerPort").number())
                    .isEqualTo(service.usualPort());
            assertThat(container.at("image").text())
                    .startsWith("lexicographer/" + service.folder() + ":");
            Manifest port = resources.one("Service", service.folder()).at("spec", "ports", 0);
            assertThat(port.at("port").number()).isEqualTo(service.usualPort());
            assertThat(port.at("targetPort").text())
                    .isEqualTo(container.at("ports", 0, "name").text());
        }
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void everyPodIsRestrictedAndHasAnAccountWithoutAToken(Overlay overlay) {
        // When
        Rendered resources = Rendered.of(overlay);

        // Then
        assertThat(resources.pods())
                .isNotEmpty()
                .allSatisfy(
                        pod -> {
                            assertThat(pod.at("automountServiceAccountToken").tree())
                                    .isEqualTo(false);
                            assertThat(pod.at("enableServiceLinks").tree()).isEqualTo(false);
                            assertThat(pod.at("securityContext", "runAsNonRoot").tree())
                                    .isEqualTo(true);
                            Manifest account =
                                    resources.one(
                                            "ServiceAccount", pod.at("serviceAccountName").text());
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
                                .filter(resource -> Rendered.WITH_PODS.contains(resource.kind()))
                                .map(resource -> resource.at(POD).at("serviceAccountName").text()))
                .doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void everyPodSaysWhatItTakesAndEveryFolderHowLargeItGets(Overlay overlay) {
        // When
        List<Manifest> pods = Rendered.of(overlay).pods();

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
        Rendered resources = Rendered.of(overlay);

        // Then
        for (Service service : Service.values()) {
            Manifest container =
                    resources.one("Deployment", service.folder()).at(POD).at("containers", 0);
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
        Rendered resources = Rendered.of(overlay);

        // Then
        for (Service service : Service.values()) {
            Manifest budget = resources.one("PodDisruptionBudget", service.folder());
            Manifest deployment = resources.one("Deployment", service.folder());
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
        Rendered resources = Rendered.of(overlay);

        // Then
        Manifest denial = resources.one("NetworkPolicy", "default-deny").at("spec");
        assertThat(denial.at("policyTypes").tree()).isEqualTo(List.of("Ingress", "Egress"));
        assertThat(denial.find("ingress")).isEmpty();
        assertThat(denial.find("egress")).isEmpty();
        Manifest selected = denial.at("podSelector", "matchLabels");
        for (Service service : Service.values()) {
            Manifest template =
                    resources.one("Deployment", service.folder()).at("spec", "template");
            assertThat(template.at("metadata", "labels").values())
                    .containsAllEntriesOf(selected.values());
        }
    }

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void whatIsReferredToIsThereOrBroughtAlong(Overlay overlay) {
        // When
        Rendered resources = Rendered.of(overlay);

        // Then
        assertThat(References.broughtAlong(resources)).isEqualTo(BROUGHT_ALONG.get(overlay));
    }

    @Test
    void servicesThatCalculateHaveOneGpuEachAndNoSecondPodThatWaitsForOne() {
        // When
        Rendered resources = Rendered.of(Overlay.GPU);

        // Then
        for (Service service : Service.values()) {
            Manifest deployment = resources.one("Deployment", service.folder());
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
    void secretsThatAreFetchedHaveTheKeysThatAreRead() {
        // When
        Rendered resources = Rendered.of(Overlay.PROD);
        String readByPages =
                resources.pod(Service.EVALUATION).at("containers", 0, "env").elements().stream()
                        .flatMap(variable -> variable.find("valueFrom", "secretKeyRef").stream())
                        .filter(key -> key.at("name").text().equals("oidc-client"))
                        .map(key -> key.at("key").text())
                        .collect(Collectors.joining());
        Path keys = Path.of(resources.settings().get("ACCESS_KEYS_FILE"));

        // Then
        assertThat(fetched(resources, "oidc-client")).containsExactly(readByPages);
        assertThat(fetched(resources, "access-keys"))
                .containsExactly(keys.getFileName().toString());
        assertThat(fetched(resources, "lexicographer-tls")).containsExactly("tls.crt", "tls.key");
        assertThat(resources.ofKind("ExternalSecret"))
                .hasSize(3)
                .allSatisfy(
                        secret -> {
                            assertThat(secret.at("apiVersion").text())
                                    .isEqualTo("external-secrets.io/v1");
                            assertThat(secret.at("spec", "target", "name").text())
                                    .isEqualTo(secret.name());
                            assertThat(secret.find("spec", "secretStoreRef", "name")).isPresent();
                        });
    }

    private static List<String> fetched(Rendered resources, String secret) {
        return resources.one("ExternalSecret", secret).at("spec", "data").elements().stream()
                .map(part -> part.at("secretKey").text())
                .toList();
    }
}
