package org.lexicographer.allinone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What deploys the services agrees with the services. */
class DeploymentTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));

    @ParameterizedTest
    @EnumSource(Service.class)
    void composePublishesAndChecksEveryServiceOnItsUsualPort(Service service) throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Map<?, ?> described = map(compose, service.folder());

        // Then
        int port = service.usualPort();
        assertThat(described.get("ports"))
                .isEqualTo(List.of("127.0.0.1:%1$d:%1$d".formatted(port)));
        assertThat(map(described, "healthcheck").get("test").toString())
                .contains("/dev/tcp/127.0.0.1/%d ".formatted(port), "/q/health/ready");
        assertThat(map(described, "environment"))
                .hasToString(map(compose, "tokenizer-service").get("environment").toString());
    }

    @ParameterizedTest
    @EnumSource(value = Service.class, names = "TOKENIZER", mode = EnumSource.Mode.EXCLUDE)
    void composeHasAProfileWithGpuForEveryServiceThatCalculates(Service service)
            throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Map<?, ?> onCpu = map(compose, service.folder());
        Map<?, ?> onGpu = map(compose, service.folder() + "-gpu");

        // Then
        assertThat(onCpu.get("profiles")).isEqualTo(List.of("cpu"));
        assertThat(onGpu.get("profiles")).isEqualTo(List.of("gpu"));
        assertThat(map(onGpu, "build")).hasToString("{context=%s, target=gpu}", service.folder());
        assertThat(onGpu.get("deploy").toString()).contains("nvidia");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void theImageRunsThePackagedApplicationOnItsUsualPort(Service service) throws IOException {
        // When
        String image = Files.readString(HOME.resolve(service.folder()).resolve("Dockerfile"));

        // Then
        assertThat(image)
                .contains("EXPOSE %d\n".formatted(service.usualPort()))
                .contains("COPY target/quarkus-app/quarkus-run.jar ./\n")
                .contains("--sun-misc-unsafe-memory-access=allow")
                .doesNotContain("USER root");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void kubernetesRunsEveryServiceOnItsUsualPort(Service service) throws IOException {
        // When
        List<Map<?, ?>> resources = yaml("k8s/" + service.folder() + ".yaml");

        // Then
        assertThat(resources)
                .extracting(resource -> resource.get("kind").toString())
                .containsExactly("Deployment", "Service");
        assertThat(resources)
                .extracting(Object::toString)
                .satisfiesExactly(
                        deployment ->
                                assertThat(deployment)
                                        .contains("containerPort=" + service.usualPort())
                                        .contains("image=" + service.folder()),
                        port -> assertThat(port).contains("port=" + service.usualPort()));
        assertThat(yaml("k8s/kustomization.yaml").getFirst().get("resources").toString())
                .contains(service.folder() + ".yaml");
    }

    private static List<Map<?, ?>> yaml(String file) throws IOException {
        Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
        List<Map<?, ?>> documents = new ArrayList<>();
        for (Object document : yaml.loadAll(Files.readString(HOME.resolve(file)))) {
            documents.add((Map<?, ?>) document);
        }
        return documents;
    }

    private static Map<?, ?> map(Map<?, ?> parent, String key) {
        assertThat(parent.get(key)).as(key).isInstanceOf(Map.class);
        return (Map<?, ?>) parent.get(key);
    }
}
