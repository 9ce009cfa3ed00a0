package org.lexicographer.eval.nearest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.lexicographer.dictionary.architecture.IdentityDictionary;
import org.lexicographer.dictionary.architecture.StandardDictionary;
import org.lexicographer.eval.latent.result.LatentDetails.CloseLatent;
import org.lexicographer.eval.nearest.DictionaryPair.Member;
import org.lexicographer.eval.service.StoredRun;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStat;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

class NearestWorkTest {

    /** float32 products of unit vectors of 16 components. */
    private static final double ROUNDING = 1e-6;

    private static final Duration CLAIM = Duration.ofMinutes(1);

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final NearestStore nearest = new NearestStore(objects);
    private final StoredRun run = new StoredRun(objects, "run");
    private final NDManager manager = NDManager.newBaseManager();
    private Instant now = Instant.EPOCH;

    @AfterEach
    void release() {
        manager.close();
    }

    private static Member member(DictionaryCheckpoint checkpoint) {
        return new Member(checkpoint.dictionary(), checkpoint.step());
    }

    /** Latent i of the second is latent 31 - i of the first, with half the length. */
    private static StandardDictionary reversed(StandardDictionary dictionary) {
        NDArray encoder = dictionary.encoderWeight().flip(1).mul(0.5f); // (D, F)
        NDArray decoder = dictionary.decoderWeight().flip(0).mul(0.5f); // (F, D)
        NDArray encoderBias = encoder.getManager().zeros(new Shape(32)); // (F)
        return new StandardDictionary(
                encoder, encoderBias, decoder, dictionary.decoderBias(), false);
    }

    /** Three dictionaries at one site and one at another, which is compared with none. */
    private List<DictionaryPair> wanted() {
        StandardDictionary first = StoredRun.random(manager, false);
        List<Member> members =
                List.of(
                        member(run.saved("first", first)),
                        member(run.saved("second", reversed(first))),
                        member(run.saved("third", StoredRun.random(manager, true))),
                        member(run.saved("elsewhere", first, StoredRun.MLP_IN, StoredRun.MLP_OUT)));
        List<DictionaryPair> pairs = DictionaryPair.among(members);
        pairs.forEach(nearest::want);
        return pairs;
    }

    private NearestWork replica(String owner, ObjectStore store) {
        NearestStore own = new NearestStore(store);
        return new NearestWork(
                new DictionaryStore(store), own, own.claims(owner, CLAIM, () -> now));
    }

    private static void compareAll(NearestWork replica) {
        replica.wanted().forEach(replica::compare);
    }

    private Map<String, List<Byte>> stored() {
        Map<String, List<Byte>> found = new HashMap<>();
        for (ObjectStat stat : objects.list("statistics/nearest/").toList()) {
            byte[] bytes = objects.bytes(stat.key());
            found.put(
                    stat.key(), IntStream.range(0, bytes.length).mapToObj(i -> bytes[i]).toList());
        }
        return found;
    }

    @Test
    void aLatentFindsItsTwinInTheOtherDictionary() {
        // Given
        List<DictionaryPair> pairs = wanted();
        assertThat(pairs).hasSize(3);

        // When
        compareAll(replica("one", objects));

        // Then
        Member second = pairs.getFirst().second();
        OtherDictionaries found = nearest.of(second, 30);
        assertThat(found.definitions()).isEqualTo(Map.of("nearestDecoder", 1, "nearestEncoder", 1));
        assertThat(found.others())
                .extracting(other -> other.dictionary().recipe())
                .containsExactly("first", "third");
        OtherDictionaries.Nearest first = found.others().getFirst();
        assertThat(first.decoder()).hasSize(10);
        assertThat(first.decoder().getFirst().latent()).isEqualTo(1);
        assertThat(first.decoder().getFirst().value()).isCloseTo(1, within(ROUNDING));
        assertThat(first.encoder().getFirst().latent()).isEqualTo(1);
        assertThat(nearest.of(pairs.getFirst().first(), 1).others().getFirst().decoder().getFirst())
                .isEqualTo(new CloseLatent(30, first.decoder().getFirst().value()));
        assertThat(objects.list("statistics/pairs/")).isEmpty();
    }

