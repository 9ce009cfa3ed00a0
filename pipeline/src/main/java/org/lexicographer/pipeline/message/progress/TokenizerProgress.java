package org.lexicographer.pipeline.message.progress;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.lexicographer.pipeline.Checks;
import org.lexicographer.pipeline.account.DatasetAccount;

/**
 * How far a run's tokenizing has come.
 *
 * @param blocks token blocks that were written
 * @param contexts contexts in these blocks
 * @param tokens tokens in these blocks
 * @param heldOutContexts contexts that are held out
 * @param tokensPerSecond tokens written per second, lately
 * @param dataset what was read and what was left out; a message has the counts and no reasons
 * @param contextsOf contexts that each dataset has given, held-out ones included, by its name; of
 *     runs that mix several
 */
public record TokenizerProgress(
        long blocks,
        long contexts,
        long tokens,
        long heldOutContexts,
        double tokensPerSecond,
        DatasetAccount dataset,
        Map<String, Long> contextsOf)
        implements PartProgress {

    static final String PART = "tokenizer";

    /** Nothing was read yet. */
    public static final TokenizerProgress START =
            new TokenizerProgress(0, 0, 0, 0, 0, DatasetAccount.EMPTY);

    public TokenizerProgress {
        new Checks().present("dataset", dataset).present("contextsOf", contextsOf).end();
        contextsOf = Collections.unmodifiableMap(new TreeMap<>(contextsOf));
    }

    /** Creates the progress of a run that mixes no datasets. */
    public TokenizerProgress(
            long blocks,
            long contexts,
            long tokens,
            long heldOutContexts,
            double tokensPerSecond,
            DatasetAccount dataset) {
        this(blocks, contexts, tokens, heldOutContexts, tokensPerSecond, dataset, Map.of());
    }

    @Override
    public String part() {
        return PART;
    }

    @Override
    public Figures figures() {
        Figures figures = new Figures();
        contextsOf.forEach((name, count) -> figures.with(Figure.DATASET_CONTEXTS, name, count));
        return figures.with(Figure.BLOCKS, blocks)
                .with(Figure.CONTEXTS, contexts)
                .with(Figure.TOKENS, tokens)
                .with(Figure.HELD_OUT_CONTEXTS, heldOutContexts)
                .with(Figure.TOKENS_PER_SECOND, tokensPerSecond)
                .with(Figure.SHARDS, dataset.shards())
                .with(Figure.DOCUMENTS, dataset.documents())
                .with(Figure.LEFT_OUT_SHARDS, dataset.leftOutShards())
                .with(Figure.CUT_SHARDS, dataset.cutShards())
                .with(Figure.LEFT_OUT_DOCUMENTS, dataset.leftOutDocuments())
                .with(Figure.LEFT_OUT_LINES, dataset.leftOutLines())
                .with(Figure.DROPPED_TOKENS, droppedTokens());
    }

    /** Said only of runs that drop any. */
    private OptionalLong droppedTokens() {
        return dataset.droppedTokens().stream().mapToLong(Long::longValue).findFirst();
    }

    static TokenizerProgress read(Figures figures) {
        return new TokenizerProgress(
                figures.count(Figure.BLOCKS),
                figures.count(Figure.CONTEXTS),
                figures.count(Figure.TOKENS),
                figures.count(Figure.HELD_OUT_CONTEXTS),
                figures.number(Figure.TOKENS_PER_SECOND),
                new DatasetAccount(
                        figures.count(Figure.SHARDS),
                        figures.count(Figure.DOCUMENTS),
                        figures.count(Figure.LEFT_OUT_SHARDS),
                        figures.count(Figure.CUT_SHARDS),
                        figures.count(Figure.LEFT_OUT_DOCUMENTS),
                        figures.count(Figure.LEFT_OUT_LINES),
                        Optional.of(figures.count(Figure.DROPPED_TOKENS)),
                        List.of()),
                contextsOf(figures));
    }

    private static Map<String, Long> contextsOf(Figures figures) {
        return figures.names(Figure.DATASET_CONTEXTS).stream()
                .collect(
                        Collectors.toMap(
                                name -> name,
                                name -> (long) figures.number(Figure.DATASET_CONTEXTS, name)));
    }
}
