package org.lexicographer.benchmark.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PartTest {

    @Test
    void theInnermostFrameThatBelongsToAPartCounts() {
        assertThat(
                        Part.of(
                                List.of(
                                        "java.util.zip.CRC32C",
                                        "org.apache.kafka.common.record.DefaultRecordBatch",
                                        "org.lexicographer.pipeline.stream.BlockWriter",
                                        "org.lexicographer.activation.job.Extractor")))
                .isEqualTo(Part.KAFKA);
        assertThat(
                        Part.of(
                                List.of(
                                        "java.lang.System",
                                        "org.lexicographer.trainer.stream.KafkaActivationStream",
                                        "org.lexicographer.trainer.stage.BatchFeed")))
                .isEqualTo(Part.COPIES);
        assertThat(Part.of(List.of("sun.security.provider.SHA2", "io.minio.S3Base")))
                .isEqualTo(Part.STORE);
        assertThat(
                        Part.of(
                                List.of(
                                        "ai.djl.pytorch.jni.PyTorchLibrary",
                                        "org.lexicographer.trainer.recipe.dense.RangeProducts")))
                .isEqualTo(Part.WORK);
    }

    @Test
    void theJdkAloneIsWork() {
        assertThat(Part.of(List.of("java.lang.Thread"))).isEqualTo(Part.WORK);
    }
}
