/** Requests to an S3 server through the MinIO SDK: the only package that imports it. */
package org.lexicographer.objectstore.s3;
