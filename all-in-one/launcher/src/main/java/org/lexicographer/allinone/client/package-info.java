/** An address in, what a service or a topic says out: JSON over REST, records over Kafka. */
package org.lexicographer.allinone.client;
