package org.lexicographer.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.runstore.NameClaims.Kind;
import org.lexicographer.runstore.RunAdmission.Admitted;
import org.lexicographer.runstore.RunAdmission.Refused;

class StoredRunsTest {

    private static final RunSpec SPEC = Specs.of("demo", 4);
    private static final RunSpec OTHER = Specs.of("demo", 5);

    private final ObjectStore objects = new InMemoryObjectStore("bucket");
    private final StoredRuns runs = new StoredRuns(objects);

    @Test
    void theFirstSpecOfANameIsStoredAndStays() {
        assertThat(runs.admit(SPEC)).isEqualTo(new Admitted(SPEC));
        assertThat(runs.admit(SPEC)).isEqualTo(new Admitted(SPEC));

        assertThat(runs.admit(OTHER))
                .isEqualTo(
                        new Refused(Optional.of(SPEC), "run exists with another spec: run=demo"));
        assertThat(runs.find("demo")).contains(SPEC);
        assertThat(runs.all()).containsExactly(SPEC);
    }

    @Test
    void checkingStoresNothing() {
        assertThat(runs.check(SPEC)).isEqualTo(new Admitted(SPEC));

        assertThat(objects.list("")).isEmpty();
    }

    @Test
    void aRunDoesNotTakeTheNameOfAnImport() {
        new NameClaims(objects).claim("demo", Kind.IMPORT);

        Refused refused = new Refused(Optional.empty(), "name is that of an import: run=demo");
        assertThat(runs.check(SPEC)).isEqualTo(refused);
        assertThat(runs.admit(SPEC)).isEqualTo(refused);
        assertThat(runs.find("demo")).isEmpty();
    }

    @Test
    void aRunFromBeforeThereWereClaimsIsAdmittedAgainAsItIs() {
        objects.put(ObjectKeys.runSpec("demo"), SPEC.toJson());

        assertThat(runs.admit(SPEC)).isEqualTo(new Admitted(SPEC));
        assertThat(runs.admit(OTHER).run()).contains(SPEC);
    }

    @Test
    void aClaimWhoseSpecWasNotStoredIsCompletedByTheNextAttempt() {
        new NameClaims(objects).claim("demo", Kind.RUN);

        assertThat(runs.admit(SPEC)).isEqualTo(new Admitted(SPEC));
        assertThat(runs.find("demo")).contains(SPEC);
    }

    @Test
    void aSpecThatCannotBeReadHoldsItsName() {
        objects.put(ObjectKeys.runSpec("demo"), new byte[] {'{'});

        RunAdmission admission = runs.admit(SPEC);

        assertThat(admission).isInstanceOf(Refused.class);
        assertThat(admission.run()).isEmpty();
        assertThat(runs.all()).isEmpty();
    }

    @Test
    void ofManySpecsAdmittedAtOnceOneIsTheRun() throws Exception {
        Set<Optional<RunSpec>> found = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<RunSpec> specs =
                    IntStream.range(1, 33).mapToObj(n -> Specs.of("demo", n)).toList();
            var answers =
                    specs.stream().map(spec -> threads.submit(() -> runs.admit(spec))).toList();
            for (var answer : answers) {
                found.add(answer.get().run());
            }
        }

        assertThat(found).hasSize(1).containsExactly(runs.find("demo"));
    }
}
