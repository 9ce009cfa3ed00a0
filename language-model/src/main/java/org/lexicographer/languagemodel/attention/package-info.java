/** The attention module: a layer's input comes in, what its heads found goes out. */
package org.lexicographer.languagemodel.attention;
