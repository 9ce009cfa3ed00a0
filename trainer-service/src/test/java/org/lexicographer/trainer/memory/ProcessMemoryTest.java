package org.lexicographer.trainer.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessMemoryTest {

    @TempDir private Path folder;

    @Test
    void pagesOfFilesDoNotCountAsTheyCanBeDropped() throws IOException {
        Path status =
                Files.writeString(
                        folder.resolve("status"),
                        """
                        Name:	java
                        VmRSS:	  900 kB
                        RssAnon:	     500 kB
                        RssFile:	     390 kB
                        RssShmem:	      10 kB
                        """);

        assertThat(ProcessMemory.used(status)).hasValue(510 * 1024);
    }

    @Test
    void nothingIsKnownWhereTheSystemDoesNotSay() throws IOException {
        Path status = Files.writeString(folder.resolve("status"), "Name:	java\n");

        assertThat(ProcessMemory.used(status)).isEmpty();
        assertThat(ProcessMemory.used(folder.resolve("absent"))).isEmpty();
    }

    @Test
    void aMachineHasMoreThanThisProcessUses() {
        assertThat(ProcessMemory.limit()).isGreaterThan(ProcessMemory.used().orElse(0));
    }
}
