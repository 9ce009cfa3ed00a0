/**
 * Dictionaries' latents as Neuronpedia takes them in: bodies of uploads, and the batches that
 * SAEDashboard makes for its importer.
 */
package org.lexicographer.eval.neuronpedia;
