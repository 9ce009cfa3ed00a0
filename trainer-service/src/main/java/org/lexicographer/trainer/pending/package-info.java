/** The brokers' word on groups and topics in, the work that no replica does out. */
package org.lexicographer.trainer.pending;
