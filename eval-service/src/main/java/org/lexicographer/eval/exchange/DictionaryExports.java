package org.lexicographer.eval.exchange;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryConfig;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.DictionaryFormat;
import org.lexicographer.dictionary.exchange.FileContent;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.SaeLensSparsity;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;

/** Packs stored dictionaries as folders of any format. */
public final class DictionaryExports {

    /** Any fixed time, so that the same dictionary gives the same bytes. */
    private static final LocalDateTime SOME_TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private final DictionaryStore dictionaries;

    /** Exports from this store. */
    public DictionaryExports(DictionaryStore dictionaries) {
        this.dictionaries = dictionaries;
    }

    /**
     * Returns a zip of the files that the tool reads, without a folder around them.
     *
     * @throws UnusableInputException naming the reason when the format cannot express the
     *     dictionary, or what is stored is none
     */
    public FileContent zip(DictionaryCheckpoint checkpoint, FolderFormat format) {
        Map<String, FileContent> files = new TreeMap<>(files(checkpoint, format));
        if (format.files().contains(SaeLensSparsity.FILE)) {
            dictionaries
                    .file(checkpoint.prefix(), SaeLensSparsity.FILE)
                    .ifPresent(bytes -> files.put(SaeLensSparsity.FILE, out -> out.write(bytes)));
        }
        return out -> write(files, out);
    }

    private Map<String, FileContent> files(DictionaryCheckpoint checkpoint, FolderFormat format) {
        try (TemporaryFolder folder = TemporaryFolder.create();
                NDManager manager = NDManager.newBaseManager(Device.cpu())) {
            dictionaries.download(checkpoint.prefix(), folder.path());
            DictionaryConfig config = dictionaries.config(checkpoint.prefix());
            try (Dictionary dictionary = DictionaryFormat.read(manager, folder.path())) {
                return format.write(dictionary, config);
            }
        } catch (DictionaryException e) {
            throw new UnusableInputException(
                    "not exportable: %s, format=%s".formatted(e.getMessage(), format.text()), e);
        } catch (IOException e) {
            throw new UncheckedIOException("temporary folder not usable", e);
        }
    }

    /** Weights hardly shrink. */
    private static void write(Map<String, FileContent> files, OutputStream out) throws IOException {
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setLevel(Deflater.NO_COMPRESSION);
        for (Map.Entry<String, FileContent> file : files.entrySet()) {
            ZipEntry entry = new ZipEntry(file.getKey());
            entry.setTimeLocal(SOME_TIME);
            zip.putNextEntry(entry);
            file.getValue().writeTo(zip);
            zip.closeEntry();
        }
        zip.finish();
        zip.flush();
    }
}
