/**
 * Dictionary checkpoints and texts go in and evaluations come out; uploaded folders go in and
 * dictionaries are stored, and back.
 *
 * <p>{@link org.lexicographer.eval.stage.EvaluationOutput} is where results are announced; nothing
 * here knows of Kafka or Quarkus.
 */
package org.lexicographer.eval.stage;
