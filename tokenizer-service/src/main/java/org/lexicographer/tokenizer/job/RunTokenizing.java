package org.lexicographer.tokenizer.job;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Supplier;
import org.lexicographer.languagemodel.VocabularySize;
import org.lexicographer.languagemodel.folder.InvalidModelException;
import org.lexicographer.languagemodel.folder.ModelContents;
import org.lexicographer.languagemodel.folder.ModelFiles;
import org.lexicographer.languagemodel.folder.ModelOutageException;
import org.lexicographer.languagemodel.text.SourceFiles;
import org.lexicographer.languagemodel.tokenizer.HuggingFaceTextTokenizer;
import org.lexicographer.languagemodel.tokenizer.Packing;
import org.lexicographer.languagemodel.tokenizer.RunChatTemplates;
import org.lexicographer.languagemodel.tokenizer.Tokenizer;
import org.lexicographer.pipeline.ObjectKeys;
import org.lexicographer.pipeline.block.TokenBlockFormat;
import org.lexicographer.pipeline.dataset.DocumentReader;
import org.lexicographer.pipeline.dataset.fields.DocumentContent;
import org.lexicographer.pipeline.message.RunProgress.State;
import org.lexicographer.pipeline.run.RunSpec;
import org.lexicographer.pipeline.run.TextRule;
import org.lexicographer.runstore.DatasetAccounts;
import org.lexicographer.runstore.ReplacedModelException;
import org.lexicographer.runstore.RunExtensions;
import org.lexicographer.runstore.RunModels;
import org.lexicographer.runstore.StoredEnds;
import org.lexicographer.tokenizer.kafka.KafkaDatasetLog;
import org.lexicographer.tokenizer.kafka.KafkaTokenBlockLog;
import org.lexicographer.tokenizer.kafka.ShardTraces;
import org.lexicographer.tokenizer.kafka.TokenBlockLag;
import org.lexicographer.tokenizer.kafka.WaitingTokenBlockLog;
import org.lexicographer.tokenizer.progress.ProgressLog;
import org.lexicographer.tokenizer.progress.TokenizerOutput;
import org.lexicographer.tokenizer.shard.RejectionLog;
import org.lexicographer.tokenizer.shard.ShardTokens;
import org.lexicographer.tokenizer.stage.TokenizerStage;
import org.lexicographer.tokenizer.stream.AcceptedDatasetLog;
import org.lexicographer.tokenizer.stream.EndedTokenBlockLog;
import org.lexicographer.tokenizer.stream.ExtendedTokenBlockLog;
import org.lexicographer.tokenizer.stream.RunFailedException;
import org.lexicographer.tokenizer.stream.RunTrainedException;
import org.lexicographer.tokenizer.stream.StopSignal;
import org.lexicographer.tokenizer.stream.TokenBlockLog;
import org.lexicographer.tokenizer.stream.UntilTrainedTokenBlockLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The work of one run's job, put together from what the service has. */
public final class RunTokenizing implements JobWork {

    private static final Logger LOG = LoggerFactory.getLogger(RunTokenizing.class);

    private final RunSpec spec;
    private final JobContext context;
    private final RejectionLog rejected;
    private final ProgressLog progress;
    private final StopSignal stop;
    private final ShardTraces traces;

    public RunTokenizing(
            RunSpec spec,
            JobContext context,
            TokenizerOutput output,
            ProgressLog progress,
            StopSignal stop) {
        this.spec = requireNonNull(spec, "spec is null");
        this.context = requireNonNull(context, "context is null");
        this.rejected = new RejectionLog(output, context.meter());
        this.progress = requireNonNull(progress, "progress is null");
        this.stop = requireNonNull(stop, "stop is null");
        this.traces = new ShardTraces(context.tracing());
    }

    /**
     * A run that was given up is left alone. One that has been trained may still lack held-out
     * contexts, on which its dictionaries are to be evaluated.
     */
    @Override
    public long tokenize() {
        Optional<State> end = new StoredEnds(context.store()).state(spec.run());
        if (end.isEmpty()) {
            return tokenizeUntilTrained();
        }
        return end.get() == State.ENDED ? completeHeldOut() : Long.MAX_VALUE;
    }

    private long tokenizeUntilTrained() {
        try {
            return tokenize(blockLog());
        } catch (RunTrainedException e) {
            LOG.info("no more token blocks: reason={}", e.getMessage());
            return completeHeldOut();
        }
    }

