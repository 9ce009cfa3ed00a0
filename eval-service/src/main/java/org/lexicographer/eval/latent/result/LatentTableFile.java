package org.lexicographer.eval.latent.result;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.lexicographer.eval.latent.column.ColumnsReader;
import org.lexicographer.eval.latent.column.ColumnsWriter;
import org.lexicographer.eval.latent.result.LatentTable.Peaks;
import org.lexicographer.pipeline.safetensors.SafetensorsFile;
import org.lexicographer.pipeline.safetensors.SafetensorsWriter;

/**
 * The file {@code statistics.safetensors}: a column for each component of a {@link LatentTable},
 * with a row for each latent.
 */
public final class LatentTableFile {

    private LatentTableFile() {}

    /** Writes a table. */
    public static byte[] write(LatentTable table) {
        SafetensorsWriter file = new SafetensorsWriter();
        ColumnsWriter out = new ColumnsWriter(file, "");
        out.add("size", new long[] {table.size(), table.tokens()});
        out.add("firings", table.firings());
        out.add("sums", table.sums());
        out.add("smallest", table.smallest());
        out.add("largest", table.largest());
        out.add("active_contexts", table.contexts());
        out.add("peaks.ends", table.peaks().ends());
        out.add("peaks.tokens", table.peaks().tokens());
        out.add("record_ends", table.recordEnds());
        table.texts().write(out);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            file.writeTo(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Reads a table. */
    public static LatentTable read(byte[] bytes) {
        try (SafetensorsFile file = SafetensorsFile.read(bytes)) {
            ColumnsReader in = new ColumnsReader(file, "");
            return new LatentTable(
                    in.longArray("size")[1],
                    in.longArray("firings"),
                    in.doubleArray("sums"),
                    in.floatArray("smallest"),
                    in.floatArray("largest"),
                    in.intArray("active_contexts"),
                    new Peaks(in.intArray("peaks.ends"), in.intArray("peaks.tokens")),
                    in.longArray("record_ends"),
                    TokenTexts.read(in));
        }
    }
}
