package org.lexicographer.eval.store;

import org.lexicographer.eval.latent.result.LatentTable;

/**
 * The names of the files of statistics of one dictionary's latents on one text.
 *
 * @param prefix what all begin with
 * @param digest what tells these statistics from others of the same dictionary and text
 */
record StatisticsFiles(String prefix, String digest) {

    static final String SUMMARY = "summary.json";

    /** What tells which of the other files are whole. */
    String summary() {
        return prefix + SUMMARY;
    }

    /** The table of all latents. */
    String table() {
        return prefix + digest + ".safetensors";
    }

    /** The object with a latent's record. */
    String records(int latent) {
        return "%s%s.latents-%05d.jsonl".formatted(prefix, digest, latent / LatentTable.CHUNK);
    }
}
