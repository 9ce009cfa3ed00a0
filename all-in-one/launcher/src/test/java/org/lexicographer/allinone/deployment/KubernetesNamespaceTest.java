package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An installation in a namespace of another name, by an overlay that says so and nothing else. */
class KubernetesNamespaceTest {

    private static final String OURS = "lexicographer";
    private static final String ANOTHER = "blue";

    /** Of these there is one in a cluster. */
    private static final Set<String> WITHOUT_NAMESPACE = Set.of("Namespace");

    /** A label's or a parameter's value, in a query as in a manifest. */
    private static final Pattern NAMESPACE_IN_TEXT =
            Pattern.compile(
                    "(namespace\\W{1,3}|metadata\\.name=)(%1$s|\\$\\([A-Z_]+)\\b|\\.%1$s\\.svc\\b"
                            .formatted(OURS));

    @ParameterizedTest
    @EnumSource(Overlay.class)
    void nothingIsLeftInOrAsksForTheUsualOne(Overlay overlay, @TempDir Path folder)
            throws IOException {
        // Given
        Path here = folder.toRealPath();
        Files.writeString(
                here.resolve("kustomization.yaml"),
                """
                apiVersion: kustomize.config.k8s.io/v1beta1
                kind: Kustomization
                namespace: %s
                resources: [%s]
                """
                        .formatted(ANOTHER, here.relativize(overlay.folder().toRealPath())));

        // When
        Rendered resources = Rendered.of(here);

        // Then
        assertThat(resources.ofKind("Namespace"))
                .extracting(Manifest::name)
                .containsExactly(ANOTHER);
        assertThat(resources.stream())
                .isNotEmpty()
                .allSatisfy(
                        resource -> {
                            assertThat(NAMESPACE_IN_TEXT.matcher(resource.text()).results())
                                    .as("%s %s", resource.kind(), resource.name())
                                    .isEmpty();
                            if (!WITHOUT_NAMESPACE.contains(resource.kind())) {
                                assertThat(resource.at("metadata", "namespace").text())
                                        .isEqualTo(ANOTHER);
                            }
                        });
        assertThat(resources.ofKind("ScaledObject"))
                .allSatisfy(
                        scaled ->
                                assertThat(
                                                scaled.at("spec", "triggers", 0, "metadata")
                                                        .at("query")
                                                        .text())
                                        .contains("namespace=\"" + ANOTHER + "\""));
    }
}