    /** Calls back before each object that is stored where nothing may be. */
    private ObjectStore before(Consumer<String> create) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        NearestWorkTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("putIfAbsent")) {
                                create.accept((String) arguments[0]);
                            }
                            try {
                                return method.invoke(objects, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Test
    void threeReplicasOfWhichOneIsKilledMakeTheSameBytesAsOne() {
        // Given
        List<DictionaryPair> pairs = wanted();
        compareAll(replica("alone", objects));
        Map<String, List<Byte>> alone = stored();
        alone.keySet().forEach(objects::delete);
        pairs.forEach(nearest::want);

        // When: one dies with a claim, another does the rest, a third takes over in the end
        DictionaryPair left = pairs.getFirst();
        NearestWork killed =
                replica(
                        "killed",
                        before(
                                key -> {
                                    if (key.startsWith("statistics/nearest/")) {
                                        throw new Killed();
                                    }
                                }));
        assertThatThrownBy(() -> killed.compare(left)).isInstanceOf(Killed.class);
        nearest.claims("killed", CLAIM, () -> now).claim(left.path());
        NearestWork second = replica("second", objects);
        compareAll(second);
        assertThat(second.wanted()).containsExactly(left);
        now = now.plus(CLAIM);
        compareAll(replica("third", objects));

        // Then
        assertThat(alone).hasSize(3);
        assertThat(stored()).isEqualTo(alone);
        assertThat(objects.list("statistics/pairs/")).isEmpty();
    }

    @Test
    void whatWasComparedOnceIsNotComparedAgain() {
        // Given
        List<DictionaryPair> pairs = wanted();
        compareAll(replica("one", objects));

        // When
        pairs.forEach(nearest::want);

        // Then
        assertThat(replica("one", objects).wanted()).isEmpty();
        assertThat(replica("one", objects).compare(pairs.getFirst())).isFalse();
    }

    /** Takes note of how many bytes each read of a pair gives. */
    private ObjectStore counting(List<Integer> reads) {
        return (ObjectStore)
                Proxy.newProxyInstance(
                        NearestWorkTest.class.getClassLoader(),
                        new Class<?>[] {ObjectStore.class},
                        (_, method, arguments) -> {
                            Object result = method.invoke(objects, arguments);
                            if (result instanceof byte[] bytes
                                    && ((String) arguments[0]).startsWith("statistics/nearest/")) {
                                reads.add(bytes.length);
                            }
                            return result;
                        });
    }

    @Test
    void ofOneLatentNoMoreIsReadThanHeadersAndItsOwnEntries() {
        // Given
        Member member = wanted().getFirst().first();
        compareAll(replica("one", objects));
        List<Integer> reads = Collections.synchronizedList(new ArrayList<>());
        NearestStore counted = new NearestStore(counting(reads));

        // When
        OtherDictionaries found = counted.of(member, 31);

        // Then: of both others, by both measures, how many, which and how near, four bytes each
        assertThat(found).isEqualTo(nearest.of(member, 31));
        assertThat(found.others()).hasSize(2);
        assertThat(reads)
                .containsExactlyInAnyOrder(4096, 4, 40, 40, 4, 40, 40, 4096, 4, 40, 40, 4, 40, 40);
    }

    @Test
    void ofTheNextLatentHeadersAreKnown() {
        // Given
        Member member = wanted().getFirst().first();
        compareAll(replica("one", objects));
        List<Integer> reads = Collections.synchronizedList(new ArrayList<>());
        NearestStore counted = new NearestStore(counting(reads));
        counted.of(member, 31);
        reads.clear();

        // When
        OtherDictionaries found = counted.of(member, 30);

        // Then
        assertThat(found).isEqualTo(nearest.of(member, 30));
        assertThat(reads).containsExactly(40, 40, 40, 40, 40, 40, 40, 40);
    }

    @Test
    void aLatentIsShownAsTheWholeTableHasIt() {
        // Given
        DictionaryPair pair = wanted().getFirst();
        compareAll(replica("one", objects));

        // When
        NearestTable whole =
                nearest.find(pair)
                        .orElseThrow()
                        .of(pair.second().dictionary(), NearestDefinition.ENCODER)
                        .orElseThrow();

        // Then
        for (int latent = 0; latent < whole.size(); latent++) {
            List<CloseLatent> shown =
                    nearest.of(pair.second(), latent).others().getFirst().encoder();
            for (int rank = 0; rank < whole.kept(); rank++) {
                int place = latent * whole.kept() + rank;
                assertThat(shown.get(rank))
                        .isEqualTo(new CloseLatent(whole.latents()[place], whole.cosines()[place]));
            }
        }
    }

    @Test
    void aFailureGivesWayToWhatALaterTryFinds() {
        // Given
        List<DictionaryPair> pairs = wanted();
        compareAll(replica("alone", objects));
        Map<String, List<Byte>> sound = stored();
        sound.keySet().forEach(objects::delete);
        NearestWork replica = replica("one", objects);
        pairs.forEach(pair -> replica.giveUp(pair, "out of memory"));
        assertThat(replica.wanted()).isEmpty();
        assertThat(nearest.of(pairs.getFirst().first(), 0).others().getFirst().failure())
                .contains("out of memory");

        // When
        pairs.forEach(nearest::want);
        compareAll(replica);

        // Then: no later failure takes its place
        assertThat(stored()).isEqualTo(sound);
        replica.giveUp(pairs.getFirst(), "out of memory");
        assertThat(stored()).isEqualTo(sound);
    }

    @Test
    void theLastReasonOfSeveralIsKept() {
        // Given
        DictionaryPair pair = wanted().getFirst();
        NearestWork replica = replica("one", objects);

        // When
        replica.giveUp(pair, "out of memory");
        replica.giveUp(pair, "out of luck");

        // Then
        assertThat(nearest.find(pair).orElseThrow().failure()).contains("out of luck");
    }

    @Test
    void aDictionaryWithoutDirectionsSaysSo() {
        // Given
        Member sound = member(run.saved("sound", StoredRun.random(manager, false)));
        Member identity = member(run.saved("identity", new IdentityDictionary(16)));
        nearest.want(DictionaryPair.of(sound, identity));

        // When
        compareAll(replica("one", objects));

        // Then
        assertThat(nearest.of(sound, 0).others())
                .singleElement()
                .satisfies(
                        other -> {
                            assertThat(other.decoder()).isEmpty();
                            assertThat(other.failure().orElseThrow())
                                    .startsWith("no directions to compare")
                                    .endsWith("found=IdentityDictionary");
                        });
    }

    @Test
    void decodersOfDifferentSitesAreNotCompared() {
        // Given
        StandardDictionary dictionary = StoredRun.random(manager, false);
        Member autoencoder =
                member(run.saved("own", dictionary, StoredRun.MLP_IN, StoredRun.MLP_IN));
        Member transcoder =
                member(run.saved("other", dictionary, StoredRun.MLP_IN, StoredRun.MLP_OUT));
        nearest.want(DictionaryPair.of(autoencoder, transcoder));

        // When
        compareAll(replica("one", objects));

        // Then
        OtherDictionaries.Nearest found = nearest.of(autoencoder, 7).others().getFirst();
        assertThat(found.decoder()).isEmpty();
        assertThat(found.encoder().getFirst().latent()).isEqualTo(7);
    }
}
