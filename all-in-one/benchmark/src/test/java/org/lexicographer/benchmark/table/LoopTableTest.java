package org.lexicographer.benchmark.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.lexicographer.benchmark.loop.RowLoops;
import org.lexicographer.benchmark.report.Row;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

class LoopTableTest {

    @Test
    void eachLoopHasATitle() {
        var silence = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);

        assertThat(BenchmarkList.defaultList().getAll(silence, List.of()))
                .extracting(BenchmarkListEntry::getUsername)
                .containsExactlyInAnyOrderElementsOf(LoopTable.loops());
    }

    @Test
    void aLoopIsTimedAsOftenAsIsAsked() {
        LoopTable table = new LoopTable(2, TimeValue.milliseconds(10));

        Row row = table.row(RowLoops.class.getName() + ".adam");

        assertThat(row.title()).startsWith("Adam");
        assertThat(row.measured().get("lexicographer").values()).hasSize(2);
    }
}
