package org.lexicographer.eval.neuronpedia;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.Iterator;
import java.util.Map;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lexicographer.eval.explanation.Explanation;
import org.lexicographer.eval.latent.result.LatentDetails;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.pipeline.Json;

/**
 * The latents of a dictionary as Neuronpedia takes them in, those that are never active left out.
 * They are read and written {@link #BLOCK} at a time: of a dictionary of any size no more than that
 * is in memory. The same statistics and explanations give the same bytes.
 *
 * <p>The layouts are those of the two projects' sources: the schema of Neuronpedia's {@code
 * api/feature/upload-batch}, and SAEDashboard's {@code NeuronpediaDashboardBatch}.
 */
public final class NeuronpediaExport {

    /** How many latents side by side make a line or a file: the most that an upload may have. */
    static final int BLOCK = 128;

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build();

    /** Any fixed time, so that the same statistics give the same bytes. */
    private static final LocalDateTime SOME_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final NeuronpediaNames names;
    private final StoredStatistics statistics;
    private final Map<Integer, Explanation> explanations;
    private final double[] densities;

    /**
     * Prepares an export.
     *
     * @param explanations what latents are said to stand for, by their numbers
     */
    public NeuronpediaExport(
            NeuronpediaNames names,
            StoredStatistics statistics,
            Map<Integer, Explanation> explanations) {
        this.names = requireNonNull(names, "names is null");
        this.statistics = requireNonNull(statistics, "statistics is null");
        this.explanations = Map.copyOf(explanations);
        this.densities = statistics.densities();
    }

    /**
     * Writes all latents that are ever active, and leaves the stream open.
     *
     * @throws IOException when the stream fails
     */
    public void write(NeuronpediaFormat format, OutputStream out) throws IOException {
        switch (format) {
            case UPLOAD -> writeUploads(out);
            case BATCH -> writeBatches(out);
        }
    }

    private void writeUploads(OutputStream out) throws IOException {
        for (int from = 0; from < densities.length; from += BLOCK) {
            if (isAlive(from)) {
                try (JsonGenerator json = JSON.createGenerator(out)) {
                    json.writeStartObject();
                    json.writeStringField("modelId", names.model());
                    json.writeStringField("source", names.source());
                    writeFeatures(json, from, UploadFeature::of);
                    json.writeEndObject();
                }
                out.write('\n');
            }
        }
    }

    private void writeBatches(OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        for (int from = 0; from < densities.length; from += BLOCK) {
            if (isAlive(from)) {
                ZipEntry entry = new ZipEntry("batch-%d.json".formatted(from / BLOCK));
                entry.setTimeLocal(SOME_TIME);
                zip.putNextEntry(entry);
                writeBatch(zip, from);
                zip.closeEntry();
            }
        }
        zip.finish();
        zip.flush();
    }

    private void writeBatch(OutputStream out, int from) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("model_id", names.model());
            json.writeNumberField("layer", names.layer());
            json.writeStringField("sae_set", names.set());
            json.writeNullField("sae_id_suffix");
            writeFeatures(json, from, BatchFeature::of);
            json.writeEndObject();
        }
    }

    private void writeFeatures(JsonGenerator json, int from, Function<LatentDetails, ?> feature)
            throws IOException {
        json.writeArrayFieldStart("features");
        Iterator<LatentDetails> latents =
                statistics.latents(from, end(from), explanations).filter(this::isAlive).iterator();
        while (latents.hasNext()) {
            json.writeRawValue(new String(Json.write(feature.apply(latents.next())), UTF_8));
        }
        json.writeEndArray();
    }

    private int end(int from) {
        return Math.min(densities.length, from + BLOCK);
    }

    private boolean isAlive(LatentDetails latent) {
        return densities[latent.figures().latent()] > 0;
    }

    private boolean isAlive(int from) {
        for (int latent = from; latent < end(from); latent++) {
            if (densities[latent] > 0) {
                return true;
            }
        }
        return false;
    }
}
