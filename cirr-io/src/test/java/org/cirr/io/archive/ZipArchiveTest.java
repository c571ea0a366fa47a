package org.cirr.io.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cirr.io.file.MalformedFileException;
import org.cirr.io.file.SeekableBytes;
import org.junit.jupiter.api.Test;

class ZipArchiveTest {
  private static final byte[] CONTENT = new byte[1000];
  private static final String REMEDY = "; the file is damaged or truncated; copy it again";

  private static byte[] zip() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("a"));
      zip.write(CONTENT);
      zip.closeEntry();
    }
    return out.toByteArray();
  }

  /** Where the central directory starts. */
  private static int directory(byte[] zip) {
    return ByteBuffer.wrap(zip).order(ByteOrder.LITTLE_ENDIAN).getInt(zip.length - 6);
  }

  private static byte[] changed(int offsetInRecord, int... values) throws IOException {
    byte[] zip = zip();
    for (int i = 0; i < values.length; i++) {
      zip[directory(zip) + offsetInRecord + i] = (byte) values[i];
    }
    return zip;
  }

  private static void assertRefused(String expected, byte[] zip) {
    MalformedFileException refusal =
        assertThrows(
            MalformedFileException.class,
            () -> {
              ZipArchive archive = ZipArchive.open(SeekableBytes.of(Path.of("x.zip"), zip));
              archive.read(archive.records().get("a"), 1 << 20);
            });
    assertEquals("x.zip: " + expected, refusal.getMessage());
  }

  @Test
  void aDeflatedRecordIsInflated() throws IOException {
    ZipArchive archive = ZipArchive.open(SeekableBytes.of(Path.of("x.zip"), zip()));
    assertEquals(List.of("a"), List.copyOf(archive.records().keySet()));
    ZipRecord record = archive.records().get("a");
    assertEquals(1000, record.bytes());
    assertArrayEquals(CONTENT, archive.read(record, 1000));
    assertEquals(
        "x.zip: record a has 1000 bytes, at most 999 are read; check that the file is what it"
            + " claims to be",
        assertThrows(MalformedFileException.class, () -> archive.read(record, 999)).getMessage());
  }

  @Test
  void lyingDirectoriesAreRefused() throws IOException {
    int deflated = directory(zip()) - 47; // 31 bytes of local header and name, 16 of descriptor
    assertRefused(
        "record a claims to inflate from "
            + deflated
            + " to 2147483647 bytes, which deflate cannot do"
            + REMEDY,
        changed(24, 0xff, 0xff, 0xff, 0x7f));
    assertRefused(
        "record a is stored but claims sizes " + deflated + ", 1000" + REMEDY, changed(10, 0));
    assertRefused(
        "record a is compressed by method 12; read are 0 (stored) and 8 (deflate); save the file"
            + " again without other compression",
        changed(10, 12));
    assertRefused("record a is encrypted; save the file unencrypted", changed(8, 9));
    assertRefused("record a has no local header where it should start" + REMEDY, changed(42, 1));
    assertRefused("record a ends early" + REMEDY, changed(24, 0xe9, 3));
    assertRefused("record a does not inflate" + REMEDY, changed(20, 2));
    byte[] zip = zip();
    assertRefused(
        "record a claims " + deflated + " bytes at byte 32767 of " + zip.length + REMEDY,
        changed(42, 0xff, 0x7f));
    assertRefused("record a starts past the end of the file" + REMEDY, changed(42, zip.length - 1));
    assertRefused("zip directory is cut off in record 0" + REMEDY, changed(28, 9));
    assertRefused("zip directory ends after 0 of 1 records" + REMEDY, changed(0, 0));
    zip[zip.length - 12] = 9;
    assertRefused("zip directory claims 9 records in 47 bytes" + REMEDY, zip);
    zip[zip.length - 5] = 127;
    assertRefused(
        "zip directory claims bytes 32592 to 32639 of " + zip.length + REMEDY,
        at(zip, zip.length - 6, 0x50, 0x7f));
  }

  private static byte[] at(byte[] zip, int position, int... values) {
    for (int i = 0; i < values.length; i++) {
      zip[position + i] = (byte) values[i];
    }
    return zip;
  }
}
