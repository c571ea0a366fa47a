package org.cirr.io.archive;

/**
 * One entry of a zip's central directory.
 *
 * @param method 0 stored, 8 deflated
 * @param flags general purpose flags
 * @param crc the CRC-32 of the content; 0 where the writer did not compute it
 * @param storedBytes the bytes in the archive
 * @param bytes the bytes after inflating, as the directory claims them
 * @param offset where the local header starts
 */
public record ZipRecord(
    String name, int method, int flags, int crc, long storedBytes, long bytes, long offset) {}
