/**
 * Run specs, requests and progress come in over the network; jobs are started and stopped, and
 * dictionaries, progress and rejected records go out.
 */
package org.lexicographer.trainer.service;
