package org.lexicographer.objectstore.hub;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.objectstore.RefusedObjectStoreException;
import org.lexicographer.objectstore.RetryableObjectStoreException;
import org.lexicographer.objectstore.hub.HubRepository.Kind;
import org.lexicographer.objectstore.retry.RetryPolicy;
import org.lexicographer.testing.HubServer;
import org.lexicographer.testing.HubServer.Fault;
import org.lexicographer.testing.HubServer.Request;

class HubStoreTest {

    private static final HubRepository MODEL = new HubRepository(Kind.MODELS, "owner/model");
    private static final String TOKEN = "secret-token";
    private static final String LARGE = "model.safetensors";
    private static final byte[] SMALL_CONTENT = "{\"model_type\": \"gpt2\"}".getBytes(UTF_8);
    private static final byte[] LARGE_CONTENT = large();

    private final HubServer server = HubServer.start();
    private final TestClock clock = new TestClock();
    private final InMemoryObjectStore objects = new InMemoryObjectStore("bucket");
    private final HubStore store = new HubStore(objects, hub(settings(Optional.of(TOKEN))), clock);
    private String commit;

    private static byte[] large() {
        byte[] content = new byte[300_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31 + i / 251);
        }
        return content;
    }

    @BeforeEach
    void putModel() {
        commit = server.put("models/owner/model", files());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Map<String, byte[]> files() {
        Map<String, byte[]> files = new HashMap<>();
        files.put("config.json", SMALL_CONTENT);
        files.put(LARGE, LARGE_CONTENT);
        files.put("onnx/model with spaces+plus.onnx", SMALL_CONTENT);
        files.put("empty.txt", new byte[0]);
        files.put("README.md", SMALL_CONTENT);
        return files;
    }

    private HubSettings settings(Optional<String> token) {
        return new HubSettings(
                server.endpoint(),
                token,
                Set.of(server.host()),
                false,
                Duration.ofSeconds(60),
                RetryPolicy.STANDARD);
    }

    private Hub hub(HubSettings settings) {
        return new Hub(settings, clock);
    }

    private String wholeModel() {
        return store.folder(MODEL, commit, "model", HubTree::files);
    }

    private String largePath() {
        return "/owner/model/resolve/%s/%s".formatted(commit, LARGE);
    }

    private byte[] stored(String path) {
        return objects.bytes("hub/models/owner/model/%s/%s".formatted(commit, path));
    }

    private List<String> keys() {
        try (var listed = objects.list("")) {
            return listed.map(ObjectStat::key).toList();
        }
    }

    @Test
    void branchMeansACommit() {
        assertThat(store.hub().commit(MODEL, "main")).isEqualTo(commit);
    }

    @Test
    void commitIsNotAskedFor() {
        String other = "0123456789abcdef0123456789abcdef01234567";

        assertThat(store.hub().commit(MODEL, other)).isEqualTo(other);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void listingHasAllPages() {
        assertThat(store.tree(MODEL, commit).files())
                .extracting(HubFile::path)
                .containsExactlyElementsOf(new TreeMap<>(files()).keySet());
    }

    @Test
    void folderIsStoredUnderItsCommit() {
        assertThat(wholeModel()).isEqualTo("hub/models/owner/model/" + commit + "/");

        files().forEach((path, content) -> assertThat(stored(path)).isEqualTo(content));
        assertThat(keys())
                .hasSize(files().size() + 1)
                .contains("hub/manifests/models/owner/model/" + commit + "/model.json");
    }

    @Test
    void whatIsStoredIsReadWithoutTheHub() {
        wholeModel();
        String file = store.file(MODEL, commit, "config.json");
        server.close();

        assertThat(wholeModel()).isEqualTo(HubStore.prefix(MODEL, commit));
        assertThat(store.file(MODEL, commit, "config.json")).isEqualTo(file);
    }

    @Test
    void datasetIsApartFromAModelOfItsName() {
        String data = server.put("datasets/owner/model", Map.of("data/a b.jsonl", SMALL_CONTENT));
        HubRepository dataset = new HubRepository(Kind.DATASETS, "owner/model");

        String key = store.file(dataset, data, "data/a b.jsonl");

        assertThat(key).isEqualTo("hub/datasets/owner/model/%s/data/a b.jsonl".formatted(data));
        assertThat(objects.bytes(key)).isEqualTo(SMALL_CONTENT);
    }

    @Test
    void tokenGoesToTheHubAlone() {
        server.put("models/owner/model", files(), Optional.of(TOKEN));

        wholeModel();

        assertThat(server.requests())
                .filteredOn(Request::isHub)
                .extracting(Request::authorization)
                .containsOnly(Optional.of("Bearer " + TOKEN));
        assertThat(server.requests())
                .filteredOn(request -> !request.isHub())
                .isNotEmpty()
                .extracting(Request::authorization)
                .containsOnly(Optional.empty());
    }

    @Test
    void closedRepositoryIsRefusedWithWhatItNeeds() {
        server.put("models/owner/model", files(), Optional.of(TOKEN));
        HubStore without = new HubStore(objects, hub(settings(Optional.empty())), clock);

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> without.file(MODEL, commit, LARGE))
                .withMessageContaining("status=401")
                .withMessageContaining("GatedRepo")
                .withMessageContaining("needs a token with access")
                .withMessageContaining("token=none");
        assertThat(clock.pauses()).isEmpty();
        assertThat(keys()).isEmpty();
    }

    @Test
    void unknownRepositoryIsRefused() {
        HubRepository other = new HubRepository(Kind.MODELS, "owner/other");

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.hub().commit(other, "main"))
                .withMessageContaining("hub has no such thing: status=404, code=RepoNotFound")
                .withMessageContaining("models/owner/other");
    }

    @Test
    void unknownFileIsRefused() {
        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.file(MODEL, commit, "nothing.bin"))
                .withMessage(
                        "no such file: path=nothing.bin, repository=hf://owner/model@" + commit);
    }

    @Test
    void transferThatIsCutIsContinuedWhereItBroke() {
        server.failStorage(largePath(), new Fault.Cut(70_000));

        store.file(MODEL, commit, LARGE);

        assertThat(stored(LARGE)).isEqualTo(LARGE_CONTENT);
        assertThat(server.requests())
                .filteredOn(request -> !request.isHub())
                .extracting(request -> request.range().isPresent())
                .containsExactly(false, true);
    }

    @Test
    void smallTransferThatIsCutIsContinued() {
        server.fail("/owner/model/resolve/%s/config.json".formatted(commit), new Fault.Cut(5));

        store.file(MODEL, commit, "config.json");

        assertThat(stored("config.json")).isEqualTo(SMALL_CONTENT);
    }

    @Test
    void serverWithoutRangesIsReadFromTheBeginning() {
        server.fail(
                "/owner/model/resolve/%s/config.json".formatted(commit),
                new Fault.Cut(5),
                new Fault.WholeAnyway());

        store.file(MODEL, commit, "config.json");

        assertThat(stored("config.json")).isEqualTo(SMALL_CONTENT);
    }

    @Test
    void hubThatWantsToBeLeftAloneIsAskedLater() {
        server.fail(
                "/api/models/owner/model/revision/main",
                new Fault.Status(429, "Retry-After", "17"),
                new Fault.Status(503, "X-Error-Message", "busy"));

        assertThat(store.hub().commit(MODEL, "main")).isEqualTo(commit);
        assertThat(clock.pauses()).containsExactly(Duration.ofSeconds(17), Duration.ofMillis(200));
    }

    @Test
    void hubThatStaysAwayIsAnOutage() {
        Fault[] always =
                IntStream.range(0, 200)
                        .mapToObj(i -> new Fault.Status(502, "X-Error-Message", "gateway"))
                        .toArray(Fault[]::new);
        server.fail("/api/models/owner/model/revision/main", always);

        assertThatExceptionOfType(RetryableObjectStoreException.class)
                .isThrownBy(() -> store.hub().commit(MODEL, "main"))
                .withMessageContaining("hub did not answer: attempts=")
                .withMessageContaining("status=502, message=gateway");
    }

    @Test
    void longWaitIsNotBegun() {
        server.fail(
                "/api/models/owner/model/revision/main",
                new Fault.Status(429, "Retry-After", "86400"));

        assertThatExceptionOfType(RetryableObjectStoreException.class)
                .isThrownBy(() -> store.hub().commit(MODEL, "main"));
        assertThat(clock.pauses()).isEmpty();
    }

    @Test
    void hubThatWantsToBeLeftAloneIsNotAskedBefore() {
        server.fail(
                "/api/models/owner/model/revision/main",
                new Fault.Status(429, "Retry-After", "300"));
        for (int job = 0; job < 3; job++) {
            assertThatExceptionOfType(RetryableObjectStoreException.class)
                    .isThrownBy(() -> store.hub().commit(MODEL, "main"));
        }
        assertThat(server.requests()).hasSize(1);

        clock.sleep(Duration.ofSeconds(299));

        assertThat(store.hub().commit(MODEL, "main")).isEqualTo(commit);
        assertThat(clock.now()).isEqualTo(Duration.ofSeconds(300));
    }

    @Test
    void damageOnTheWayIsMendedByAnotherTransfer() {
        server.fail("/owner/model/resolve/%s/config.json".formatted(commit), new Fault.Damage());

        store.file(MODEL, commit, "config.json");

        assertThat(stored("config.json")).isEqualTo(SMALL_CONTENT);
    }

    @Test
    void fileThatIsNotItsDigestIsRefusedAndNotStored() {
        server.fail(
                "/owner/model/resolve/%s/config.json".formatted(commit),
                new Fault.Damage(),
                new Fault.Damage());

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.file(MODEL, commit, "config.json"))
                .withMessageContaining("has another digest: expected GIT_BLOB=")
                .withMessageContaining("config.json");
        assertThat(keys()).isEmpty();
    }

    @Test
    void fileThatIsShorterThanListedIsRefused() {
        server.fail("/owner/model/resolve/%s/config.json".formatted(commit), new Fault.Short());

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.file(MODEL, commit, "config.json"))
                .withMessageContaining(
                        "not as long as it was listed: expected bytes=%d, found=%d"
                                .formatted(SMALL_CONTENT.length, SMALL_CONTENT.length - 1));
        assertThat(keys()).isEmpty();
    }

    @Test
    void pathThatLeadsOutIsRefusedAloneAndForItsReason() {
        Map<String, byte[]> odd = files();
        odd.put("../../runs/run.json", SMALL_CONTENT);
        odd.put("a//b.json", SMALL_CONTENT);
        odd.put("long/" + "x".repeat(700), SMALL_CONTENT);
        commit = server.put("models/owner/model", odd);

        assertThat(store.tree(MODEL, commit).files())
                .extracting(HubFile::path)
                .containsExactlyElementsOf(new TreeMap<>(files()).keySet());
        assertRefused(
                "../../runs/run.json",
                "path of the hub leads out of its repository: path=../../runs/run.json");
        assertRefused("a//b.json", "path of the hub leads out of its repository: path=a//b.json");
        assertRefused(
                "long/" + "x".repeat(700),
                "path of the hub too long: most=700 characters, found=705: path=long/"
                        + "x".repeat(695));
        assertThat(keys()).isEmpty();
    }

    private void assertRefused(String path, String rule) {
        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.file(MODEL, commit, path))
                .withMessage(rule);
        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.tree(MODEL, commit).file(path))
                .withMessage(rule);
    }

    @Test
    void filesOfACommitAreListedOnce() {
        files().keySet().forEach(path -> store.file(MODEL, commit, path));

        assertThat(listings(commit)).isEqualTo(2);
        String next = server.put("models/owner/model", Map.of("config.json", LARGE_CONTENT));
        store.file(MODEL, next, "config.json");
        assertThat(listings(next)).isEqualTo(1);
    }

    private long listings(String ofCommit) {
        return server.requests().stream()
                .filter(request -> request.path().endsWith("/tree/" + ofCommit))
                .count();
    }

    @Test
    void redirectToAHostThatNobodyNamedIsRefused() {
        server.fail(
                largePath(), new Fault.Status(302, "Location", "http://elsewhere.test/x?key=1"));

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.file(MODEL, commit, LARGE))
                .withMessageContaining("hub.redirect-hosts does not name")
                .withMessageContaining("found=http://elsewhere.test/x,");
    }

    @Test
    void redirectsInACircleEnd() {
        String path = "/api/models/owner/model/revision/main";
        Fault[] circle =
                IntStream.range(0, 6)
                        .mapToObj(i -> new Fault.Status(307, "Location", path))
                        .toArray(Fault[]::new);
        server.fail(path, circle);

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> store.hub().commit(MODEL, "main"))
                .withMessageContaining("too many redirects: most=5");
    }

    @Test
    void offlineNothingIsAsked() {
        HubSettings offline =
                new HubSettings(
                        server.endpoint(),
                        Optional.empty(),
                        Set.of(),
                        true,
                        Duration.ofSeconds(60),
                        RetryPolicy.STANDARD);

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(() -> hub(offline).commit(MODEL, "main"))
                .withMessageContaining("hub.offline=true");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void replicaWaitsForAnotherThatFetches() {
        String claim = "hub/claims/models/owner/model/%s/config.json".formatted(commit);
        objects.put(claim, "another replica".getBytes(UTF_8));
        clock.whenSomebodyWaits(
                () ->
                        objects.put(
                                "hub/models/owner/model/%s/config.json".formatted(commit),
                                SMALL_CONTENT));

        store.file(MODEL, commit, "config.json");

        assertThat(server.requests()).isEmpty();
        assertThat(keys()).contains(claim);
    }

    private HubStore.Folder fetched(HubStore from, String name) {
        from.folder(MODEL, commit, name, HubTree::files);
        return from.folders().stream()
                .filter(folder -> folder.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Does something after each change of an object. */
    private HubStore telling(BiConsumer<String, Object> after) {
        ObjectStore told =
                (ObjectStore)
                        Proxy.newProxyInstance(
                                HubStoreTest.class.getClassLoader(),
                                new Class<?>[] {ObjectStore.class},
                                (_, method, arguments) -> {
                                    try {
                                        Object result = method.invoke(objects, arguments);
                                        if (arguments != null) {
                                            after.accept(method.getName(), arguments[0]);
                                        }
                                        return result;
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
        return new HubStore(told, hub(settings(Optional.of(TOKEN))), clock);
    }

    @Test
    void selectionWhoseFileWentWhileItWasFetchedIsFetchedAgain() {
        HubStore.Folder model = fetched(store, "model");
        store.forget(model);
        boolean[] removed = {false};
        HubStore second =
                telling(
                        (method, key) -> {
                            // Its files are there, and nothing says yet that it needs them.
                            if (method.equals("stat")
                                    && !removed[0]
                                    && key.toString().endsWith("hub/models/" + lastFile())) {
                                removed[0] = true;
                                store.remove(model);
                            }
                        });

        fetched(second, "folder/all");

        assertThat(removed[0]).isTrue();
        files().forEach((path, content) -> assertThat(stored(path)).isEqualTo(content));
    }

    private String lastFile() {
        return "owner/model/%s/%s".formatted(commit, new TreeMap<>(files()).lastKey());
    }

    @Test
    void selectionThatWasFetchedWhileItsFileWentIsForgotten() {
        HubStore.Folder model = fetched(store, "model");
        store.forget(model);
        String manifest = "hub/manifests/models/owner/model/%s/folder/all.json".formatted(commit);
        fetched(store, "folder/all");
        byte[] json = objects.bytes(manifest);
        objects.delete(manifest);
        HubStore removing =
                telling(
                        (method, _) -> {
                            if (method.equals("deleteAll")) {
                                objects.put(manifest, json);
                            }
                        });

        assertThat(removing.remove(model)).hasSize(files().size());

        assertThat(store.hasFolder(MODEL, commit, "folder/all")).isFalse();
    }

    @Test
    void claimOfAReplicaThatDiedIsTakenOver() {
        objects.put(
                "hub/claims/models/owner/model/%s/config.json".formatted(commit),
                "dead".getBytes(UTF_8));

        store.file(MODEL, commit, "config.json");

        assertThat(keys())
                .containsExactly("hub/models/owner/model/%s/config.json".formatted(commit));
        assertThat(clock.now()).isGreaterThan(Duration.ofSeconds(90));
    }

    @Test
    void claimOfAReplicaThatIsAliveIsLeftAlone() {
        String claim = "hub/claims/models/owner/model/%s/config.json".formatted(commit);
        objects.put(claim, "beat 0".getBytes(UTF_8));
        clock.whenSomebodyWaits(
                () -> {
                    boolean late = clock.now().compareTo(Duration.ofMinutes(10)) > 0;
                    objects.put(
                            late
                                    ? "hub/models/owner/model/%s/config.json".formatted(commit)
                                    : claim,
                            clock.now().toString().getBytes(UTF_8));
                });

        store.file(MODEL, commit, "config.json");

        assertThat(server.requests()).isEmpty();
    }

    @Test
    void tokenIsNotPrinted() {
        assertThat(settings(Optional.of(TOKEN)).toString())
                .contains("token=set")
                .doesNotContain(TOKEN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf_a\nb", "\ufeffhf_ab", "hf_a\u200bb", "hf_a b", "hf_\u00fcb"})
    void tokenThatIsNoneIsRefusedWithoutShowingIt(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> settings(Optional.of(token)))
                .withMessageContaining("hub's token has a character that no token has")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hf_"));
    }

    @Test
    void userInTheHubsAddressIsNotPrinted() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", "https://me:word@hub.test")))
                .withMessageEndingWith("found=https://hub.test");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/models/owner/model/revision/main, Location, 302",
        "/api/models/owner/model/tree, Link, 200"
    })
    void signatureOfAnAddressThatIsNoneIsNotPrinted(String path, String header, int status) {
        String address = "http://files.test/my file.bin?X-Signature=secret";
        server.fail(
                path.endsWith("tree") ? path + "/" + commit : path,
                new Fault.Status(
                        status,
                        header,
                        header.equals("Link") ? "<%s>; rel=\"next\"".formatted(address) : address));

        assertThatExceptionOfType(RefusedObjectStoreException.class)
                .isThrownBy(
                        () -> {
                            store.hub().commit(MODEL, "main");
                            store.tree(MODEL, commit);
                        })
                .withMessageContaining("found=http://files.test/my file.bin,")
                .withNoCause();
    }

    @Test
    void tlsIsNotLeft() {
        HubSettings secret =
                new HubSettings(
                        URI.create("https://hub.test"),
                        Optional.empty(),
                        Set.of(".files.test"),
                        false,
                        Duration.ofSeconds(60),
                        RetryPolicy.STANDARD);

        assertThat(secret.isAllowed(URI.create("https://a.files.test/x"))).isTrue();
        assertThat(secret.isAllowed(URI.create("http://a.files.test/x"))).isFalse();
        assertThat(secret.isAllowed(URI.create("https://files.test.evil/x"))).isFalse();
        assertThat(secret.isHub(URI.create("https://hub.test:8443/x"))).isFalse();
        assertThat(secret.isHub(URI.create("http://hub.test/x"))).isFalse();
    }
}
