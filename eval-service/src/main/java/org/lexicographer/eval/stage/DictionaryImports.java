package org.lexicographer.eval.stage;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.dictionary.DictionaryException;
import org.lexicographer.dictionary.config.DictionaryConfig;
import org.lexicographer.dictionary.config.Imported;
import org.lexicographer.dictionary.config.Lineage;
import org.lexicographer.dictionary.exchange.FolderFormat;
import org.lexicographer.dictionary.exchange.folder.LoadedDictionary;
import org.lexicographer.dictionary.exchange.saelens.SaeLensSparsity;
import org.lexicographer.eval.evaluator.UnusableInputException;
import org.lexicographer.eval.exchange.DictionaryMemoryLock;
import org.lexicographer.eval.exchange.DictionarySources;
import org.lexicographer.eval.exchange.ImportRequest;
import org.lexicographer.eval.exchange.ModelChoice;
import org.lexicographer.eval.exchange.ModelFit;
import org.lexicographer.eval.exchange.NotWritableException;
import org.lexicographer.eval.exchange.TemporaryFolder;
import org.lexicographer.eval.exchange.TooLargeException;
import org.lexicographer.eval.exchange.UploadedFolder;
import org.lexicographer.eval.store.DictionaryStore;
import org.lexicographer.eval.store.EvaluationSetting;
import org.lexicographer.eval.store.EvaluationStore;
import org.lexicographer.eval.store.NameTakenException;
import org.lexicographer.eval.store.RunStore;
import org.lexicographer.eval.store.SavedDictionary;
import org.lexicographer.pipeline.DictionaryId;
import org.lexicographer.pipeline.FieldError;
import org.lexicographer.pipeline.InvalidFieldsException;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.message.DictionaryCheckpoint;
import org.lexicographer.pipeline.message.Evaluation;
import org.lexicographer.pipeline.run.RunSpec;

/**
 * Stores dictionaries that users upload. All of an upload is checked before anything is stored; one
 * whose run is known is announced, so that it is evaluated on the run's held-out contexts.
 */
public final class DictionaryImports {

    /** The largest that has a place in the name of a checkpoint. */
    private static final long MAX_STEP = 999_999_999_999_999_999L;

    private final RunStore runs;
    private final DictionaryStore dictionaries;
    private final ModelFit fit;
    private final EvaluationOutput output;
    private final DictionaryMemoryLock memoryLock;
    private final DictionarySources hub;
    private final EvaluationStore evaluations;
    private final long maxBytes;

    /**
     * Creates the service.
     *
     * @param maxBytes the most that an uploaded zip may unpack to, or the files of a hub may have,
     *     and that a compressed file among them may unpack to
     */
    public DictionaryImports(
            RunStore runs,
            DictionaryStore dictionaries,
            ModelFit fit,
            EvaluationOutput output,
            DictionaryMemoryLock memoryLock,
            DictionarySources hub,
            EvaluationStore evaluations,
            long maxBytes) {
        this.runs = runs;
        this.dictionaries = dictionaries;
        this.fit = fit;
        this.output = output;
        this.memoryLock = memoryLock;
        this.hub = hub;
        this.evaluations = evaluations;
        this.maxBytes = maxBytes;
    }

    /**
     * Stores an uploaded dictionary. One that is there already, but was never evaluated, is
     * announced once more: whoever stored it may have died before.
     *
     * @param id the name to store it under
     * @param zip a folder of any format, in a zip
     * @throws NameTakenException when there is a dictionary of that name, or the run trains one, or
     *     a run takes the name meanwhile
     * @throws InvalidFieldsException when the request contradicts the run, or lacks something
     * @throws UnusableInputException when the files cannot be used as they are
     * @throws TooLargeException when the zip unpacks to more than is read
     * @throws OutputFailedException when it could not be announced, and is therefore not stored
     */
    public DictionaryCheckpoint store(DictionaryId id, ImportRequest request, InputStream zip) {
        return store(id, request, () -> UploadedFolder.unpack(zip, maxBytes));
    }

    /**
     * Stores a dictionary of a hub or of the store, as {@link #store(DictionaryId, ImportRequest,
     * InputStream)} does one that is uploaded.
     *
     * @param from {@code hf://owner/name@revision/path} or {@code s3://bucket/folder/}
     * @throws InvalidFieldsException also when it is not there, or the hub does not give it
     * @throws org.lexicographer.objectstore.RetryableObjectStoreException when the hub is away
     */
    public DictionaryCheckpoint fetch(DictionaryId id, ImportRequest request, String from) {
        return store(id, request, () -> hub.fetch(from, maxBytes));
    }

