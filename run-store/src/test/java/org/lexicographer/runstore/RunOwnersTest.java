package org.lexicographer.runstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.lexicographer.objectstore.InMemoryObjectStore;
import org.lexicographer.pipeline.message.RunOwner;

class RunOwnersTest {

    private final InMemoryObjectStore objects = new InMemoryObjectStore("lexicographer");
    private final RunOwners owners = new RunOwners(objects);

    @Test
    void theFirstOwnerOfARunStays() {
        owners.record("run", new RunOwner("alice"));
        owners.record("run", new RunOwner("bob"));

        assertThat(owners.find("run")).contains(new RunOwner("alice"));
    }

    @Test
    void aRunFromBeforeThereWereOwnersIsNobodys() {
        assertThat(owners.find("old")).isEmpty();
    }

    @Test
    void anOwnerThatCannotBeReadIsNobody() {
        objects.put("runs/damaged/owner.json", "{".getBytes(UTF_8));

        assertThat(owners.find("damaged")).isEmpty();
    }
}
