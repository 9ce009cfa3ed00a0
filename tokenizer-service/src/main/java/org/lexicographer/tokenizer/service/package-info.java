/**
 * Run specs, dataset messages and REST requests come in over the network; jobs are started and
 * stopped, and progress and rejected input go out.
 */
package org.lexicographer.tokenizer.service;