    private long completeHeldOut() {
        if (isHeldOutComplete()) {
            progress.nothingLeft();
            return Long.MAX_VALUE;
        }
        return tokenize(new EndedTokenBlockLog(spec));
    }

    private boolean isTrained() {
        return new StoredEnds(context.store()).state(spec.run()).equals(Optional.of(State.ENDED));
    }

    private boolean isHeldOutComplete() {
        return context.store().stat(ObjectKeys.heldOutComplete(spec.run())).isPresent();
    }

    private long tokenize(TokenBlockLog blocks) {
        try (Tokenizing tokenizer = loadTokenizer();
                KafkaDatasetLog dataset = new KafkaDatasetLog(context.kafka(), spec.run(), traces);
                ShardTraces _ = traces) {
            new TokenizerStage(
                            spec,
                            shardTokens(tokenizer),
                            new AcceptedDatasetLog(dataset, new DatasetAccounts(context.store())),
                            blocks,
                            context.store(),
                            progress,
                            stop)
                    .run();
            return dataset.end();
        }
    }

    /**
     * What of documents becomes tokens, and how they are packed.
     *
     * @param tokenizer encodes texts
     * @param packing the rule of packing
     * @param content what of a record is a document
     */
    private record Tokenizing(Tokenizer tokenizer, Packing packing, DocumentContent content)
            implements AutoCloseable {

        @Override
        public void close() {
            tokenizer.close();
        }
    }

    private Tokenizing loadTokenizer() {
        String uri = spec.languageModel().uri();
        try {
            ModelContents contents =
                    new ModelContents(context.store(), context.localFilesAllowed(), context.hub());
            String content = contents.of(uri);
            ModelFiles files =
                    ModelFiles.of(uri, context.store(), context.localFilesAllowed(), context.hub());
            return used(files, content, () -> contents.of(uri));
        } catch (InvalidModelException e) {
            throw new RunFailedException(
                    "tokenizer not usable: uri=%s, reason=%s".formatted(uri, e.getMessage()), e);
        } catch (ReplacedModelException e) {
            throw new RunFailedException(e.getMessage(), e);
        }
    }

    private Tokenizing used(ModelFiles files, String content, Supplier<String> contentAfterwards) {
        Tokenizer tokenizer = HuggingFaceTextTokenizer.load(files);
        boolean used = false;
        try {
            TextRule rule = spec.textRule();
            Packing packing = Packing.of(rule.packing(), spec.contextLength(), tokenizer);
            progress.warn(packing.warning(tokenizer));
            Tokenizing tokenizing =
                    new Tokenizing(
                            tokenizer,
                            packing,
                            rule.content(
                                    () -> VocabularySize.read(files),
                                    () ->
                                            new RunChatTemplates(context.store(), context.hub())
                                                    .keep(
                                                            spec.run(),
                                                            spec.languageModel().uri(),
                                                            files)));
            if (!content.equals(contentAfterwards.get())) {
                throw new ModelOutageException(
                        "language model replaced while its tokenizer was loaded: uri="
                                + spec.languageModel().uri());
            }
            new RunModels(context.store()).use(spec, content);
            used = true;
            return tokenizing;
        } finally {
            if (!used) {
                tokenizer.close();
            }
        }
    }

    private ShardTokens shardTokens(Tokenizing tokenizer) {
        DocumentReader reader =
                new DocumentReader(
                        new SourceFiles(
                                context.store(), context.localFilesAllowed(), context.hub()),
                        context.zstdWindowMax());
        return new ShardTokens(
                reader,
                tokenizer.content(),
                tokenizer.tokenizer(),
                tokenizer.packing(),
                context.pool(),
                context.window(),
                rejected,
                context.meter());
    }

    private TokenBlockLog blockLog() {
        long blockBytes = TokenBlockFormat.HEADER_LENGTH + 4L * spec.blockRows();
        long leastBlocks = 2L * spec.tokenBlock().partitions();
        return new WaitingTokenBlockLog(
                new UntilTrainedTokenBlockLog(
                        storedBlocks(), spec.run(), this::isTrained, System::nanoTime),
                new TokenBlockLag(context.topics(), spec),
                Math.max(leastBlocks, context.maxLagBytes() / blockBytes),
                progress,
                stop);
    }

    private TokenBlockLog storedBlocks() {
        return new ExtendedTokenBlockLog(
                new KafkaTokenBlockLog(
                        context.kafka(), context.topics(), context.writer(), spec, stop, traces),
                () -> new RunExtensions(context.store()).blockBefore(spec));
    }
}
