package org.lexicographer.pipeline;

/**
 * The names of the Kafka topics, in the order of the data's path, and of groups that services ask
 * about one another, as an installation calls them; {@link
 * org.lexicographer.pipeline.stream.Installation} says what the brokers call them.
 */
public final class Topics {

    /** Run specs by run; compacted; a deleted value withdraws the run. */
    public static final String RUNS = "runs";

    /** Dataset shards by run. */
    public static final String DATASET_SHARDS = "dataset-shards";

    /** Dictionary checkpoints by dictionary. */
    public static final String DICTIONARIES = "dictionaries";

    /** Evaluations by dictionary, step and text; compacted. */
    public static final String EVALUATIONS = "evaluations";

    /** Progress by run and part; compacted. */
    public static final String RUN_PROGRESS = "run-progress";

    /** What could not be used, as it came, with the reason in the headers. */
    public static final String REJECTED = "rejected";

    /** What the names of all runs' topics of token blocks begin with. */
    public static final String TOKEN_BLOCKS = "token-blocks.";

    /** What the names of all runs' topics of residual blocks begin with. */
    public static final String RESIDUAL_BLOCKS = "residual-blocks.";

    /** What the names of all runs' topics of activation blocks begin with. */
    public static final String ACTIVATION_BLOCKS = "activation-blocks.";

    /** What the names of all runs' groups of activation-services begin with. */
    public static final String ACTIVATION_GROUPS = "activation-service.";

    /** What the names of all runs' groups of trainer-services begin with. */
    public static final String TRAINER_GROUPS = "trainer-service.";

    private Topics() {}

    /** Returns the topic of a run's token blocks. */
    public static String tokenBlocks(String run) {
        return TOKEN_BLOCKS + run;
    }

    /**
     * Returns the topic of a run's residual blocks that a stage reads.
     *
     * @param stage from 1; stage 0 reads token blocks
     */
    public static String residualBlocks(String run, int stage) {
        return RESIDUAL_BLOCKS + "%s.%d".formatted(run, stage);
    }

    /** Returns the topic of a run's activation blocks at one site. */
    public static String activationBlocks(String run, Site site) {
        return ACTIVATION_BLOCKS + "%s.%s".formatted(run, site);
    }

    /** Returns the consumer group that reads a run's token blocks. */
    public static String activationGroup(String run) {
        return activationGroup(run, 0);
    }

    /**
     * Returns the consumer group that works at one stage of a run's forward pass.
     *
     * @param stage from 0; that group's name is the run's alone, as in runs without stages
     */
    public static String activationGroup(String run, int stage) {
        String ofRun = ACTIVATION_GROUPS + run;
        return stage == 0 ? ofRun : ofRun + "." + stage;
    }

    /**
     * Returns the consumer group whose committed offsets say what a run's trainer has taken at one
     * of its sites.
     */
    public static String trainerGroup(String run, Site site) {
        return TRAINER_GROUPS + "%s.%s".formatted(run, site);
    }
}
