/** What is trained on for show: a small language model and the sources of well-known libraries. */
package org.lexicographer.allinone.sample;
