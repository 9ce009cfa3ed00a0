/**
 * Passwords and certificates that Kafka clients read from mounted files: in come the settings of a
 * client, out go settings with which it takes up what has changed in the files at its next
 * connection.
 */
package org.lexicographer.pipeline.secret;
