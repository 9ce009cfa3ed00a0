/** A run spec in, its progress and then the table of its dictionaries out. */
package org.lexicographer.allinone.run;
