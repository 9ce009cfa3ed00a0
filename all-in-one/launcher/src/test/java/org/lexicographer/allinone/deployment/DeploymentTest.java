package org.lexicographer.allinone.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.lexicographer.allinone.demo.Demo;
import org.lexicographer.allinone.process.Service;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * {@code docker-compose.yml}, the image file and the base of {@code k8s} agree with the services.
 */
class DeploymentTest {

    private static final Path HOME = Path.of(System.getProperty(Demo.HOME));
    private static final Object[] POD = {"spec", "template", "spec"};
    private static final String MODEL_MEMORY = "LANGUAGE_MODEL_MEMORY";
    private static final String TRAINER_URL = "EVAL_TRAINER_URL";

    private static final String DATASET_CONFIG =
            "service-runtime/src/main/java/org/lexicographer/runtime/DatasetConfig.java";
    private static final Pattern ZSTD_WINDOW = Pattern.compile("@WithDefault\\(\"(\\d+)M\"\\)");
    private static final Pattern MEMORY_LIMIT = Pattern.compile("limits=\\{.*?memory=(\\d+)Gi");

    /** What a JVM takes outside its heap: code, classes, threads, the tokenizer's natives. */
    private static final long BESIDE_THE_HEAP = 256L << 20;

    private static final Pattern DEFAULT = Pattern.compile("^\\$\\{\\w+:-(.*)\\}$");
    private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");
    private static final Pattern PROBE_TIMEOUT = Pattern.compile("timeoutSeconds=(\\d+)");

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
        Map<String, String> own = new TreeMap<>(environment(described));
        own.remove(TimeToLeave.JOBS);
        own.remove(MODEL_MEMORY);
        Map<String, String> expected =
                new TreeMap<>(environment(map(compose, "tokenizer-service")));
        if (service == Service.EVALUATION) {
            expected.put(
                    TRAINER_URL,
                    "http://%s:%d"
                            .formatted(Service.TRAINER.folder(), Service.TRAINER.usualPort()));
        }
        assertThat(own).isEqualTo(expected);
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
        Map<Object, Object> expected = new LinkedHashMap<>(map(map(onCpu, "build"), "args"));
        expected.put("ACCELERATOR", "gpu");
        assertThat(new LinkedHashMap<Object, Object>(map(map(onGpu, "build"), "args")))
                .isEqualTo(expected);
        assertThat(onGpu.get("deploy").toString()).contains("nvidia");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void aContainerOfComposeHasRoomForTheHeapAndTheLanguageModel(Service service)
            throws IOException {
        // When
        Map<?, ?> described =
                map(map(yaml("docker-compose.yml").getFirst(), "services"), service.folder());
        Map<String, String> environment = environment(described);
        environment.replaceAll((name, value) -> unlessSet(value));
        ContainerMemory memory =
                ContainerMemory.of(
                        service, unlessSet(described.get("mem_limit").toString()), environment);

        // Then
        assertThat(memory.promised()).isLessThanOrEqualTo(memory.limit());
    }

    @Test
    void containersOfComposeFitOnALaptop() throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        long together =
                compose.values().stream()
                        .map(described -> (Map<?, ?>) described)
                        .filter(described -> !List.of("gpu").equals(described.get("profiles")))
                        .mapToLong(
                                described ->
                                        ContainerMemory.bytes(
                                                unlessSet(described.get("mem_limit").toString())))
                        .sum();

