package org.lexicographer.pipeline.message.progress;

import org.lexicographer.pipeline.Checks;

/**
 * How far one replica has come with a stage of the extraction of a run's activations.
 *
 * @param replica the name of the replica
 * @param stage the stage of the run's forward pass, from 0
 * @param blocks token blocks that it has passed on
 * @param tokens tokens in these blocks
 * @param tokensPerSecond tokens passed on per second, lately
 * @param lagBlocks token blocks of its partitions that it has not passed on yet
 */
public record ExtractionProgress(
        String replica, int stage, long blocks, long tokens, double tokensPerSecond, long lagBlocks)
        implements PartProgress {

    static final String PART = "activation/";

    public ExtractionProgress {
        new Checks().present("replica", "".equals(replica) ? null : replica).end();
    }

    /** Creates the progress of a run's first stage, which is the only one of most runs. */
    public ExtractionProgress(
            String replica, long blocks, long tokens, double tokensPerSecond, long lagBlocks) {
        this(replica, 0, blocks, tokens, tokensPerSecond, lagBlocks);
    }

    @Override
    public String part() {
        return PART + replica + suffix(stage);
    }

    private static String suffix(int stage) {
        return stage == 0 ? "" : "/" + stage;
    }

    @Override
    public Figures figures() {
        Figures figures = new Figures();
        if (stage > 0) {
            figures.with(Figure.STAGE, stage);
        }
        return figures.with(Figure.BLOCKS, blocks)
                .with(Figure.TOKENS, tokens)
                .with(Figure.TOKENS_PER_SECOND, tokensPerSecond)
                .with(Figure.LAG_BLOCKS, lagBlocks);
    }

    static ExtractionProgress read(String name, Figures figures) {
        int stage = (int) figures.count(Figure.STAGE);
        String suffix = suffix(stage);
        String replica =
                name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
        return new ExtractionProgress(
                replica,
                stage,
                figures.count(Figure.BLOCKS),
                figures.count(Figure.TOKENS),
                figures.number(Figure.TOKENS_PER_SECOND),
                figures.count(Figure.LAG_BLOCKS));
    }
}
