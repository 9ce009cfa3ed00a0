/** The bytes of a file of NumPy's go in and its arrays of numbers come out. */
package org.lexicographer.dictionary.npz;
