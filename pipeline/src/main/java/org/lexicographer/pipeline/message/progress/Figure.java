package org.lexicographer.pipeline.message.progress;

/** Every figure that progress is written in; each name stands here and nowhere else. */
enum Figure {
    /** Tokens that went through the part. */
    TOKENS("tokens"),
    /** Tokens per second, lately. */
    TOKENS_PER_SECOND("tokensPerSecond"),
    /** The stage of the forward pass that the part works at, where that is not the first one. */
    STAGE("stage"),
    /** Blocks that the part has written. */
    BLOCKS("blocks"),
    /** Contexts that the part has written, or evaluated on. */
    CONTEXTS("contexts"),
    /** Contexts that one of several datasets has given; the dataset's name follows. */
    DATASET_CONTEXTS("contexts/"),
    /** Contexts that are evaluated on in the end. */
    CONTEXTS_TOTAL("contextsTotal"),
    /** Contexts that are held out. */
    HELD_OUT_CONTEXTS("heldOutContexts"),
    /** Shards that were read. */
    SHARDS("shards"),
    /** Documents that were taken. */
    DOCUMENTS("documents"),
    /** Shards of which nothing could be used. */
    LEFT_OUT_SHARDS("leftOutShards"),
    /** Shards of which the rest could not be used. */
    CUT_SHARDS("cutShards"),
    /** Documents that could not be used. */
    LEFT_OUT_DOCUMENTS("leftOutDocuments"),
    /** Lines that could not be used. */
    LEFT_OUT_LINES("leftOutLines"),
    /** Tokens after the last full contexts of documents that had contexts of their own. */
    DROPPED_TOKENS("droppedTokens"),
    /** Training steps taken. */
    STEP("step"),
    /** Training steps wanted. */
    STEPS("steps"),
    /** The number of the next block that the part takes. */
    NEXT_SEQUENCE("nextSequence"),
    /** Records that wait to be read. */
    LAG_BLOCKS("lagBlocks"),
    /** Their bytes. */
    LAG_BYTES("lagBytes"),
    /** Rows that positions and special tokens leave out. */
    EXCLUDED_ROWS("excludedRows"),
    /** Rows that the norm filter leaves out. */
    HIGH_NORM_ROWS("highNormRows"),
    /** Bytes of memory that a run waits for. */
    MEMORY_NEEDED_BYTES("memoryNeededBytes"),
    /** Bytes of memory that are free of all replicas together. */
    MEMORY_FREE_BYTES("memoryFreeBytes"),
    /** Bytes of memory that all replicas have together for jobs. */
    MEMORY_BUDGET_BYTES("memoryBudgetBytes"),
    /** How many replicas that are. */
    MEMORY_REPLICAS("memoryReplicas"),
    /** The number of the block that a part failed for. */
    LOST_BLOCK("lostBlock"),
    /** A recipe's reconstruction loss; the recipe's name follows. */
    LOSS("loss/"),
    /** A recipe's mean number of active latents; the recipe's name follows. */
    L0("l0/"),
    /** A recipe's dead latents; the recipe's name follows. */
    DEAD_LATENTS("deadLatents/"),
    /** The step at which a recipe diverged; the recipe's name follows. */
    DIVERGED_AT_STEP("divergedAtStep/"),
    /** The step at which a recipe was stopped early; the recipe's name follows. */
    STOPPED_AT_STEP("stoppedAtStep/");

    private final String text;

    Figure(String text) {
        this.text = text;
    }

    /** Returns the name as written; that of one of many ends in a slash. */
    String text() {
        return text;
    }
}
