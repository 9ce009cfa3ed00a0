/**
 * Settings, topics, REST, metrics, and the process's start and end; the work is done in {@code
 * job}.
 */
package org.lexicographer.activation.service;
