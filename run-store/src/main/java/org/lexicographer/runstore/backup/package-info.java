/**
 * Copies of a bucket: its objects come in, and a folder goes out from which another bucket is
 * filled; see {@link org.lexicographer.runstore.backup.Backup}.
 */
package org.lexicographer.runstore.backup;