    private DictionaryCheckpoint store(
            DictionaryId id, ImportRequest request, Supplier<UploadedFolder> source) {
        Optional<RunSpec> run = runs.spec(id.run());
        checkFree(id, run);
        ImportRequest pinned = hub.pinned(request);
        try (UploadedFolder folder = source.get()) {
            DictionaryCheckpoint checkpoint = memoryLock.run(() -> store(id, pinned, run, folder));
            withdrawFromRemoved(checkpoint);
            run.ifPresent(_ -> announce(checkpoint));
            return checkpoint;
        }
    }

    /** A run's name is taken from it before its objects go, so that one of both sees the other. */
    private void withdrawFromRemoved(DictionaryCheckpoint checkpoint) {
        String run = checkpoint.dictionary().run();
        if (runs.isRemoved(run)) {
            NameTakenException removed = removed(run);
            withdraw(checkpoint, removed);
            throw removed;
        }
    }

    private static NameTakenException removed(String run) {
        return new NameTakenException("run was removed, and its name stays its own: run=" + run);
    }

    private void checkFree(DictionaryId id, Optional<RunSpec> run) {
        Optional<SavedDictionary> there = dictionaries.find(id);
        if (there.isPresent()) {
            run.ifPresent(_ -> announceAgain(there.get()));
            throw new NameTakenException("dictionary exists: dictionary=" + id);
        }
        if (runs.isRemoved(id.run())) {
            throw removed(id.run());
        }
        boolean trained =
                run.filter(spec -> spec.sites().contains(id.site()))
                        .filter(
                                spec ->
                                        spec.recipesAt(id.site()).stream()
                                                .anyMatch(it -> it.name().equals(id.recipe())))
                        .isPresent();
        if (trained) {
            throw new NameTakenException("dictionary is trained by the run: dictionary=" + id);
        }
    }

    private void announceAgain(SavedDictionary saved) {
        long step = saved.lastStep();
        String prefix = ObjectKeys.dictionary(saved.id(), step);
        DictionaryConfig config = dictionaries.config(prefix);
        boolean evaluated = evaluations.find(saved.id(), step, Evaluation.HELD_OUT).isPresent();
        if (config.imported().isPresent() && !evaluated) {
            output.dictionary(checkpoint(saved.id(), step, config));
        }
    }

    private static DictionaryCheckpoint checkpoint(
            DictionaryId id, long step, DictionaryConfig config) {
        long tokens = config.lineage().map(Lineage::tokens).orElse(0L);
        return new DictionaryCheckpoint(id, step, tokens, true, ObjectKeys.dictionary(id, step));
    }

    /** From now on, a run of that name is refused. */
    private void claimName(String name, Optional<RunSpec> run) {
        if (run.isEmpty() && !runs.leaveToImports(name)) {
            throw new NameTakenException("name is that of a run: run=" + name);
        }
    }

    private DictionaryCheckpoint store(
            DictionaryId id, ImportRequest request, Optional<RunSpec> run, UploadedFolder folder) {
        FolderFormat format = folder.format(request.format());
        try (NDManager manager = NDManager.newBaseManager(Device.cpu());
                LoadedDictionary loaded = read(format, folder, manager)) {
            JsonNode toolConfig = toolConfig(format, folder);
            Optional<Integer> contextLength = contextLength(toolConfig);
            ModelChoice model =
                    run.map(spec -> ModelChoice.ofRun(spec, request))
                            .orElseGet(() -> ModelChoice.of(request, loaded, contextLength));
            DictionaryConfig placed = config(id, request, loaded);
            int limit =
                    fit.check(
                            loaded.dictionary(),
                            placed,
                            isOurs(loaded) ? Optional.empty() : Optional.of(format),
                            model.languageModel(),
                            EvaluationSetting.computeType(run));
            Imported imported = imported(format, loaded, model.within(limit, request), toolConfig);
            DictionaryConfig config = placed.withImported(Optional.of(imported));
            Optional<byte[]> sparsity = sparsity(folder, config.dictionarySize());
            long step = step(config);
            claimName(id.run(), run);
            dictionaries.storeImport(id, step, config, weights(loaded, config), sparsity);
            return checkpoint(id, step, config);
        }
    }

