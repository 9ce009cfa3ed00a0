package org.lexicographer.pipeline.message.progress;

import org.lexicographer.pipeline.Checks;

/**
 * How far one replica has come with the extraction of a run's activations.
 *
 * @param replica the name of the replica
 * @param blocks token blocks that it has passed on
 * @param tokens tokens in these blocks
 * @param tokensPerSecond tokens passed on per second, lately
 * @param lagBlocks token blocks of its partitions that it has not passed on yet
 */
public record ExtractionProgress(
        String replica, long blocks, long tokens, double tokensPerSecond, long lagBlocks)
        implements PartProgress {

    static final String PART = "activation/";

    public ExtractionProgress {
        new Checks().present("replica", "".equals(replica) ? null : replica).end();
    }

    @Override
    public String part() {
        return PART + replica;
    }

    @Override
    public Figures figures() {
        return new Figures()
                .with(Figure.BLOCKS, blocks)
                .with(Figure.TOKENS, tokens)
                .with(Figure.TOKENS_PER_SECOND, tokensPerSecond)
                .with(Figure.LAG_BLOCKS, lagBlocks);
    }

    static ExtractionProgress read(String replica, Figures figures) {
        return new ExtractionProgress(
                replica,
                figures.count(Figure.BLOCKS),
                figures.count(Figure.TOKENS),
                figures.number(Figure.TOKENS_PER_SECOND),
                figures.count(Figure.LAG_BLOCKS));
    }
}
