package org.lexicographer.eval.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.Site;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

class ImportAccountsTest {

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final ImportAccounts accounts = new ImportAccounts(objects);

    private DictionaryCheckpoint imported(String recipe, int bytes) {
        DictionaryId id = new DictionaryId("theirs", Site.parse("layers.0.mlp.out"), recipe);
        String prefix = ObjectKeys.dictionary(id, 0);
        objects.put(prefix + "config.json", new byte[10]);
        objects.put(prefix + "dictionary.safetensors", new byte[bytes]);
        return new DictionaryCheckpoint(id, 0, 0, true, prefix);
    }

    @Test
    void anOwnerHasTheBytesOfAllThatItHasImported() {
        accounts.add("alice@example.org", imported("first", 100));
        accounts.add("alice@example.org", imported("second", 200));
        accounts.add("bob", imported("third", 1000));

        assertThat(accounts.bytes("alice@example.org", Set.of())).isEqualTo(320);
        assertThat(accounts.bytes("bob", Set.of())).isEqualTo(1010);
        assertThat(accounts.bytes("alice", Set.of())).isZero();
    }

    @Test
    void anImportThatIsAddedTwiceCountsOnce() {
        accounts.add("alice", imported("first", 100));
        accounts.add("alice", imported("first", 100));

        assertThat(accounts.bytes("alice", Set.of())).isEqualTo(110);
    }

    @Test
    void dictionariesThatCountOtherwiseAreLeftOut() {
        DictionaryCheckpoint first = imported("first", 100);
        accounts.add("alice", first);
        accounts.add("alice", imported("second", 200));

        assertThat(accounts.bytes("alice", Set.of(first.dictionary()))).isEqualTo(210);
    }
}
