package org.lexicographer.eval.stage;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.lexicographer.dictionary.Dictionary;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.DictionaryFormat;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.folder.FileContent;
import org.lexicographer.dictionary.exchange.saelens.SaeLensSparsity;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.exchange.DictionaryMemoryLock;
import org.lexicographer.eval.exchange.ExportedZip;
import org.lexicographer.eval.exchange.TemporaryFolder;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.StatisticsStore;
import org.lexicographer.eval.store.StoredStatistics;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;

/** Packs stored dictionaries as folders of any format. */
public final class DictionaryExports {

    private final DictionaryStore dictionaries;
    private final StatisticsStore statistics;
    private final DictionaryMemoryLock memoryLock;

    public DictionaryExports(
            DictionaryStore dictionaries,
            StatisticsStore statistics,
            DictionaryMemoryLock memoryLock) {
        this.dictionaries = dictionaries;
        this.statistics = statistics;
        this.memoryLock = memoryLock;
    }

    /**
     * Returns a zip of the files that the tool reads, without a folder around them.
     *
     * @throws UnusableInputException naming the reason when the format cannot express the
     *     dictionary, or what is stored is none
     */
    public ExportedZip zip(DictionaryCheckpoint checkpoint, FolderFormat format) {
        return memoryLock.run(() -> ExportedZip.of(allFiles(checkpoint, format)));
    }

    /**
     * Returns the files that the tool reads, by name; they no longer need the dictionary.
     *
     * @throws UnusableInputException as {@link #zip} does
     */
    Map<String, FileContent> filesOf(DictionaryCheckpoint checkpoint, FolderFormat format) {
        return memoryLock.run(() -> allFiles(checkpoint, format));
    }

    private Map<String, FileContent> allFiles(
            DictionaryCheckpoint checkpoint, FolderFormat format) {
        Map<String, FileContent> files = new HashMap<>(files(checkpoint, format));
        if (format.files().contains(SaeLensSparsity.FILE)) {
            sparsity(checkpoint)
                    .ifPresent(bytes -> files.put(SaeLensSparsity.FILE, out -> out.write(bytes)));
        }
        return files;
    }

    /** Returns how often latents are active, as it was imported or on held-out text. */
    private Optional<byte[]> sparsity(DictionaryCheckpoint checkpoint) {
        return dictionaries
                .file(checkpoint.prefix(), SaeLensSparsity.FILE)
                .or(() -> measured(checkpoint).map(SaeLensSparsity::write));
    }

    private Optional<double[]> measured(DictionaryCheckpoint checkpoint) {
        return statistics
                .find(checkpoint.dictionary(), checkpoint.step(), Evaluation.HELD_OUT)
                .map(StoredStatistics::densities);
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
}