        // Then
        assertThat(together).isLessThanOrEqualTo(15L << 30);
    }

    /** What compose takes for {@code ${NAME:-default}} where nothing is set. */
    private static String unlessSet(String value) {
        return DEFAULT.matcher(value).replaceFirst("$1");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void composeAndKubernetesUseOneImage(Service service) throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Manifest image =
                base("kustomization").getFirst().at("images").elements().stream()
                        .filter(it -> it.at("name").text().equals(service.folder()))
                        .findFirst()
                        .orElseThrow();

        // Then
        assertThat(map(compose, service.folder()).get("image"))
                .isEqualTo(image.at("newName").text() + ":" + image.at("newTag").text());
    }

    @ParameterizedTest
    @EnumSource(value = Service.class, names = "TOKENIZER", mode = EnumSource.Mode.EXCLUDE)
    void composeAndKubernetesUseOneImageWithCuda(Service service) throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Manifest image =
                Manifest.file(HOME.resolve("k8s/components/gpu/kustomization.yaml"))
                        .getFirst()
                        .at("images")
                        .elements()
                        .stream()
                        .filter(it -> it.at("name").text().endsWith("/" + service.folder()))
                        .findFirst()
                        .orElseThrow();

        // Then
        assertThat(map(compose, service.folder() + "-gpu").get("image"))
                .isEqualTo(image.at("name").text() + ":" + image.at("newTag").text());
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void theTagIsTheVersion(Service service) throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Matcher version = VERSION.matcher(Files.readString(HOME.resolve("pom.xml")));

        // Then
        assertThat(version.find()).isTrue();
        assertThat(map(compose, service.folder()).get("image").toString())
                .endsWith(":" + version.group(1));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void theImageRunsThePackagedApplicationOnItsUsualPort(Service service) throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Map<?, ?> build = map(map(compose, service.folder()), "build");
        String image = Files.readString(HOME.resolve(build.get("dockerfile").toString()));

        // Then
        assertThat(map(build, "args").get("SERVICE")).isEqualTo(service.folder());
        assertThat(map(build, "args").get("PORT")).isEqualTo(service.usualPort());
        assertThat(image)
                .contains("EXPOSE ${PORT}\n")
                .contains("/opt/rehearsal/${SERVICE}/target/quarkus-app/quarkus-run.jar ./\n")
                .contains("--sun-misc-unsafe-memory-access=allow")
                .doesNotContain("USER root");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void kubernetesRunsEveryServiceOnItsUsualPort(Service service) throws IOException {
        // When
        List<Manifest> resources = base(service.folder());

        // Then
        assertThat(resources)
                .extracting(Manifest::kind)
                .containsExactly("ServiceAccount", "Deployment", "Service", "PodDisruptionBudget");
        assertThat(container(service).at("ports", 0, "containerPort").number())
                .isEqualTo(service.usualPort());
        assertThat(container(service).at("image").text()).isEqualTo(service.folder());
        assertThat(resources.get(2).at("spec", "ports", 0, "port").number())
                .isEqualTo(service.usualPort());
        assertThat(base("kustomization").getFirst().at("resources").text())
                .contains(service.folder() + ".yaml");
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void whoeverStopsAContainerOfComposeWaitsUntilItHasLeft(Service service) throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Map<?, ?> described = map(compose, service.folder());
        String jobs = environment(described).getOrDefault(TimeToLeave.JOBS, TimeToLeave.USUAL_JOBS);

        // Then
        assertThat(TimeToLeave.duration(described.get("stop_grace_period").toString()))
                .isGreaterThanOrEqualTo(TimeToLeave.of(jobs));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void nothingIsReportedToTheMakersOfALibrary(Service service) throws IOException {
        // When
        Map<?, ?> compose = map(yaml("docker-compose.yml").getFirst(), "services");
        Map<?, ?> described = map(compose, service.folder());
        String dockerfile = map(described, "build").get("dockerfile").toString();

        // Then
        assertThat(environment(described)).containsEntry("OPT_OUT_TRACKING", "true");
        assertThat(Files.readString(HOME.resolve(dockerfile)))
                .containsPattern("ENV [^#]*\\bOPT_OUT_TRACKING=true\\b");
    }

    private static Map<String, String> environment(Map<?, ?> described) {
        Map<String, String> environment = new TreeMap<>();
        map(described, "environment")
                .forEach((name, value) -> environment.put(name.toString(), value.toString()));
        return environment;
    }

    @Test
    void aTokenizerHasRoomForTheLargestZstdWindowThatItReads() throws IOException {
        // Given
        String deployment = container(Service.TOKENIZER).at("resources").text();

        // When
        long memory = number(MEMORY_LIMIT, deployment) << 30;
        long heap = memory * ContainerMemory.heapPercent(Service.TOKENIZER) / 100;
        long window = zstdWindowMax();

        // Then
        assertThat(memory - heap - BESIDE_THE_HEAP).isGreaterThanOrEqualTo(window);
    }

    private static long number(Pattern number, String text) {
        Matcher found = number.matcher(text);
        assertThat(found.find()).as("%s in %s", number, text).isTrue();
        return Long.parseLong(found.group(1));
    }

    private static long zstdWindowMax() throws IOException {
        Matcher found = ZSTD_WINDOW.matcher(Files.readString(HOME.resolve(DATASET_CONFIG)));
        assertThat(found.find()).as("default in %s", DATASET_CONFIG).isTrue();
        return Long.parseLong(found.group(1)) << 20;
    }

    @Test
    void probesWaitLongerThanAHealthCheckTakes() throws IOException {
        // When
        String pod = base("pod").getFirst().text();

        // Then
        assertThat(PROBE_TIMEOUT.matcher(pod).results().toList())
                .hasSize(3)
                .allSatisfy(
                        timeout ->
                                assertThat(Integer.parseInt(timeout.group(1)))
                                        .isGreaterThanOrEqualTo(2));
    }

    /** A container as its service's file in the base describes it. */
    private static Manifest container(Service service) throws IOException {
        return base(service.folder()).get(1).at(POD).at("containers", 0);
    }

    private static List<Manifest> base(String file) throws IOException {
        return Manifest.file(HOME.resolve("k8s/base").resolve(file + ".yaml"));
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
