/** What a thread works on in, fields of its log lines out. */
package org.lexicographer.pipeline.log;
