package org.lexicographer.runstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.objectstore.ObjectStore;
import org.lexicographer.runstore.NameClaims.Kind;

class NameClaimsTest {

    private final ObjectStore objects = new InMemoryObjectStore("bucket");
    private final NameClaims names = new NameClaims(objects);

    @Test
    void aNameBelongsToWhatClaimedItFirst() {
        assertThat(names.claim("demo", Kind.IMPORT)).isEqualTo(Kind.IMPORT);

        assertThat(names.claim("demo", Kind.RUN)).isEqualTo(Kind.IMPORT);
        assertThat(names.claim("demo", Kind.IMPORT)).isEqualTo(Kind.IMPORT);
        assertThat(names.claim("other", Kind.RUN)).isEqualTo(Kind.RUN);
        assertThat(names.claim("other", Kind.IMPORT)).isEqualTo(Kind.RUN);
    }

    @Test
    void aNameNobodyHasClaimedIsFree() {
        assertThat(names.holder("demo")).isEmpty();
    }

    @Test
    void aNameDoesNotBelongToWhatHasALongerOne() {
        objects.put("dictionaries/demo-2/layers.0.mlp.out/a/step-0000000001/config.json", bytes());
        objects.put("runs/demo-2/run.json", bytes());

        assertThat(names.holder("demo")).isEmpty();
    }

    @Test
    void aRunFromBeforeThereWereClaimsHasItsName() {
        objects.put("runs/old/run.json", bytes());
        objects.put("dictionaries/old/layers.0.mlp.out/a/step-0000000001/config.json", bytes());

        assertThat(names.holder("old")).contains(Kind.RUN);
        assertThat(names.claim("old", Kind.IMPORT)).isEqualTo(Kind.RUN);
    }

    @Test
    void anImportFromBeforeThereWereClaimsHasItsName() {
        objects.put("dictionaries/old/layers.0.mlp.out/a/step-0000000001/config.json", bytes());

        assertThat(names.holder("old")).contains(Kind.IMPORT);
        assertThat(names.claim("old", Kind.RUN)).isEqualTo(Kind.IMPORT);
    }

    @Test
    void ofManyThatClaimANameAtOnceAllGetTheSameAnswer() throws Exception {
        Set<Kind> winners = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Kind>> claims = new ArrayList<>();
            for (int n = 0; n < 64; n++) {
                Kind kind = n % 2 == 0 ? Kind.RUN : Kind.IMPORT;
                claims.add(threads.submit(() -> names.claim("demo", kind)));
            }
            for (Future<Kind> claim : claims) {
                winners.add(claim.get());
            }
        }

        assertThat(winners).hasSize(1);
    }

    private static byte[] bytes() {
        return new byte[] {'{', '}'};
    }
}