    /** Where it belongs was then said here, and not by a tool. */
    private static boolean isOurs(LoadedDictionary loaded) {
        return loaded.lineage().isPresent() || loaded.imported().isPresent();
    }

    private static long step(DictionaryConfig config) {
        long step = config.lineage().map(Lineage::steps).orElse(0L);
        if (step > MAX_STEP) {
            throw new UnusableInputException(
                    "steps out of range: max=%d, found=%d".formatted(MAX_STEP, step));
        }
        return step;
    }

    private LoadedDictionary read(FolderFormat format, UploadedFolder folder, NDManager manager) {
        try {
            return format.read(manager, folder.path(), folder.name(), maxBytes);
        } catch (DictionaryException | IllegalArgumentException | ArithmeticException e) {
            throw new UnusableInputException(
                    "dictionary not usable: %s, format=%s".formatted(e.getMessage(), format.text()),
                    e);
        } catch (IOException e) {
            throw new UncheckedIOException("upload not readable", e);
        }
    }

    private static JsonNode toolConfig(FolderFormat format, UploadedFolder folder) {
        return format.configFile()
                .flatMap(folder::file)
                .map(file -> format.toolConfig(bytes(file)))
                .orElseGet(JsonNodeFactory.instance::objectNode);
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new UncheckedIOException("upload not readable", e);
        }
    }

    /** The tools call it by these names. */
    private static Optional<Integer> contextLength(JsonNode toolConfig) {
        return List.of("/buffer/ctx_len", "/metadata/context_size", "/context_size").stream()
                .map(toolConfig::at)
                .filter(node -> node.isNumber() && node.doubleValue() == node.intValue())
                .map(JsonNode::intValue)
                .filter(length -> length > 1)
                .findFirst();
    }

    /** What the dictionary was first imported from is kept when it travels on. */
    private static Imported imported(
            FolderFormat format, LoadedDictionary loaded, ModelChoice model, JsonNode toolConfig) {
        return new Imported(
                loaded.imported().map(Imported::format).orElse(format.text()),
                model.languageModel(),
                model.revision(),
                model.contextLength(),
                loaded.imported().map(Imported::config).orElse(toolConfig));
    }

    private static DictionaryConfig config(
            DictionaryId id, ImportRequest request, LoadedDictionary loaded) {
        if (loaded.placement().lacksTarget() && request.reconstructs().isEmpty()) {
            throw new InvalidFieldsException(
                    FieldError.of(
                            "reconstructs",
                            FieldError.MISSING,
                            "the target of a transcoder whose files do not name it",
                            "nothing"));
        }
        try {
            return loaded.config(id.site(), request.reconstructs());
        } catch (DictionaryException e) {
            throw new UnusableInputException(e.getMessage(), e);
        }
    }

    private static Optional<byte[]> sparsity(UploadedFolder folder, int dictionarySize) {
        Optional<byte[]> bytes = folder.file(SaeLensSparsity.FILE).map(DictionaryImports::bytes);
        try {
            bytes.ifPresent(it -> SaeLensSparsity.check(it, dictionarySize));
        } catch (DictionaryException e) {
            throw new UnusableInputException("dictionary not usable: " + e.getMessage(), e);
        }
        return bytes;
    }

    /** Goes through a file, so that no more than one copy of the weights is in the heap at once. */
    private static byte[] weights(LoadedDictionary loaded, DictionaryConfig config) {
        FolderFormat ours = FolderFormat.LEXICOGRAPHER;
        try (TemporaryFolder target = TemporaryFolder.create()) {
            Path file = target.path().resolve(ours.weightsFile());
            try (var out = Files.newOutputStream(file)) {
                ours.write(loaded.dictionary(), config).get(ours.weightsFile()).writeTo(out);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new NotWritableException(Path.of(ours.weightsFile()), e);
        }
    }

    /** A dictionary that is not announced would never be evaluated, nor could it be sent again. */
    private void announce(DictionaryCheckpoint checkpoint) {
        try {
            output.dictionary(checkpoint);
        } catch (RuntimeException e) {
            withdraw(checkpoint, e);
            throw e;
        }
    }

    private void withdraw(DictionaryCheckpoint checkpoint, RuntimeException reason) {
        try {
            dictionaries.withdrawImport(checkpoint.dictionary(), checkpoint.step());
        } catch (RuntimeException e) {
            reason.addSuppressed(e);
        }
    }
}
